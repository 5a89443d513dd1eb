"""The facts of one call, before anything is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from enum import StrEnum

from wxpolicy.terms import Api
from wxpolicy.terms import Confidence


class Where(StrEnum):
    """The places in which a call can name its host."""

    CONNECT = "CONNECT"  # the CONNECT target of the tunnel
    SNI = "SNI"  # the TLS ClientHello's server_name
    URL = "URL"  # an absolute-form request target
    AUTHORITY = ":authority"
    HOST = "Host"


@dataclass(frozen=True, slots=True)
class CarriedName:
    """A host that the call names, exactly as it was spelled on the wire.

    ``port`` is None if none was spelled. A CONNECT target always has one, so 443 there says nothing about the URL
    (platform §4).
    """

    where: Where
    host: str
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Classification:
    """Which API a call stands for: ``apis`` decide; there is only one unless the call is ambiguous.

    ``apis`` is in the order of likelihood; the first is the one that is recorded. ``others`` are further readings if
    one is likely: they do not decide, and are named.
    """

    apis: tuple[Api, ...]
    confidence: Confidence
    others: tuple[Api, ...] = ()

    @property
    def readings(self) -> tuple[Api, ...]:
        """All APIs that the wire allows, the likeliest first."""
        return (*self.apis, *self.others)

    @property
    def api(self) -> Api:
        return self.apis[0]


@dataclass(frozen=True, slots=True)
class CallFacts:
    """One call as the wire shows it.

    ``scheme`` is the URL's: http, https, ws or wss. ``names`` holds every host
    the call carries, at least one. ``headers`` maps lower-case names to values
    (several values of one name are joined with ", "). ``device`` is the client's
    address. ``has_body``: one follows the head, whatever the headers say of it.
    """

    device: str
    method: str
    scheme: str
    names: tuple[CarriedName, ...]
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    has_body: bool = False

    @property
    def is_websocket(self) -> bool:
        return self.scheme in ("ws", "wss")

    @property
    def host(self) -> str:
        """The host that the call's code named, as far as the names show it; "" if none is spelled."""
        named = {name.where: name.host for name in reversed(self.names) if name.host}
        return next((named[where] for where in _BY_CODE_FIRST if where in named), "")


# Host and :authority are the URL's own; a CONNECT target may be an address that no code named.
_BY_CODE_FIRST = (Where.HOST, Where.AUTHORITY, Where.URL, Where.CONNECT, Where.SNI)
