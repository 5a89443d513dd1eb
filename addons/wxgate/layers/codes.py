"""The codes with which mitmproxy's layers end a stream: numbers in 11, an enumeration from 12 on."""

from typing import Any

import mitmproxy.version

if mitmproxy.version.VERSION.startswith("11."):
    from mitmproxy.net.http import status_codes

    # The client of such a stream gets no response: HTTP/1 closes, HTTP/2 and HTTP/3 reset the stream.
    KILLED: Any = status_codes.NO_RESPONSE
    CANCELLED: Any = status_codes.CLIENT_CLOSED_REQUEST
    CONNECT_FAILED: Any = status_codes.BAD_GATEWAY

    def has_page(code: Any) -> bool:
        """Whether mitmproxy would answer this end with an error page of its own."""
        return bool(code != KILLED)

else:
    from mitmproxy.proxy.layers.http import ErrorCode  # type: ignore[attr-defined, unused-ignore]

    KILLED, CANCELLED, CONNECT_FAILED = ErrorCode.KILL, ErrorCode.CANCEL, ErrorCode.CONNECT_FAILED

    def has_page(code: Any) -> bool:
        """Whether mitmproxy would answer this end with an error page of its own."""
        return code.http_status_code() is not None
