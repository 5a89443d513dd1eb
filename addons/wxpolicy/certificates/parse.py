"""DER to facts: any bytes give CertFacts or Unreadable, never an exception."""

from collections.abc import Callable
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from wxpolicy.certificates import extensions
from wxpolicy.certificates.der import BIT_STRING
from wxpolicy.certificates.der import BOOLEAN
from wxpolicy.certificates.der import INTEGER
from wxpolicy.certificates.der import OCTET_STRING
from wxpolicy.certificates.der import OID
from wxpolicy.certificates.der import SEQUENCE
from wxpolicy.certificates.der import DerError
from wxpolicy.certificates.der import Fields
from wxpolicy.certificates.der import boolean
from wxpolicy.certificates.der import context
from wxpolicy.certificates.der import elements
from wxpolicy.certificates.der import inside
from wxpolicy.certificates.der import oid
from wxpolicy.certificates.der import one
from wxpolicy.certificates.der import time
from wxpolicy.certificates.der import whole_bytes
from wxpolicy.certificates.facts import Algorithm
from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Key
from wxpolicy.certificates.facts import Unreadable
from wxpolicy.certificates.general_names import general_names
from wxpolicy.certificates.oids import AUTHORITY_INFO_ACCESS
from wxpolicy.certificates.oids import AUTHORITY_KEY_ID
from wxpolicy.certificates.oids import BASIC_CONSTRAINTS
from wxpolicy.certificates.oids import EXTENDED_KEY_USAGE
from wxpolicy.certificates.oids import INHIBIT_ANY_POLICY
from wxpolicy.certificates.oids import KEY_USAGE
from wxpolicy.certificates.oids import NAME_CONSTRAINTS
from wxpolicy.certificates.oids import POLICIES
from wxpolicy.certificates.oids import POLICY_CONSTRAINTS
from wxpolicy.certificates.oids import POLICY_MAPPINGS
from wxpolicy.certificates.oids import SUBJECT_ALT_NAME
from wxpolicy.certificates.oids import SUBJECT_KEY_ID
from wxpolicy.certificates.printable import printable
from wxpolicy.certificates.x500 import read_name

# No web server's certificate has more than this: the largest seen have some hundred names.
MAX_CERTIFICATE_BYTES = 96 * 1024
# Apple's own bound (SecCertificate.c, MAX_EXTENSIONS); real ones have about ten.
MAX_EXTENSIONS = 1000
_READERS: dict[str, tuple[str, Callable[[bytes], Any]]] = {
    BASIC_CONSTRAINTS: ("basic", extensions.basic_constraints),
    KEY_USAGE: ("key_usage", extensions.key_usage),
    EXTENDED_KEY_USAGE: ("eku", extensions.extended_key_usage),
    SUBJECT_ALT_NAME: ("san", general_names),
    SUBJECT_KEY_ID: ("subject_key_id", extensions.subject_key_id),
    AUTHORITY_KEY_ID: ("authority", extensions.authority_key_id),
    AUTHORITY_INFO_ACCESS: ("aia_urls", extensions.ca_issuers),
    NAME_CONSTRAINTS: ("constraints", extensions.name_constraints),
    POLICIES: ("policies", extensions.policies),
    POLICY_MAPPINGS: ("policy_mappings", extensions.policy_mappings),
    POLICY_CONSTRAINTS: ("policy_constraints", extensions.policy_constraints),
    INHIBIT_ANY_POLICY: ("inhibit_any_policy", extensions.inhibit_any_policy),
}
_RSA, _RSA_PSS, _EC, _DSA = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10045.2.1", "1.2.840.10040.4.1"
_EDWARDS = {"1.3.101.112": Key("Ed25519", 256), "1.3.101.113": Key("Ed448", 456)}
_CURVES = {
    "1.2.840.10045.3.1.1": ("secp192r1", 192),
    "1.3.132.0.33": ("secp224r1", 224),
    "1.2.840.10045.3.1.7": ("secp256r1", 256),
    "1.3.132.0.34": ("secp384r1", 384),
    "1.3.132.0.35": ("secp521r1", 521),
    "1.3.132.0.10": ("secp256k1", 256),
    "1.3.36.3.3.2.8.1.1.7": ("brainpoolP256r1", 256),
    "1.3.36.3.3.2.8.1.1.11": ("brainpoolP384r1", 384),
    "1.3.36.3.3.2.8.1.1.13": ("brainpoolP512r1", 512),
    "1.2.156.10197.1.301": ("SM2", 256),
}


@lru_cache(maxsize=1024)
def parse(der: bytes) -> CertFacts | Unreadable:
    """The facts of one certificate, or which part of it cannot be parsed."""
    if len(der) > MAX_CERTIFICATE_BYTES:
        return Unreadable("size", f"{len(der)} bytes, more than {MAX_CERTIFICATE_BYTES}")
    part = ["DER"]
    try:
        return _read(der, part)
    except DerError as error:
        return Unreadable(part[0], printable(str(error), 160))


