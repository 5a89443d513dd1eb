"""Name constraints of the CAs in the path, against the names in the server's certificate (RFC 5280 §4.2.1.10)."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any

from wxpolicy.certificates.facts import IpAddress
from wxpolicy.certificates.facts import IpNetwork
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.facts import NameConstraints
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import place
from wxpolicy.certificates.path import Path
from wxpolicy.certificates.platforms import EVERYONE
from wxpolicy.certificates.printable import printable
from wxpolicy.finding import Code
from wxpolicy.terms import Text

# Names times subtrees; a hostile pair of certificates can ask for millions.
MAX_COMPARISONS = 50_000


def name_constraints(path: Path) -> Iterator[Fault]:
    """CERT_NAME_MISMATCH with the CA that does not permit a name; only DNS names and IPs are compared here.

    Other kinds of names are left to OpenSSL.
    """
    leaf = path[0].cert
    for link in path[1:]:
        rules = link.cert.constraints
        if rules is None:
            continue
        where = place(link, "nameConstraints")
        names = len(leaf.san_dns) + len(leaf.san_ip)
        if names * _subtrees(rules) > MAX_COMPARISONS:
            yield _fault(
                where,
                Text("域名与约束过多，无法逐一核对", "too many names and subtrees to compare"),
                Code.CERT_UNREADABLE,
            )
            continue
        refused = _refused(path[0], rules)
        if refused:
            yield _fault(
                where,
                Text(
                    f"该 CA 不允许签发 {', '.join(refused[:4])}",
                    f"this CA may not issue for {', '.join(refused[:4])}",
                ),
                Code.CERT_NAME_MISMATCH,
            )


def _subtrees(rules: NameConstraints) -> int:
    return (
        len(rules.permitted_dns or ())
        + len(rules.permitted_ip or ())
        + len(rules.excluded_dns)
        + len(rules.excluded_ip)
    )


def _refused(leaf: Link, rules: NameConstraints) -> list[str]:
    refused = [
        printable(name, 80)
        for name in leaf.cert.san_dns
        if not _permitted(name, rules.permitted_dns, within) or any(overlaps(name, tree) for tree in rules.excluded_dns)
    ]
    refused += [
        str(address)
        for address in leaf.cert.san_ip
        if not _permitted(address, rules.permitted_ip, _in_network)
        or any(_in_network(address, tree) for tree in rules.excluded_ip)
    ]
    return refused


def _permitted(name: Any, subtrees: Iterable[Any] | None, inside: Callable[[Any, Any], bool]) -> bool:
    return subtrees is None or any(inside(name, tree) for tree in subtrees)


def within(name: str, subtree: str) -> bool:
    """Whether ``name`` is ``subtree`` or below it; an empty subtree is every name."""
    name, subtree = name.lower(), subtree.lower().removeprefix(".")
    return not subtree or name == subtree or name.endswith("." + subtree)


def overlaps(name: str, subtree: str) -> bool:
    """Whether ``name`` may stand for a host in ``subtree``: a wildcard may where its parent is the subtree's parent."""
    if within(name, subtree):
        return True
    return name.startswith("*.") and subtree.lower().partition(".")[2] == name[2:].lower()


def _in_network(address: IpAddress, network: IpNetwork) -> bool:
    return address in network


def _fault(where: Text, found: Text, code: Code) -> Fault:
    return Fault(
        code,
        Text(f"{where.zh}：{found.zh}", f"{where.en}: {found.en}"),
        Text(
            "换用不受此约束的 CA，或只为该 CA 允许的域名签发证书。",
            "Have it issued by a CA without this constraint, or for names alone that this CA permits.",
        ),
        "RFC 5280 §4.2.1.10; platform §5",
        EVERYONE,
    )
