"""What a host spelling means: one canonical form for every way of writing it.

Order of reading, as the WHATWG URL host parser does it, except that a doubtful
spelling is invalid here and so refused, never repaired:

1. brackets or a colon: IPv6, or invalid
2. percent-decoding, once
3. UTS #46 mapping (full-width letters, digits and dots become plain ones)
4. one trailing dot is removed, empty labels are invalid
5. a last label that is a number: IPv4 in any of inet_aton's forms, or invalid
6. every other label becomes a lower-case A-label

Two hosts are one host where their ``ascii`` is equal. Homographs therefore
differ: they have different A-labels.
"""

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote_to_bytes

import idna

from wxpolicy.terms import Text
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable
from wxpolicy.url.reasons import BAD_CHARACTER
from wxpolicy.url.reasons import BAD_ESCAPE
from wxpolicy.url.reasons import BAD_IPV4
from wxpolicy.url.reasons import BAD_IPV6
from wxpolicy.url.reasons import EMPTY
from wxpolicy.url.reasons import EMPTY_LABEL
from wxpolicy.url.reasons import MAX_LABEL_LENGTH
from wxpolicy.url.reasons import MAX_NAME_LENGTH
from wxpolicy.url.reasons import NOT_IDNA
from wxpolicy.url.reasons import TOO_LONG
from wxpolicy.url.reasons import TWO_READINGS

# A name of 253 octets, all percent-encoded UTF-8, is shorter than this; IDNA tables are never used for more.
MAX_SPELLED_LENGTH = 2048
# The part of a spelling that a message shows.
SHOWN_LENGTH = 120

