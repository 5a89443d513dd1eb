"""What one platform makes of one chain: the best path that its builder finds, and what its rules say of it."""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass

from wxpolicy.certificates.chain import no_root
from wxpolicy.certificates.distrust import distrusted
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.facts import Path
from wxpolicy.certificates.facts import Unreadable
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.names import name
from wxpolicy.certificates.path import Search
from wxpolicy.certificates.path import Signatures
from wxpolicy.certificates.platforms import RULEBOOKS
from wxpolicy.certificates.rulebook import Asked
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.terms import Platform


@dataclass(frozen=True, slots=True)
class Verdict:
    """``path`` is the one that the faults are about; None where the server's own certificate cannot be read."""

    faults: tuple[Fault, ...]
    path: Path | None = None
    anchored: bool = False


def verdict(
    platform: Platform,
    served: Sequence[Link],
    broken: Sequence[tuple[int, Unreadable]],
    asked: Asked,
    signatures: Signatures,
) -> Verdict:
    """``served`` are the certificates that can be read at all, ``broken`` those that cannot, with their places.

    Any good path counts, not the first: a platform tries them all too.
    """
    rules = RULEBOOKS[platform]
    faults = [_broken(index, why) for index, why in broken if index == 0 or rules.needs_all_readable]
    usable = []
    for link in served:
        minded = list(rules.readable(link))
        if not minded:
            usable.append(link)
        elif link.index == 0 or rules.needs_all_readable:
            faults += minded
    if not usable or usable[0].index != 0:
        return Verdict(tuple(faults))
    own = usable[0]
    found = Search(usable, asked.store, asked.now, rules, signatures)
    best: tuple[tuple[int, int], Path, list[Fault]] | None = None
    for path in found.paths():
        minded = [*rules.path(path, asked), *distrusted(platform, path)]
        weight = _weight(minded)
        if best is None or weight < best[0]:
            best = (weight, path, minded)
        if weight == (0, 0):
            break
    if best is not None:
        path, anchored = best[1], True
        faults += best[2]
    else:
        path, anchored = found.partial, False
        faults += [*rules.path(path, asked), *no_root(platform, path, signatures.mismatched)]
    faults += rules.leaf(own, asked)
    faults += name(own, asked.handshake.host, rules.matches)
    return Verdict(tuple(dict.fromkeys(faults)), path, anchored)


def _weight(faults: Iterable[Fault]) -> tuple[int, int]:
    found = list(faults)
    return sum(each.fails for each in found), sum(each.severity is Severity.WARNING for each in found)


def _broken(index: int, why: Unreadable) -> Fault:
    return fault(Code.CERT_UNREADABLE, "parse", None, index=index, part=why.part, error=why.reason)
