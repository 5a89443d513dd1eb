"""Listens to a handshake's first bytes for the cipher suite, which OpenSSL tells only once the handshake is over."""

import ssl
from functools import cache

from OpenSSL import SSL

from wxpolicy.certificates.server_hello import cipher_suite

# A ServerHello is some hundred bytes; what comes before the certificate is no more than this.
_MOST_BYTES = 16 * 1024


class ServerHello:
    """Begins to listen to ``connection``, whose handshake has not begun. ``forget`` ends it."""

    def __init__(self, connection: SSL.Connection) -> None:
        self._heard = bytearray()
        self._connection = connection
        write = connection.bio_write

        def bio_write(data: bytes) -> int:
            self._heard += data[: _MOST_BYTES - len(self._heard)]
            return write(data)

        connection.bio_write = bio_write  # type: ignore[method-assign]

    @property
    def cipher(self) -> str | None:
        """OpenSSL's name of the suite; None where no ServerHello was heard."""
        number = cipher_suite(bytes(self._heard))
        return None if number is None else _names().get(number, f"0x{number:04X}")

    def forget(self) -> None:
        self._heard.clear()
        # The class's own method stands behind the one set above.
        self._connection.__dict__.pop("bio_write", None)


@cache
def _names() -> dict[int, str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    return {cipher["id"] & 0xFFFF: cipher["name"] for cipher in context.get_ciphers()}