# RFC 6761 §6.3, and what Linux distributions write into /etc/hosts.
_LOCALHOST_NAMES = frozenset(
    {
        "localhost",
        "localhost.localdomain",
        "localhost4",
        "localhost4.localdomain4",
        "localhost6",
        "localhost6.localdomain6",
        "ip6-localhost",
        "ip6-loopback",
    }
)

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\s#/:<>?@\[\\\]^|%]")
_PLAIN_LABEL = re.compile(r"[a-z0-9_-]+")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# UTS #46 §7: IDNA 2003 (older Android) and IDNA 2008 make different A-labels of these.
_DEVIATING = frozenset("\u00df\u1e9e\u03c2\u200c\u200d")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class HostKind(StrEnum):
    DOMAIN = "domain"
    IPV4 = "ipv4"
    IPV6 = "ipv6"
    LOCALHOST = "localhost"  # by name; loopback addresses are ipv4 or ipv6
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Host:
    """One host, read.

    ``ascii`` is what to compare: a lower-case A-label name without its trailing dot, a dotted IPv4 address, a
    compressed IPv6 address without its zone, or "" where ``kind`` is invalid. ``tail_dot``: one trailing dot was
    removed. ``why`` is None unless ``kind`` is invalid.
    """

    spelled: str
    ascii: str
    kind: HostKind
    tail_dot: bool = False
    why: Text | None = None

    @property
    def ip(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        """The address that is reached: for IPv4-mapped and -compatible IPv6, the IPv4 address. None for names."""
        if self.kind is HostKind.IPV4:
            return ipaddress.IPv4Address(self.ascii)
        if self.kind is HostKind.IPV6:
            address = ipaddress.IPv6Address(self.ascii)
            return _embedded_ipv4(address) or address
        return None

    @property
    def has_plain_labels(self) -> bool:
        """Whether it is a host name of RFC 952 and 1123: letters, digits and hyphens, with no hyphen at an edge.

        Resolvers and most clients accept more; certificate authorities and server-domain lists do not.
        """
        return "_" not in self.ascii and not any(
            label[:1] == "-" or label[-1:] == "-" for label in self.ascii.split(".")
        )

    @property
    def shown(self) -> str:
        """The spelling, safe to print and to store; a long one is cut."""
        return printable(beginning(self.spelled, SHOWN_LENGTH))


def read_host(spelled: str) -> Host:
    """Parses a host as it was spelled in a URL, a header, a CONNECT target or a list. Never raises."""
    if len(spelled) > MAX_SPELLED_LENGTH:
        return _invalid(spelled, TOO_LONG)
    return _read(spelled)


def with_brackets(host: str) -> str:
    """``host`` as a URL writes it: IPv6 addresses in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


@lru_cache(maxsize=1024)
def _read(spelled: str) -> Host:
    # 1) Before percent-decoding: a zone id (fe80::1%25eth0) is no escape.
    if ":" in spelled or "[" in spelled or "]" in spelled:
        return _read_ipv6(spelled)

    # 2) Once only: anything still escaped after that is refused by step 3.
    if _BROKEN_ESCAPE.search(spelled):
        return _invalid(spelled, BAD_ESCAPE)
    try:
        name = unquote_to_bytes(spelled).decode("utf-8")
    except UnicodeError:  # not UTF-8, or a lone surrogate
        return _invalid(spelled, BAD_ESCAPE)

    # 3) Checked before and after the mapping: full-width forms of / ? # @ map to the plain ones.
    if _FORBIDDEN.search(name):
        return _invalid(spelled, BAD_CHARACTER)
    if not _DEVIATING.isdisjoint(name):
        return _invalid(spelled, TWO_READINGS)
    try:
        name = idna.uts46_remap(name, std3_rules=False, transitional=False).lower()
    except UnicodeError:  # idna.IDNAError is one
        return _invalid(spelled, NOT_IDNA)
    if _FORBIDDEN.search(name):
        return _invalid(spelled, BAD_CHARACTER)

    # 4)
    tail_dot = name.endswith(".")
    name = name.removesuffix(".")
    labels = name.split(".")
    if not all(labels):
        return _invalid(spelled, EMPTY_LABEL if name or tail_dot else EMPTY)

    # 5)
    if _NUMBER.fullmatch(labels[-1]):
        dotted = _dotted_ipv4(labels)
        if dotted is None:
            return _invalid(spelled, BAD_IPV4)
        return Host(spelled, dotted, HostKind.IPV4, tail_dot)

    # 6)
    a_labels = [_a_label(label) for label in labels]
    known = [label for label in a_labels if label is not None]
    if len(known) < len(a_labels):
        return _invalid(spelled, NOT_IDNA)
    ascii_name = ".".join(known)
    if len(ascii_name) > MAX_NAME_LENGTH or max(map(len, known)) > MAX_LABEL_LENGTH:
        return _invalid(spelled, TOO_LONG)
    local = ascii_name in _LOCALHOST_NAMES or ascii_name.endswith(".localhost")
    return Host(spelled, ascii_name, HostKind.LOCALHOST if local else HostKind.DOMAIN, tail_dot)


def _read_ipv6(spelled: str) -> Host:
    inner = spelled
    if spelled.startswith("[") and spelled.endswith("]"):
        inner = spelled[1:-1]
    # The zone (RFC 6874) says which interface, not which host.
    address_text, percent, zone = inner.partition("%")
    if percent and (not zone or _FORBIDDEN.search(zone)):
        return _invalid(spelled, BAD_IPV6)
    try:
        address = ipaddress.IPv6Address(address_text)
    except ValueError:
        return _invalid(spelled, BAD_IPV6)
    # RFC 5952 §5; Python's own text of a mapped address differs between 3.11 and 3.13.
    mapped = address.ipv4_mapped
    return Host(spelled, f"::ffff:{mapped}" if mapped else address.compressed, HostKind.IPV6)


def _embedded_ipv4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped:
        return address.ipv4_mapped
    # RFC 4291 §2.5.5.1, "IPv4-compatible": ::a.b.c.d. The values 0 and 1 are :: and ::1.
    if 1 < int(address) < 1 << 32:
        return ipaddress.IPv4Address(int(address))
    return None


def _dotted_ipv4(labels: list[str]) -> str | None:
    """inet_aton: one to four parts, each decimal, 0-octal or 0x-hex; the last part fills what is left."""
    if len(labels) > 4:
        return None
    values = [_number(label) for label in labels]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    *firsts, last = known
    left_bytes = 4 - len(firsts)
    if any(value > 255 for value in firsts) or last >= 256**left_bytes:
        return None
    return str(ipaddress.IPv4Address(bytes(firsts) + last.to_bytes(left_bytes, "big")))


def _number(label: str) -> int | None:
    if not _NUMBER.fullmatch(label):
        return None
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    if label.startswith("0") and len(label) > 1:
        return int(label, 8) if not set("89") & set(label) else None
    return int(label)


def _a_label(label: str) -> str | None:
    """One label as an A-label, or None where IDNA 2008 knows none."""
    if label.isascii() and not label.startswith("xn--"):
        return label if _PLAIN_LABEL.fullmatch(label) else None
    try:
        # Both ways: "xn--" in front of what no encoder writes must not stand for another name.
        return idna.alabel(idna.ulabel(label)).decode("ascii")
    except (UnicodeError, IndexError, ValueError, OverflowError):
        return _symbols(label)


def _symbols(label: str) -> str | None:
    """The A-label of emoji and other symbols: IDNA 2008 knows none, browsers and registries do (UTS #46, status NV8)."""
    try:
        text = label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
        if text.isascii() or idna.uts46_remap(text, std3_rules=False, transitional=False) != text:
            return None
        # What is a letter is IDNA 2008's to judge.
        if any(char.isalpha() and not char.isascii() for char in text) or not _DEVIATING.isdisjoint(text):
            return None
        made = "xn--" + text.encode("punycode").decode("ascii")
    except (UnicodeError, IndexError, ValueError, OverflowError):
        return None
    return made if not label.startswith("xn--") or made == label else None


def _invalid(spelled: str, why: Text) -> Host:
    return Host(spelled, "", HostKind.INVALID, False, why)