def _read(der: bytes, part: list[str]) -> CertFacts:
    certificate = inside(der)
    tbs = certificate.take(SEQUENCE)
    algorithm = _algorithm(certificate.take(SEQUENCE).whole)
    signature = whole_bytes(certificate.take(BIT_STRING).content)
    certificate.end()
    fields = Fields(tbs.content)
    part[0] = "version"
    version = _version(fields)
    part[0] = "serialNumber"
    serial = fields.take(INTEGER).content
    if not serial:
        raise DerError("empty")
    part[0] = "signature"
    inner_algorithm = _algorithm(fields.take(SEQUENCE).whole)
    part[0] = "issuer"
    issuer = read_name(fields.take(SEQUENCE).whole)
    part[0] = "validity"
    dates = Fields(fields.take(SEQUENCE).content)
    not_before, not_after = time(dates.any()), time(dates.any())
    dates.end()
    part[0] = "subject"
    subject = read_name(fields.take(SEQUENCE).whole)
    part[0] = "subjectPublicKeyInfo"
    spki = fields.take(SEQUENCE).whole
    key = _key(spki)
    for number in (1, 2):  # unique identifiers, long obsolete
        fields.optional(context(number, False))
    part[0] = "extensions"
    values, critical, duplicated, malformed = _extensions(fields)
    fields.end()
    return CertFacts(
        der=der,
        tbs=tbs.whole,
        version=version,
        serial=serial,
        algorithm=algorithm,
        inner_algorithm=inner_algorithm,
        signature=signature,
        issuer=issuer,
        subject=subject,
        not_before=not_before,
        not_after=not_after,
        spki=spki,
        key=key,
        critical=MappingProxyType(critical),
        duplicated=frozenset(duplicated),
        malformed=frozenset(malformed),
        **values,
    )


def _version(fields: Fields) -> int:
    found = fields.optional(context(0))
    if found is None:
        return 1
    number = one(found.content, INTEGER).content
    if number not in (b"\x00", b"\x01", b"\x02"):
        raise DerError("no version that there is")
    return number[0] + 1


def _algorithm(der: bytes) -> Algorithm:
    fields = inside(der)
    name = oid(fields.take(OID).content)
    parameters = b"" if fields.ended else fields.any().whole
    fields.end()
    return Algorithm(name, parameters, der)


def _extensions(fields: Fields) -> tuple[dict[str, Any], dict[str, bool], set[str], set[str]]:
    values: dict[str, Any] = {name: None for name, _ in _READERS.values()} | {
        "aia_urls": (),
        "authority": extensions.AuthorityKeyId(),
    }
    critical: dict[str, bool] = {}
    duplicated: set[str] = set()
    malformed: set[str] = set()
    found = fields.optional(context(3))
    for count, each in enumerate(elements(one(found.content, SEQUENCE).content) if found is not None else ()):
        if each.tag != SEQUENCE or count >= MAX_EXTENSIONS:
            raise DerError("an extension that is none, or too many of them")
        extension = Fields(each.content)
        name = oid(extension.take(OID).content)
        is_critical = extension.optional(BOOLEAN)
        value = extension.take(OCTET_STRING).content
        extension.end()
        if name in critical:
            duplicated.add(name)
            continue
        critical[name] = is_critical is not None and boolean(is_critical.content)
        if name in _READERS:
            key, reader = _READERS[name]
            try:
                values[key] = reader(value)
            except DerError:
                malformed.add(name)
    return values, critical, duplicated, malformed


def _key(spki: bytes) -> Key:
    """Raises DerError if there is no key; one of an unknown kind or form is "unknown"."""
    fields = inside(spki)
    algorithm = _algorithm(fields.take(SEQUENCE).whole)
    data = whole_bytes(fields.take(BIT_STRING).content)
    fields.end()
    try:
        if algorithm.oid in (_RSA, _RSA_PSS):
            return Key("RSA" if algorithm.oid == _RSA else "RSA-PSS", _bit_length(inside(data).take(INTEGER).content))
        if algorithm.oid == _DSA:
            return Key("DSA", _bit_length(inside(algorithm.parameters).take(INTEGER).content))
        if algorithm.oid == _EC:
            name = oid(one(algorithm.parameters, OID).content)
            curve, bits = _CURVES.get(name, (name, 0))
            return Key("EC", bits, curve)
    except DerError:
        return Key("unknown", 0)
    return _EDWARDS.get(algorithm.oid, Key("unknown", 0))


def _bit_length(content: bytes) -> int:
    if not content or content[0] & 0x80:
        raise DerError("a number that is negative")
    return int.from_bytes(content).bit_length()
