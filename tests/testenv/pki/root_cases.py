"""Roots that are odd in one way, above a good server's certificate."""

from datetime import datetime
from datetime import timedelta

from testenv.pki import extension_values as ext
from testenv.pki.cases import case
from testenv.pki.certificates import Made
from testenv.pki.certificates import certificate
from testenv.pki.certificates import identifier
from testenv.pki.certificates import key
from testenv.pki.certificates import leaf
from testenv.pki.certificates import root
from testenv.pki.certificates import tagged
from testenv.pki.certificates import utc
from testenv.pki.encode import BMP
from testenv.pki.encode import IA5
from testenv.pki.encode import PRINTABLE
from testenv.pki.encode import TELETEX
from testenv.pki.encode import UTF8
from testenv.pki.encode import name
from testenv.pki.encode import sequence

_OWN = identifier(key("p256:root"))
_CA, _SIGN, _KEY_ID = ext.basic(True), ext.usage("key_cert_sign", "crl_sign"), ext.key_id(_OWN)

# name -> the root's extensions; None for none at all
EXTENSIONS = {
    "plain": [_CA, _SIGN, _KEY_ID],
    "no key usage": [_CA, _KEY_ID],
    "basic constraints not critical": [ext.basic(True, critical=False), _SIGN],
    "no extensions, version 3": None,
    "no basic constraints but others": [_SIGN, _KEY_ID],
    "no CA": [ext.basic(False), _SIGN],
    "key usage without certificates": [_CA, ext.usage("crl_sign")],
    "key usage not critical": [_CA, ext.usage("key_cert_sign", critical=False)],
    "path length 0": [ext.basic(True, 0), _SIGN],
    "purpose server": [_CA, _SIGN, ext.purposes("server")],
    "purpose client": [_CA, _SIGN, ext.purposes("client")],
    "purpose any": [_CA, _SIGN, ext.purposes("any")],
    "purpose sgc": [_CA, _SIGN, ext.purposes("netscape_sgc")],
    "permits the host": [_CA, _SIGN, ext.constraints(["example.com"])],
    "permits another": [_CA, _SIGN, ext.constraints(["example.org"])],
    "excludes the host": [_CA, _SIGN, ext.constraints(excluded=["example.com"])],
    "unknown critical extension": [_CA, _SIGN, ext.extension("1.2.3.4", b"\x05\x00", True)],
    "unknown extension": [_CA, _SIGN, ext.extension("1.2.3.4", b"\x05\x00")],
    "explicit policy demanded": [_CA, _SIGN, ext.policy_constraints(explicit=0)],
    "policies": [_CA, _SIGN, ext.policies("1.2.3.5")],
    "duplicate extension": [_CA, _CA, _SIGN],
    "malformed AIA": [_CA, _SIGN, ext.extension("1.3.6.1.5.5.7.1.1", b"\x30\x03\x01")],
    "malformed key id": [_CA, _SIGN, ext.extension("2.5.29.14", b"\x05\x00")],
    "malformed name constraints": [_CA, _SIGN, ext.extension("2.5.29.30", sequence(), True)],
    "key id of another key": [_CA, _SIGN, ext.key_id(b"another")],
}
for _name, _extensions in EXTENSIONS.items():

    @case(f"root: {_name}")
    def _root(now: datetime, extensions=_extensions):
        made = root(extensions=extensions, now=now)
        return [leaf(made, now=now)], [made]


# name -> what is changed in the root
CHANGES = {
    "version 1": {"version": 1, "extensions": None},
    "version 2": {"version": 2, "extensions": None},
    "version 1, expired": {"version": 1, "extensions": None, "until": "yesterday"},
    "expired": {"until": "yesterday"},
    "not yet valid": {"since": "tomorrow"},
    "SHA-1 of its own": {"digest": "sha1", "key_kind": "rsa2048:root"},
    "MD5 of its own": {"digest": "md5", "key_kind": "rsa2048:root"},
    "RSA 512": {"key_kind": "rsa1024:root"},
    "RSA 1024": {"key_kind": "rsa1024:root"},
    "RSA 1023": {"key_kind": "rsa1024:root"},
    "RSA 2040": {"key_kind": "rsa2040:root"},
    "RSA 3072": {"key_kind": "rsa3072:root"},
    "RSA exponent 3": {"key_kind": "rsa2048e3:root"},
    "P-224": {"key_kind": "p224:root"},
    "P-384": {"key_kind": "p384:root"},
    "P-521": {"key_kind": "p521:root"},
    "secp256k1": {"key_kind": "k1:root"},
    "Ed25519": {"key_kind": "ed25519:root"},
    "serial 0": {"serial": 0},
    "serial negative": {"serial": -5},
    "serial of 30 octets": {"serial": 2**238},
    "serial of 40 octets": {"serial": 2**318},
    "until 9999": {"until": "the end"},
    "signed by somebody else": {"sign_with": key("p256:stranger")},
}
del CHANGES["RSA 512"], CHANGES["RSA 1023"]
for _name, _changes in CHANGES.items():

    @case(f"root: {_name}")
    def _changed(now: datetime, changes=_changes):
        moments = {
            "yesterday": now - timedelta(days=1),
            "tomorrow": now + timedelta(days=2),
            "the end": utc(9999, 12, 31),
        }
        given = {
            key_: moments.get(value, value) if isinstance(value, str) else value for key_, value in changes.items()
        }
        made = root(now=now, **given)
        return [leaf(made, now=now)], [made]


