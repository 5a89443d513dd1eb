"""Probe results by server, for judging later handshakes."""

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
        """The versions that a server offered to a probe; None if it was not probed (yet)."""
        found = self._found.get(Target(host.lower(), port))
        return found.seen.offers if found is not None else None

    def answers(self, host: str, port: int) -> Mapping[Platform, bool]:
        """Whether the server accepts each platform's client, as far as a probe has asked."""
        found = self._found.get(Target(host.lower(), port))
        return found.seen.answers if found is not None else {}
