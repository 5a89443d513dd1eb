"""Observes the first bytes of a handshake for what OpenSSL reports late or never: suite, group, signature algorithm,
alert."""

import ssl
import weakref
from functools import cache
from typing import Any

from OpenSSL import SSL

from wxpolicy.certificates.agreement import Agreement
from wxpolicy.certificates.server_hello import ServerAnswer
from wxpolicy.certificates.server_hello import read_answer

# A certificate chain may precede the message; real flights are a tenth of this.
_MOST_BYTES = 64 * 1024


class ServerHello:
    """Starts to observe ``connection``, whose handshake has not started. ``forget`` stops it."""

    def __init__(self, connection: SSL.Connection) -> None:
        self._heard = bytearray()
        # Its callbacks keep this object alive.
        self._connection = weakref.ref(connection)
        write = connection.bio_write

        def bio_write(buf: Any) -> int:
            self._heard += buf[: _MOST_BYTES - len(self._heard)]
            return write(buf)

        connection.bio_write = bio_write  # type: ignore[method-assign]

    @property
    def answer(self) -> ServerAnswer:
        return read_answer(bytes(self._heard))

    @property
    def cipher(self) -> str | None:
        """OpenSSL's name of the suite; None if no ServerHello was seen."""
        return suite_name(self.answer.suite)

    @property
    def agreement(self) -> Agreement:
        answer = self.answer
        return Agreement(answer.version, suite_name(answer.suite), answer.group, answer.signature)

    def forget(self) -> None:
        self._heard.clear()
        # The class's own method is behind the one set above.
        if (connection := self._connection()) is not None:
            connection.__dict__.pop("bio_write", None)


def suite_name(number: int | None) -> str | None:
    return None if number is None else _names().get(number, f"0x{number:04X}")


@cache
def _names() -> dict[int, str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    return {cipher["id"] & 0xFFFF: cipher["name"] for cipher in context.get_ciphers()}
