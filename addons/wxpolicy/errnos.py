"""What a failing call's callback is given: errno and errMsg, by finding (platform §3).

Texts vary by client version; errno families do not. Where the sheet gives an
older and a newer text, the newer stands here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from wxpolicy.finding import Code
from wxpolicy.finding import Family
from wxpolicy.terms import Api

NOT_LISTED = 600002
CERTIFICATE = 600001
TIMED_OUT = 5
INTERRUPTED = 600003
OVER_THE_LIMIT = 600007
BAD_URL = 600009
CONVERSION_FAILED = 602302
FILE_TOO_LARGE = 603301
SOCKET_FAILED = 605103

# Chromium's net error list, whose names and numbers Android and newer iOS clients put into errMsg
# (platform §3: -200 name, -201 date, -202 authority).
_NET_ERRORS: Mapping[Code, tuple[int, str]] = MappingProxyType(
    {
        Code.CERT_NAME_MISMATCH: (-200, "ERR_CERT_COMMON_NAME_INVALID"),
        Code.CERT_NO_SAN: (-200, "ERR_CERT_COMMON_NAME_INVALID"),
        Code.CERT_EXPIRED: (-201, "ERR_CERT_DATE_INVALID"),
        Code.CERT_NOT_YET_VALID: (-201, "ERR_CERT_DATE_INVALID"),
        Code.CERT_SELF_SIGNED: (-202, "ERR_CERT_AUTHORITY_INVALID"),
        Code.CERT_UNTRUSTED_ROOT: (-202, "ERR_CERT_AUTHORITY_INVALID"),
        Code.CERT_CHAIN_INCOMPLETE: (-202, "ERR_CERT_AUTHORITY_INVALID"),
        Code.CERT_DISTRUSTED_CA: (-202, "ERR_CERT_AUTHORITY_INVALID"),
        Code.CERT_WRONG_PURPOSE: (-207, "ERR_CERT_INVALID"),
        Code.CERT_UNREADABLE: (-207, "ERR_CERT_INVALID"),
        Code.CERT_WEAK_SIGNATURE: (-208, "ERR_CERT_WEAK_SIGNATURE_ALGORITHM"),
        Code.CERT_WEAK_KEY: (-211, "ERR_CERT_WEAK_KEY"),
        Code.CERT_VALIDITY_TOO_LONG: (-213, "ERR_CERT_VALIDITY_TOO_LONG"),
        Code.TLS_TOO_OLD: (-113, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        Code.TLS_NO_FORWARD_SECRECY: (-113, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        Code.TLS_NO_LEGACY_SUPPORT: (-113, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        Code.TLS_HANDSHAKE_FAILED: (-107, "ERR_SSL_PROTOCOL_ERROR"),
    }
)

# {host} is what the finding is about. connectSocket's own family, 605103, is for sockets that
# fail after all checks; the checks themselves fail it as they fail the others.
_FAILURES: Mapping[Code, tuple[int | None, str]] = MappingProxyType(
    {
        Code.REDIRECT_NOT_LISTED: (NOT_LISTED, "redirect url not in domain list:{host}"),
        Code.URL_INVALID: (BAD_URL, "invalid URL"),
        Code.TIMEOUT: (TIMED_OUT, "timeout"),
        Code.INTERRUPTED: (INTERRUPTED, "interrupted"),
        Code.BACKGROUND_REFUSED: (INTERRUPTED, "interrupted"),
        Code.CONCURRENCY_EXCEEDED: (OVER_THE_LIMIT, "exceed max task count"),
        Code.CHARSET_CONVERSION_FAILED: (CONVERSION_FAILED, "response data convert to UTF8 fail"),
        Code.FILE_TOO_LARGE: (FILE_TOO_LARGE, "exceed max file size"),
        Code.INTERNAL_ERROR: (None, "refused by the proxy: internal error"),
    }
)


def failure(code: Code, api: Api, host: str = "") -> tuple[int | None, str]:
    """errno (None where the platform gives none) and the whole errMsg of a call that fails with this finding."""
    errno, reason = _reason(code, api)
    # An IPv6 address may itself end with a colon.
    said = reason.format(host=host) if host else reason.removesuffix(":{host}")
    return errno, f"{api.value}:fail {said}" if said else f"{api.value}:fail"


def _reason(code: Code, api: Api) -> tuple[int | None, str]:
    if code in _NET_ERRORS:
        number, name = _NET_ERRORS[code]
        return CERTIFICATE, f"errcode:{number} cronet_error_code:{number} error_msg:net::{name}"
    if code in _FAILURES:
        return _FAILURES[code]
    if code.family is Family.DOMAIN:
        return NOT_LISTED, "url not in domain list:{host}"
    if code is Code.NETWORK_ERROR and api is Api.CONNECT_SOCKET:
        return SOCKET_FAILED, ""
    return None, ""
