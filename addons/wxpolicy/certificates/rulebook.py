"""What a platform has to say of a chain: the shape of each file in ``platforms``."""

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.facts import Path
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.names import Matches
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.certificates.x500 import Folded
from wxpolicy.certificates.x500 import Name
from wxpolicy.finding import Known


@dataclass(frozen=True, slots=True)
class Asked:
    """What a path is judged for."""

    now: datetime
    store: TrustStore
    handshake: Handshake


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One platform's path builder and rules.

    - ``known``: how its rules are known on the whole.
    - ``fold``: equal for two names that it takes for the same.
    - ``readable``: what its parser minds in one certificate.
    - ``needs_all_readable``: whether a broken certificate behind the first ends the handshake; else it is passed over.
    - ``anchor``: the trusted certificate with which a path may end at this link, None where it may not.
    - ``goes_on``: whether it looks for an issuer of the path's last certificate.
    - ``path``: the rules for a path that ends in an anchor, and for one that does not where no such was found.
    - ``leaf``: the rules for the server's certificate as the TLS layer has them.
    - ``matches``: whether a dNSName covers a host.
    """

    known: Known
    fold: Callable[[Name], Folded]
    readable: Callable[[Link], Iterator[Fault]]
    needs_all_readable: bool
    anchor: Callable[[Link, TrustStore], Link | None]
    goes_on: Callable[[Path], bool]
    path: Callable[[Path, Asked], Iterator[Fault]]
    leaf: Callable[[Link, Asked], Iterator[Fault]]
    matches: Matches


def self_issued(path: Path, fold: Callable[[Name], Folded]) -> frozenset[bytes]:
    """The DERs of the path's certificates whose issuer and subject are one name to the platform."""
    return frozenset(link.cert.der for link in path if is_self_issued(link.cert, fold))


def is_self_issued(cert: CertFacts, fold: Callable[[Name], Folded]) -> bool:
    return fold(cert.subject) == fold(cert.issuer)
