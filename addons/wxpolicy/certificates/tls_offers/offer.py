"""The shape of an offer."""

from dataclasses import dataclass

from wxpolicy.certificates.tls_offers.numbers import TLS_1_3_SUITES

TLS_1_2, TLS_1_3 = "TLSv1.2", "TLSv1.3"


@dataclass(frozen=True, slots=True)
class TlsOffer:
    """``client`` is the one that was looked at, for people. All names are keys of ``numbers``, in the client's order.

    ``suites`` are those of TLS 1.2; of TLS 1.3 every client offers all three.
    """

    client: str
    versions: tuple[str, ...]
    suites: tuple[str, ...]
    groups: tuple[str, ...]
    signatures: tuple[str, ...]

    def shared_with(self, other: "TlsOffer") -> "TlsOffer":
        return TlsOffer(
            f"{self.client}, {other.client}",
            _both(self.versions, other.versions),
            _both(self.suites, other.suites),
            _both(self.groups, other.groups),
            _both(self.signatures, other.signatures),
        )

    def has_suite(self, name: str) -> bool:
        return name in TLS_1_3_SUITES or name in self.suites


def _both(own: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in own if name in others)
