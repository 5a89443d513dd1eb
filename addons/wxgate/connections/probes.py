"""What probes found, by server: for the judge of later handshakes."""

from collections.abc import Mapping

from wxpolicy.certificates.probe import Probed
from wxpolicy.certificates.probe import Target
from wxpolicy.terms import Platform


class Probes:
    def __init__(self) -> None:
        self._found: dict[Target, Probed] = {}

    def add(self, found: Probed) -> None:
        self._found[found.seen.target] = found

    def offers(self, host: str, port: int) -> frozenset[str] | None:
        """The versions a probe found a server to offer; None where none did, or not yet."""
        found = self._found.get(Target(host.lower(), port))
        return found.seen.offers if found is not None else None

    def answers(self, host: str, port: int) -> Mapping[Platform, bool]:
        """Whether the server agrees with each platform's client, as far as a probe has asked."""
        found = self._found.get(Target(host.lower(), port))
        return found.seen.answers if found is not None else {}