# name -> (the root's subject, the issuer in the server's certificate)
NAMES = {
    "UTF8 and Printable": (name(("CN", "Lab1 Root")), name(("CN", "Lab1 Root", PRINTABLE))),
    "Printable in another case": (name(("CN", "Lab2 Root", PRINTABLE)), name(("CN", "LAB2  root", PRINTABLE))),
    "UTF8 in another case": (name(("CN", "Lab3 Root")), name(("CN", "LAB3 root"))),
    "UTF8 with two blanks": (name(("CN", "Lab4 Root")), name(("CN", " Lab4  Root "))),
    "BMP in both": (name(("CN", "Lab5 Root", BMP)), name(("CN", "Lab5 Root", BMP))),
    "BMP and UTF8": (name(("CN", "Lab6 Root", BMP)), name(("CN", "Lab6 Root"))),
    "Teletex in both": (name(("CN", "Lab7 Rööt", TELETEX)), name(("CN", "Lab7 Rööt", TELETEX))),
    "Teletex and UTF8": (name(("CN", "Lab8 Rööt", TELETEX)), name(("CN", "Lab8 Rööt", UTF8))),
    "Printable with an underscore": (name(("CN", "Lab9_Root", PRINTABLE)), name(("CN", "Lab9_Root", PRINTABLE))),
    "Printable with an asterisk": (name(("CN", "Lab10*Root", PRINTABLE)), name(("CN", "Lab10*Root", PRINTABLE))),
    "mail address in another case": (
        name(("CN", "Lab11"), ("email", "CA@example.com")), name(("CN", "Lab11"), ("email", "ca@example.com")),
    ),
    "IA5 with an umlaut": (name(("CN", "Lab12", IA5), ("O", "ö", IA5)), name(("CN", "Lab12", IA5), ("O", "ö", IA5))),
    "another order": (name(("O", "Lab13"), ("CN", "Root")), name(("CN", "Root"), ("O", "Lab13"))),
    "empty": (name(), name()),
    "a sharp s": (name(("CN", "Strasse 15")), name(("CN", "Straße 15"))),
}  # fmt: skip
for _name, _names in NAMES.items():

    @case(f"names of root and issuer: {_name}")
    def _named(now: datetime, names=_names):
        made = root(names[0], now=now)
        return [leaf(made, now=now, issuer_name=names[1])], [made]


@case("root: also served")
def _served(now):
    made = root(now=now)
    return [leaf(made, now=now), made], [made]


@case("root: another certificate of the same name and key is trusted")
def _renewed(now):
    old, new = root(now=now), root(now=now, days=5000)
    return [leaf(old, now=now), old], [new]


@case("root: same name, another key is trusted as well")
def _twin(now):
    made, twin = root(now=now), root(now=now, key_kind="p256:twin")
    return [leaf(made, now=now)], [twin, made]


@case("root: unknown, served")
def _unknown(now):
    made, other = root("Unknown", now=now), root("Known", now=now, key_kind="p256:other")
    return [leaf(made, now=now), made], [other]


@case("self-signed server, trusted")
def _own(now):
    made = _self_signed(now)
    return [made], [made]


@case("self-signed server, not trusted")
def _own_untrusted(now):
    return [_self_signed(now)], [root("Known", now=now, key_kind="p256:other")]


@case("self-signed server, trusted, expired")
def _own_expired(now):
    made = _self_signed(now, days=10)
    return [made], [made]


@case("self-signed server, trusted, another host")
def _own_other(now):
    made = _self_signed(now, names=("www.example.com",))
    return [made], [made]


@case("self-signed server, trusted, for clients")
def _own_client(now):
    made = _self_signed(now, plus=[ext.purposes("client")])
    return [made], [made]


@case("self-signed server, trusted, CA for 10 years")
def _own_ca(now):
    made = _self_signed(now, days=3650, plus=[ext.basic(True)])
    return [made], [made]


@case("server's certificate itself trusted, its CA not")
def _leaf_trusted(now):
    made = leaf(root("Unknown", now=now), now=now)
    return [made], [made]


@case("server's certificate itself trusted, and its CA")
def _both_trusted(now):
    above = root(now=now)
    made = leaf(above, now=now)
    return [made], [made, above]


def _self_signed(now, names=("api.example.com",), plus=(), days=90) -> Made:
    extensions = [ext.san(*names), *plus]
    return certificate(tagged("api.example.com"), extensions=extensions, key_kind="p256:own", days=days, now=now)
