"""Chains as the tools make them that teams use for test CAs: their layouts, by what each writes and leaves out."""

from datetime import datetime

from testenv.pki import extension_values as ext
from testenv.pki.cases import case
from testenv.pki.certificates import HOST
from testenv.pki.certificates import certificate
from testenv.pki.certificates import identifier
from testenv.pki.certificates import intermediate
from testenv.pki.certificates import key
from testenv.pki.certificates import leaf
from testenv.pki.certificates import root
from testenv.pki.certificates import tagged
from testenv.pki.encode import name
from testenv.pki.encode import tlv

_OWN = identifier(key("rsa2048:tool"))
_SIGN = ext.usage("key_cert_sign", "crl_sign")
_BOTH = ext.usage("digital_signature", "key_encipherment")
_NAMES = ext.san(HOST)


def _root(now: datetime, *extensions: bytes, **changes):
    return root(key_kind="rsa2048:tool", extensions=list(extensions) or None, now=now, **changes)


def _openssl_root(now):
    """``openssl req -x509`` with the configuration that comes with it."""
    return _root(now, ext.key_id(_OWN), ext.authority_key_id(_OWN), ext.basic(True))


@case("openssl 1.1: x509 -req with a file of names")
def _openssl_1(now):
    above = _openssl_root(now)
    return [leaf(above, now=now, extensions=[_NAMES], days=365)], [above]


@case("openssl 1.1: x509 -req without a file of extensions")
def _openssl_1_v1(now):
    above = _openssl_root(now)
    return [leaf(above, now=now, version=1, extensions=None, days=365)], [above]


@case("openssl 1.1: x509 -req for ten years")
def _openssl_1_long(now):
    above = _openssl_root(now)
    return [leaf(above, now=now, extensions=[_NAMES], days=3650)], [above]


@case("openssl 3: x509 -req with a file of names")
def _openssl_3(now):
    above = _openssl_root(now)
    extensions = [_NAMES, ext.key_id(b"own key"), ext.authority_key_id(_OWN)]
    return [leaf(above, now=now, extensions=extensions, days=365)], [above]


@case("LibreSSL: root of version 1, leaf without key ids")
def _libressl(now):
    above = _root(now, version=1)
    return [leaf(above, now=now, extensions=[ext.basic(False, critical=False), _NAMES], days=365)], [above]


@case("keytool: -gencert with names alone")
def _keytool(now):
    above = _root(now, ext.key_id(_OWN), ext.basic(True, critical=False))
    extensions = [_NAMES, ext.key_id(b"own key"), ext.authority_key_id(_OWN)]
    return [leaf(above, now=now, extensions=extensions)], [above]


@case("easy-rsa 2: serial number and issuer in the key id, Netscape type")
def _easy_rsa_2(now):
    above = _root(now, ext.key_id(_OWN), ext.authority_key_id(_OWN), ext.basic(True, critical=False))
    named = ext.authority_both(_OWN, above.subject, above.serial)
    netscape = ext.extension("2.16.840.1.113730.1.1", bytes.fromhex("03020640"))
    extensions = [ext.basic(False, critical=False), netscape, named, ext.purposes("server"), _BOTH, _NAMES]
    return [leaf(above, now=now, extensions=extensions, days=800)], [above]


@case("XCA: templates, without the issuer's key id")
def _xca(now):
    netscape = ext.extension("2.16.840.1.113730.1.1", bytes.fromhex("03020640"))
    above = _root(now, ext.basic(True), ext.key_id(_OWN), _SIGN)
    usage = ext.usage("digital_signature", "non_repudiation", "key_encipherment")
    extensions = [ext.basic(False), ext.key_id(b"own key"), usage, ext.purposes("server"), netscape, _NAMES]
    return [leaf(above, now=now, extensions=extensions, days=365)], [above]


@case("certtool: usages critical, no names of the CA")
def _certtool(now):
    above = _root(now, ext.basic(True), ext.usage("key_cert_sign"), ext.key_id(_OWN))
    extensions = [ext.basic(False), _NAMES, ext.purposes("server"), _BOTH, ext.authority_key_id(_OWN)]
    return [leaf(above, now=now, extensions=extensions, days=365)], [above]


@case("step-ca: two levels, a day")
def _step(now):
    above = root(extensions=[_SIGN, ext.basic(True, 1), ext.key_id(identifier(key("p256:root")))], now=now)
    usual = [_SIGN, ext.basic(True, 0), ext.key_id(identifier(key("p256:issuing")))]
    issuing = intermediate(above, extensions=usual, now=now)
    step = ext.extension("1.3.6.1.4.1.37476.9000.64.1", b"\x30\x03\x02\x01\x01")
    extensions = [ext.usage("digital_signature"), ext.purposes("server", "client"), _NAMES, step]
    return [leaf(issuing, now=now, extensions=extensions, since=now, days=1), issuing], [above]


@case("Caddy: empty subject, names critical, twelve hours")
def _caddy(now):
    above = root(extensions=[_SIGN, ext.basic(True, 1)], now=now)
    issuing = intermediate(above, extensions=[_SIGN, ext.basic(True, 0)], now=now)
    extensions = [ext.usage("digital_signature"), ext.purposes("server", "client"), ext.san(HOST, critical=True)]
    return [leaf(issuing, name(), now=now, extensions=extensions, since=now, days=0.5), issuing], [above]


@case("AD CS: uncritical usages, template, application policies")
def _ad_cs(now):
    version = ext.extension("1.3.6.1.4.1.311.21.1", b"\x02\x01\x00")
    usage = ext.usage("digital_signature", "key_cert_sign", "crl_sign", critical=False)
    above = _root(now, usage, ext.basic(True), ext.key_id(_OWN), version)
    template = ext.extension("1.3.6.1.4.1.311.20.2", tlv(0x1E, "WebServer".encode("utf-16-be")))
    extensions = [_BOTH, ext.purposes("server"), ext.authority_key_id(_OWN), template, _NAMES]
    return [leaf(above, now=now, extensions=extensions, days=730)], [above]


@case("minica: two years and a month")
def _minica(now):
    above = root(extensions=[_SIGN, ext.purposes("server", "client"), ext.basic(True, 0)], now=now)
    extensions = [_BOTH, ext.purposes("server", "client"), ext.basic(False), _NAMES]
    return [leaf(above, now=now, extensions=extensions, days=837)], [above]


@case("dotnet dev-certs: itself trusted, no CA", host="localhost")
def _dotnet(now):
    extensions = [ext.basic(False), _BOTH, ext.purposes("server"), ext.san("localhost")]
    made = certificate(tagged("localhost"), key_kind="p256:own", extensions=extensions, days=365, now=now)
    return [made], [made]


# case -> the platforms that refuse it: i(OS), a(ndroid), d(evtools)
REFUSED = {
    "openssl 1.1: x509 -req with a file of names": "",
    "openssl 1.1: x509 -req without a file of extensions": "iad",
    "openssl 1.1: x509 -req for ten years": "i",
    "openssl 3: x509 -req with a file of names": "",
    "LibreSSL: root of version 1, leaf without key ids": "",
    "keytool: -gencert with names alone": "",
    "easy-rsa 2: serial number and issuer in the key id, Netscape type": "",
    "XCA: templates, without the issuer's key id": "",
    "certtool: usages critical, no names of the CA": "",
    "step-ca: two levels, a day": "",
    "Caddy: empty subject, names critical, twelve hours": "",
    "AD CS: uncritical usages, template, application policies": "",
    "minica: two years and a month": "i",
    # seed-2017 §1: iOS takes no self-signed ones.
    "dotnet dev-certs: itself trusted, no CA": "i",
}
