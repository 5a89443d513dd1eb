"""Name constraints of the CAs in the path, against the names of the certificates below them (RFC 5280 §4.2.1.10)."""

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.facts import Path
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.general_names import GeneralName
from wxpolicy.certificates.general_names import Kind
from wxpolicy.certificates.oids import NAME_CONSTRAINTS
from wxpolicy.certificates.printable import printable
from wxpolicy.certificates.x500 import EMAIL
from wxpolicy.certificates.x500 import Name
from wxpolicy.finding import Code

# Names times subtrees of their kind; a hostile pair of certificates can ask for millions. Chromium has such a bound as
# well (2**20), a JDK has none: between them and this the judge refuses what they would still read.
MAX_COMPARISONS = 20_000
_SHOWN_NAMES = 4

# Whether a name (first) lies in a subtree (second) of the same kind.
Within = Callable[[GeneralName, GeneralName], bool]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a platform compares: by kind of name, once for permitted and once for excluded subtrees.

    A kind that it has no comparison for makes a critical extension refuse a
    name of that kind. ``joins`` is Apple's way: permitted subtrees of several
    CAs that do not overlap are all permitted. ``host_of`` gives what a subject
    says as a host's name or address, which counts where no alternative name of
    that kind stands.
    """

    permitted: Mapping[Kind, Within]
    excluded: Mapping[Kind, Within]
    joins: bool = False
    host_of: Callable[[Name], GeneralName | None] | None = None


def name_constraints(path: Path, constrained_by: Path, skipped: Collection[bytes], how: Comparison) -> Iterator[Fault]:
    """CERT_NAME_MISMATCH with the CA that does not permit a name.

    ``constrained_by`` are the certificates whose constraints count; ``skipped``
    the DERs of self-issued CAs, which are not checked themselves.
    """
    budget = MAX_COMPARISONS
    for above, given_permitted, given_excluded in _in_force(constrained_by, how):
        permitted, excluded = _by_kind(given_permitted), _by_kind(given_excluded)
        for link in path[: path.index(above)]:
            if link is not path[0] and link.cert.der in skipped:
                continue
            names = _names(link.cert, how)
            budget -= sum(len(permitted.get(each.kind, ())) + len(excluded.get(each.kind, ())) for each in names)
            if budget < 0:
                yield fault(Code.CERT_UNREADABLE, "too_many_names", above, "nameConstraints")
                return
            refused = [name for name in names if not _allowed(name, above.cert, permitted, excluded, how)]
            if refused:
                shown = tuple(_shown(name) for name in refused[:_SHOWN_NAMES])
                yield fault(Code.CERT_NAME_MISMATCH, "", above, "nameConstraints", refused=shown)
                break


_Rule = tuple[Link, tuple[GeneralName, ...], tuple[GeneralName, ...]]


def _in_force(constrained_by: Path, how: Comparison) -> Iterator[_Rule]:
    """Each CA with what counts for the certificates below it."""
    joined: tuple[GeneralName, ...] = ()
    for link in reversed(constrained_by):
        rules = link.cert.constraints
        if rules is None:
            continue
        permitted = rules.permitted or ()
        if how.joins:
            joined = permitted = _joined(joined, permitted, how) if permitted else joined
        yield link, permitted, rules.excluded or ()


def _joined(
    before: tuple[GeneralName, ...], added: tuple[GeneralName, ...], how: Comparison
) -> tuple[GeneralName, ...]:
    """Apple's nc_intersect_tree_with_subtrees: a narrower one takes the place of the wider, others come on top."""
    if not before or len(before) * len(added) > MAX_COMPARISONS:
        return before + added
    result: list[GeneralName] = list(before)
    on_top: list[GeneralName] = []
    for new in added:
        within = how.permitted.get(new.kind)
        wider = next((place for place, old in enumerate(result) if _lies_in(new, old, within)), None)
        if wider is not None:
            result[wider] = new
        elif not any(_lies_in(old, new, within) for old in result):
            on_top.append(new)
    return (*result, *on_top)


def _lies_in(name: GeneralName, tree: GeneralName, within: Within | None) -> bool:
    return name.kind is tree.kind and within is not None and within(name, tree)


def _names(cert: CertFacts, how: Comparison) -> list[GeneralName]:
    """The subject and the alternative names; mail addresses in the subject count where there are no alternative names."""
    names = list(cert.san or ())
    if not cert.subject.empty:
        names.append(GeneralName(Kind.DIRECTORY, cert.subject.der, cert.subject))
    if cert.san is None:
        names += [GeneralName(Kind.EMAIL, address.encode()) for address in cert.subject.values(EMAIL)]
    host = how.host_of(cert.subject) if how.host_of is not None else None
    if host is not None and all(name.kind is not host.kind for name in cert.san or ()):
        names.append(host)
    return names


_Trees = Mapping[Kind, list[GeneralName]]


def _by_kind(trees: tuple[GeneralName, ...]) -> _Trees:
    found: dict[Kind, list[GeneralName]] = {}
    for tree in trees:
        found.setdefault(tree.kind, []).append(tree)
    return found


def _allowed(name: GeneralName, above: CertFacts, permitted: _Trees, excluded: _Trees, how: Comparison) -> bool:
    permits, excludes = permitted.get(name.kind, []), excluded.get(name.kind, [])
    if not permits and not excludes:
        return True
    inside, outside = how.permitted.get(name.kind), how.excluded.get(name.kind)
    if inside is None or outside is None:
        return not above.critical.get(NAME_CONSTRAINTS)
    if any(outside(name, tree) for tree in excludes):
        return False
    return not permits or any(inside(name, tree) for tree in permits)


def _shown(name: GeneralName) -> str:
    if name.name is not None:
        return name.name.label
    return printable(str(name.address) if name.address is not None else name.text, 80)
