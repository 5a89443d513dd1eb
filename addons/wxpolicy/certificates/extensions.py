"""The values of the extensions that some platform reads (RFC 5280 §4.2). Each reader raises DerError."""

from dataclasses import dataclass

from wxpolicy.certificates.der import BIT_STRING
from wxpolicy.certificates.der import BOOLEAN
from wxpolicy.certificates.der import INTEGER
from wxpolicy.certificates.der import OCTET_STRING
from wxpolicy.certificates.der import OID
from wxpolicy.certificates.der import SEQUENCE
from wxpolicy.certificates.der import DerError
from wxpolicy.certificates.der import Fields
from wxpolicy.certificates.der import bits
from wxpolicy.certificates.der import boolean
from wxpolicy.certificates.der import context
from wxpolicy.certificates.der import elements
from wxpolicy.certificates.der import inside
from wxpolicy.certificates.der import oid
from wxpolicy.certificates.der import one
from wxpolicy.certificates.der import unsigned
from wxpolicy.certificates.general_names import GeneralName
from wxpolicy.certificates.general_names import subtrees
from wxpolicy.certificates.oids import CA_ISSUERS

_KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True, slots=True)
class BasicConstraints:
    ca: bool
    path_length: int | None


@dataclass(frozen=True, slots=True)
class NameConstraints:
    """The subtrees of both lists; None where the certificate has no such list."""

    permitted: tuple[GeneralName, ...] | None
    excluded: tuple[GeneralName, ...] | None


@dataclass(frozen=True, slots=True)
class PolicyConstraints:
    require_explicit: int | None
    inhibit_mapping: int | None


@dataclass(frozen=True, slots=True)
class AuthorityKeyId:
    """How a certificate names its issuer's: by the key, by the serial number, or by both."""

    key_id: bytes | None = None
    serial: bytes | None = None


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies' identifiers; ``qualifiers`` are the kinds of qualifiers, whosever policy they qualify."""

    oids: tuple[str, ...]
    qualifiers: frozenset[str]


def basic_constraints(der: bytes) -> BasicConstraints:
    fields = inside(der)
    ca = fields.optional(BOOLEAN)
    length = fields.optional(INTEGER)
    fields.end()
    return BasicConstraints(ca is not None and boolean(ca.content), unsigned(length.content) if length else None)


def key_usage(der: bytes) -> frozenset[str]:
    data, _ = bits(one(der, BIT_STRING).content)
    return frozenset(
        name
        for place, name in enumerate(_KEY_USAGES)
        if place // 8 < len(data) and data[place // 8] & (0x80 >> place % 8)
    )


def extended_key_usage(der: bytes) -> frozenset[str]:
    found = frozenset(oid(_of(OID, each.tag, each.content)) for each in elements(one(der, SEQUENCE).content))
    if not found:
        raise DerError("no purpose in it")
    return found


def subject_key_id(der: bytes) -> bytes:
    return one(der, OCTET_STRING).content


def authority_key_id(der: bytes) -> AuthorityKeyId:
    fields = inside(der)
    key = fields.optional(context(0, False))
    issuer, serial = fields.optional(context(1)), fields.optional(context(2, False))
    fields.end()
    if (issuer is None) != (serial is None):
        raise DerError("an issuer without a serial number, or the reverse")
    return AuthorityKeyId(key.content if key is not None else None, serial.content if serial is not None else None)


def ca_issuers(der: bytes) -> tuple[str, ...]:
    """The URLs of authorityInfoAccess where the issuer's certificate can be fetched."""
    urls = []
    listed = one(der, SEQUENCE).content
    if not listed:
        raise DerError("no access in it")
    for each in elements(listed):
        fields = Fields(_of(SEQUENCE, each.tag, each.content))
        method, location = oid(fields.take(OID).content), fields.any()
        fields.end()
        if method == CA_ISSUERS and location.tag == context(6, False):
            urls.append(location.content.decode("ascii", "backslashreplace"))
    return tuple(urls)


def name_constraints(der: bytes) -> NameConstraints:
    fields = inside(der)
    permitted, excluded = fields.optional(context(0)), fields.optional(context(1))
    fields.end()
    return NameConstraints(
        subtrees(permitted.content) if permitted is not None else None,
        subtrees(excluded.content) if excluded is not None else None,
    )


def policies(der: bytes) -> Policies:
    oids, qualifiers = [], set()
    for each in elements(one(der, SEQUENCE).content):
        fields = Fields(_of(SEQUENCE, each.tag, each.content))
        oids.append(oid(fields.take(OID).content))
        listed = fields.optional(SEQUENCE)
        fields.end()
        for qualifier in elements(listed.content) if listed is not None else ():
            qualifiers.add(oid(Fields(_of(SEQUENCE, qualifier.tag, qualifier.content)).take(OID).content))
    if not oids or len(set(oids)) != len(oids):
        raise DerError("no policy in it, or one twice")
    return Policies(tuple(oids), frozenset(qualifiers))


def policy_mappings(der: bytes) -> tuple[tuple[str, str], ...]:
    """Pairs of the issuer's and the subject's policy."""
    pairs = []
    for each in elements(one(der, SEQUENCE).content):
        fields = Fields(_of(SEQUENCE, each.tag, each.content))
        pairs.append((oid(fields.take(OID).content), oid(fields.take(OID).content)))
        fields.end()
    if not pairs:
        raise DerError("no mapping in it")
    return tuple(pairs)


def policy_constraints(der: bytes) -> PolicyConstraints:
    fields = inside(der)
    explicit, mapping = fields.optional(context(0, False)), fields.optional(context(1, False))
    fields.end()
    return PolicyConstraints(
        unsigned(explicit.content) if explicit is not None else None,
        unsigned(mapping.content) if mapping is not None else None,
    )


def inhibit_any_policy(der: bytes) -> int:
    return unsigned(one(der, INTEGER).content)


def _of(wanted: int, tag: int, content: bytes) -> bytes:
    if tag != wanted:
        raise DerError(f"tag {tag:#04x} where {wanted:#04x} is due")
    return content
