"""The extensions of certificates, whole: good ones by their fields, odd ones by their bytes."""

from collections.abc import Sequence
from ipaddress import ip_address
from ipaddress import ip_network

from testenv.pki.encode import bit_string
from testenv.pki.encode import extension
from testenv.pki.encode import integer
from testenv.pki.encode import octet_string
from testenv.pki.encode import oid
from testenv.pki.encode import sequence
from testenv.pki.encode import tlv

_USAGES = (
    "digital_signature", "non_repudiation", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign",
)  # fmt: skip
PURPOSES = {
    "server": "1.3.6.1.5.5.7.3.1", "client": "1.3.6.1.5.5.7.3.2", "code": "1.3.6.1.5.5.7.3.3", "any": "2.5.29.37.0",
    "netscape_sgc": "2.16.840.1.113730.4.1", "microsoft_sgc": "1.3.6.1.4.1.311.10.3.3",
}  # fmt: skip


def basic(ca: bool, length: int | None = None, critical: bool = True) -> bytes:
    fields = [tlv(0x01, b"\xff")] if ca else []
    if length is not None:
        fields.append(integer(length))
    return extension("2.5.29.19", sequence(*fields), critical)


def usage(*names: str, critical: bool = True) -> bytes:
    value = sum(0x80 >> _USAGES.index(each) for each in names)
    unused = next((place for place in range(8) if value >> place & 1), 0)
    return extension("2.5.29.15", bit_string(bytes([value]), unused), critical)


def purposes(*names: str, critical: bool = False) -> bytes:
    return extension("2.5.29.37", sequence(*(oid(PURPOSES.get(each, each)) for each in names)), critical)


def general_name(text: str | bytes) -> bytes:
    """An address, a "mail:…", a "uri:…" or a DNS name; bytes are a general name as they are."""
    if isinstance(text, bytes):
        return text
    kind, _, rest = text.partition(":")
    if kind in ("mail", "uri"):
        return tlv(0x81 if kind == "mail" else 0x86, rest.encode())
    try:
        return tlv(0x87, ip_address(text).packed)
    except ValueError:
        return tlv(0x82, text.encode())


def san(*names: str | bytes, critical: bool = False) -> bytes:
    return extension("2.5.29.17", sequence(*map(general_name, names)), critical)


def key_id(value: bytes, critical: bool = False) -> bytes:
    return extension("2.5.29.14", octet_string(value), critical)


def authority_key_id(value: bytes, critical: bool = False) -> bytes:
    return extension("2.5.29.35", sequence(tlv(0x80, value)), critical)


def authority_serial(issuer: bytes, serial: int) -> bytes:
    """An authorityKeyIdentifier with the issuer's name and serial number alone."""
    content = integer(serial)[2:]
    return extension("2.5.29.35", sequence(tlv(0xA1, tlv(0xA4, issuer)), tlv(0x82, content)))


def authority_both(value: bytes, issuer: bytes, serial: int) -> bytes:
    content = integer(serial)[2:]
    fields = (tlv(0x80, value), tlv(0xA1, tlv(0xA4, issuer)), tlv(0x82, content))
    return extension("2.5.29.35", sequence(*fields))


def ca_issuers(url: str) -> bytes:
    access = sequence(oid("1.3.6.1.5.5.7.48.2"), tlv(0x86, url.encode()))
    return extension("1.3.6.1.5.5.7.1.1", sequence(access))


def subtree(text: str | bytes) -> bytes:
    """Like a general name, but "10.0.0.0/8" is a network."""
    if isinstance(text, str) and "/" in text and ":" not in text.partition("/")[0]:
        network = ip_network(text)
        return sequence(tlv(0x87, network.network_address.packed + network.netmask.packed))
    return sequence(general_name(text))


def constraints(
    permitted: Sequence[str | bytes] = (), excluded: Sequence[str | bytes] = (), critical: bool = True
) -> bytes:
    fields = [tlv(0xA0, *map(subtree, permitted))] if permitted else []
    if excluded:
        fields.append(tlv(0xA1, *map(subtree, excluded)))
    return extension("2.5.29.30", sequence(*fields), critical)


def directory(name: bytes) -> bytes:
    """A directoryName, for ``san`` and ``constraints``."""
    return tlv(0xA4, name)


def policies(*dotted: str, critical: bool = False, qualifier: str | None = None) -> bytes:
    """``qualifier``: the OID of one, on the first policy, with a text behind it."""
    found = []
    for place, each in enumerate(dotted):
        qualified = b""
        if qualifier is not None and place == 0:
            qualified = sequence(sequence(oid(qualifier), tlv(0x16, b"http://ca.example/cps")))
        found.append(sequence(oid(each), qualified))
    return extension("2.5.29.32", sequence(*found), critical)


def mappings(*pairs: tuple[str, str], critical: bool = True) -> bytes:
    return extension("2.5.29.33", sequence(*(sequence(oid(a), oid(b)) for a, b in pairs)), critical)


def policy_constraints(explicit: int | None = None, mapping: int | None = None, critical: bool = True) -> bytes:
    fields = [tlv(0x80, integer(explicit)[2:])] if explicit is not None else []
    if mapping is not None:
        fields.append(tlv(0x81, integer(mapping)[2:]))
    return extension("2.5.29.36", sequence(*fields), critical)


def inhibit_any(skip: int, critical: bool = True) -> bytes:
    return extension("2.5.29.54", integer(skip), critical)
