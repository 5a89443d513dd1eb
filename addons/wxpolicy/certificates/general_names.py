"""GeneralNames: the names of a subjectAltName, and the subtrees of name constraints."""

from dataclasses import dataclass
from dataclasses import field
from enum import StrEnum
from ipaddress import IPv4Address
from ipaddress import IPv6Address
from ipaddress import ip_address

from wxpolicy.certificates.der import SEQUENCE
from wxpolicy.certificates.der import DerError
from wxpolicy.certificates.der import Element
from wxpolicy.certificates.der import Fields
from wxpolicy.certificates.der import context
from wxpolicy.certificates.der import elements
from wxpolicy.certificates.der import one
from wxpolicy.certificates.der import unsigned
from wxpolicy.certificates.x500 import Name
from wxpolicy.certificates.x500 import read_name

IpAddress = IPv4Address | IPv6Address


class Kind(StrEnum):
    """The forms of a name that some platform handles; OTHER are all the rest."""

    DNS = "dNSName"
    IP = "iPAddress"
    EMAIL = "rfc822Name"
    URI = "uniformResourceIdentifier"
    DIRECTORY = "directoryName"
    OTHER = "other"


_TEXTUAL = frozenset({Kind.DNS, Kind.EMAIL, Kind.URI})
_KINDS = {context(1, False): Kind.EMAIL, context(2, False): Kind.DNS, context(4): Kind.DIRECTORY,
          context(6, False): Kind.URI, context(7, False): Kind.IP}  # fmt: skip
# otherName, x400Address, ediPartyName, registeredID
_OTHERS = frozenset({context(0), context(3), context(5), context(8, False)})


@dataclass(frozen=True, slots=True)
class GeneralName:
    """``value`` as written, an address with its mask in a subtree; ``name`` for a directoryName alone.

    ``text`` are a textual form's own characters; what is not ASCII in it shows
    as what no host name has. ``lowered`` is for comparisons, of which a hostile
    certificate asks for thousands.
    """

    kind: Kind
    value: bytes
    name: Name | None = None
    text: str = field(init=False, compare=False)
    lowered: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        text = self.value.decode("ascii", "backslashreplace") if self.kind in _TEXTUAL else ""
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "lowered", text.lower())

    @property
    def address(self) -> IpAddress | None:
        return ip_address(self.value) if self.kind is Kind.IP and len(self.value) in (4, 16) else None


def general_names(der: bytes) -> tuple[GeneralName, ...]:
    """A GeneralNames; raises DerError."""
    found = tuple(_general_name(each) for each in elements(one(der, SEQUENCE).content))
    if not found:
        raise DerError("no name in it")
    return found


def subtrees(content: bytes) -> tuple[GeneralName, ...]:
    """The bases of GeneralSubtrees; RFC 5280 §4.2.1.10 allows no minimum but 0 and no maximum. Raises DerError."""
    found = []
    for each in elements(content):
        if each.tag != SEQUENCE:
            raise DerError("a subtree that is no structure")
        fields = Fields(each.content)
        found.append(_general_name(fields.any()))
        minimum = fields.optional(context(0, False))
        if minimum is not None and unsigned(minimum.content) != 0:
            raise DerError("a subtree with a minimum")
        fields.end()
    return tuple(found)


def _general_name(found: Element) -> GeneralName:
    kind = _KINDS.get(found.tag)
    if kind is None:
        if found.tag not in _OTHERS:
            raise DerError("a name of no known form")
        return GeneralName(Kind.OTHER, found.content)
    if kind is Kind.DIRECTORY:
        return GeneralName(kind, found.content, read_name(found.content))
    return GeneralName(kind, found.content)
