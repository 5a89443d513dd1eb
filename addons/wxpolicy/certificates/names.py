"""The host against the certificate's subject alternative names, as RFC 6125 and the phones read them."""

from collections.abc import Iterator
from ipaddress import ip_address

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import IpAddress
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import place
from wxpolicy.certificates.platforms import EVERYONE
from wxpolicy.certificates.printable import printable
from wxpolicy.finding import Code
from wxpolicy.terms import Text

_SHOWN_NAMES = 6


def host_as_asked(host: str) -> str | IpAddress:
    """``host`` as it is compared: an address, or a lower-case A-label name without its trailing dot."""
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        return ip_address(bare)
    except ValueError:
        pass
    name = bare.removesuffix(".").lower()
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def name_matches(pattern: str, host: str) -> bool:
    """Whether a dNSName covers ``host``.

    A wildcard is the whole left-most label and stands for exactly one label;
    below it must be at least two labels, so ``*.com`` covers nothing.
    """
    pattern = pattern.lower()
    if not pattern or not host:
        return False
    if "*" not in pattern:
        return pattern == host
    star, _, rest = pattern.partition(".")
    if star != "*" or "*" in rest or rest.count(".") < 1 or "" in rest.split("."):
        return False
    first, _, above = host.partition(".")
    return bool(first) and above == rest


def covers(cert: CertFacts, host: str | IpAddress) -> bool:
    if isinstance(host, str):
        return any(name_matches(pattern, host) for pattern in cert.san_dns)
    return host in cert.san_ip


def name(leaf: Link, host: str) -> Iterator[Fault]:
    """CERT_NAME_MISMATCH. The common name does not count (platform §5); an IP needs an iPAddress entry."""
    wanted = host_as_asked(host)
    if covers(leaf.cert, wanted):
        return
    where = place(leaf, "subjectAltName")
    listed = [*leaf.cert.san_dns, *map(str, leaf.cert.san_ip)]
    shown = ", ".join(printable(entry, 80) for entry in listed[:_SHOWN_NAMES])
    more = len(listed) - _SHOWN_NAMES
    asked = printable(str(wanted), 253)
    kind = "dNSName" if isinstance(wanted, str) else "iPAddress"
    prefix = "DNS" if isinstance(wanted, str) else "IP"
    yield Fault(
        Code.CERT_NAME_MISMATCH,
        Text(
            f"{where.zh}：没有与 {asked} 匹配的 {kind}；其中只有：{shown or '（空）'}"
            + (f"，另有 {more} 个" if more > 0 else ""),
            f"{where.en}: no {kind} matches {asked}; it lists {shown or 'nothing'}"
            + (f" and {more} more" if more > 0 else ""),
        ),
        Text(
            f"重新签发证书，subjectAltName 加上 `{prefix}:{asked}`；若证书本来就不该是这一张，检查服务器按 SNI 选证书的配置。",
            f"Have the certificate issued again with `{prefix}:{asked}` in subjectAltName; if another certificate was "
            "meant, check how the server chooses by SNI.",
        ),
        "seed-2017 §1; platform §5",
        EVERYONE,
    )
