"""Servers' own certificates that are odd in one way, right below a good root."""

from datetime import datetime
from datetime import timedelta

from testenv.pki import extension_values as ext
from testenv.pki.cases import case
from testenv.pki.certificates import HOST
from testenv.pki.certificates import NULL
from testenv.pki.certificates import leaf
from testenv.pki.certificates import root
from testenv.pki.certificates import utc
from testenv.pki.encode import BMP
from testenv.pki.encode import TELETEX
from testenv.pki.encode import bit_string
from testenv.pki.encode import generalized_time
from testenv.pki.encode import name
from testenv.pki.encode import oid
from testenv.pki.encode import sequence
from testenv.pki.encode import tlv
from testenv.pki.encode import utc_time

_NO_CA, _SIGNS, _SERVER, _HOST = ext.basic(False), ext.usage("digital_signature"), ext.purposes("server"), ext.san(HOST)
_USUAL = [_NO_CA, _SIGNS, _SERVER, _HOST]

# name -> the server's extensions
EXTENSIONS = {
    "plain": _USUAL,
    "only names": [_HOST],
    "no purpose": [_NO_CA, _SIGNS, _HOST],
    "purpose client": [ext.purposes("client"), _HOST],
    "purpose any": [ext.purposes("any"), _HOST],
    "purpose Netscape's": [ext.purposes("netscape_sgc"), _HOST],
    "purpose Microsoft's": [ext.purposes("microsoft_sgc"), _HOST],
    "purpose server, critical": [ext.purposes("server", critical=True), _HOST],
    "purpose server and code": [ext.purposes("server", "code"), _HOST],
    "purpose unknown": [ext.purposes("1.2.3.4"), _HOST],
    "malformed purpose": [ext.extension("2.5.29.37", sequence()), _HOST],
    "key usage key agreement": [ext.usage("key_agreement"), _SERVER, _HOST],
    "key usage to sign certificates": [ext.usage("digital_signature", "key_cert_sign"), _SERVER, _HOST],
    "key usage empty": [ext.extension("2.5.29.15", bit_string(b"\x00", 7), True), _SERVER, _HOST],
    "malformed key usage": [ext.extension("2.5.29.15", b"\x05\x00"), _SERVER, _HOST],
    "a CA": [ext.basic(True), ext.usage("digital_signature", "key_cert_sign"), _SERVER, _HOST],
    "path length without CA": [ext.basic(False, 0), _SIGNS, _SERVER, _HOST],
    "malformed basic constraints": [ext.extension("2.5.29.19", b"\x05\x00"), _SIGNS, _SERVER, _HOST],
    "names critical": [ext.san(HOST, critical=True), _SERVER],
    "no names": [_NO_CA, _SIGNS, _SERVER],
    "names empty": [ext.extension("2.5.29.17", sequence()), _SERVER],
    "names malformed": [ext.extension("2.5.29.17", b"\x30\x03\x82"), _SERVER],
    "names of mail": [ext.san("mail:a@example.com"), _SERVER],
    "names twice": [_HOST, _HOST, _SERVER],
    "unknown critical": [*_USUAL, ext.extension("1.2.3.4", b"\x05\x00", True)],
    "unknown": [*_USUAL, ext.extension("1.2.3.4", b"\x05\x00")],
    "must staple": [*_USUAL, ext.extension("1.3.6.1.5.5.7.1.24", bytes.fromhex("3003020105"))],
    "must staple, critical": [*_USUAL, ext.extension("1.3.6.1.5.5.7.1.24", bytes.fromhex("3003020105"), True)],
    "poison": [*_USUAL, ext.extension("1.3.6.1.4.1.11129.2.4.3", b"\x05\x00", True)],
    "malformed AIA": [*_USUAL, ext.extension("1.3.6.1.5.5.7.1.1", b"\x30\x03\x01")],
    "AIA critical": [*_USUAL, ext.extension("1.3.6.1.5.5.7.1.1", sequence(sequence(oid("1.3.6.1.5.5.7.48.1"), tlv(0x86, b"http://a/"))), True)],
    "malformed CRL distribution": [*_USUAL, ext.extension("2.5.29.31", b"\x30\x03\x01")],
    "malformed policies": [*_USUAL, ext.extension("2.5.29.32", b"\x30\x03\x01")],
    "malformed SCT list": [*_USUAL, ext.extension("1.3.6.1.4.1.11129.2.4.2", b"\x04\x01")],
    "key id critical": [*_USUAL, ext.key_id(b"own", critical=True)],
    "authority key id critical": [*_USUAL, ext.authority_key_id(b"another", critical=True)],
    "issuer names critical": [*_USUAL, ext.extension("2.5.29.18", sequence(ext.general_name("ca.example.com")), True)],
    "Netscape type": [*_USUAL, ext.extension("2.16.840.1.113730.1.1", bytes.fromhex("03020640"))],
    "Netscape type, critical": [*_USUAL, ext.extension("2.16.840.1.113730.1.1", bytes.fromhex("03020640"), True)],
    "Netscape type of a client": [*_USUAL, ext.extension("2.16.840.1.113730.1.1", bytes.fromhex("03020780"))],
    "AD CS template": [*_USUAL, ext.extension("1.3.6.1.4.1.311.20.2", bytes.fromhex("1e120057006500620053006500720076006500720000"[:42]))],
    "AD CS application policies, critical": [*_USUAL, ext.extension("1.3.6.1.4.1.311.21.10", sequence(sequence(oid("1.3.6.1.5.5.7.3.1"))), True)],
    "AD CS application policies, critical, no purpose": [_HOST, ext.extension("1.3.6.1.4.1.311.21.10", sequence(sequence(oid("1.3.6.1.5.5.7.3.1"))), True)],
    "explicit policy demanded": [*_USUAL, ext.policy_constraints(explicit=0)],
    "name constraints in it": [*_USUAL, ext.constraints(["example.org"])],
    "policies critical": [*_USUAL, ext.policies("1.2.3.4.5", critical=True)],
    "policies critical with a statement": [*_USUAL, ext.policies("1.2.3.4.5", critical=True, qualifier="1.3.6.1.5.5.7.2.1")],
    "policies with an unknown qualifier": [*_USUAL, ext.policies("1.2.3.4.5", qualifier="1.2.3.9")],
    "policies critical with an unknown qualifier": [*_USUAL, ext.policies("1.2.3.4.5", critical=True, qualifier="1.2.3.9")],
    "private key usage period, critical": [*_USUAL, ext.extension("2.5.29.16", sequence(), True)],
    "qualified statements, critical": [*_USUAL, ext.extension("1.3.6.1.5.5.7.1.3", sequence(sequence(oid("0.4.0.1862.1.1"))), True)],
    "other kinds of names": [_SERVER, ext.san(HOST, "uri:http://example.com/", ext.directory(name(("CN", "x"))), "mail:a@b.example")],
    "300 names": [_SERVER, ext.san(*(f"h{number}.example.com" for number in range(300)), HOST)],
    "a name that is blank": [_SERVER, ext.san("", HOST)],
    "a name with a zero byte": [_SERVER, ext.san("x\0y", HOST)],
    "a name in UTF-8": [_SERVER, ext.san("bücher.example.com", HOST)],
    "a name of spaces": [_SERVER, ext.san(" ", HOST)],
    "an address of three bytes": [_SERVER, ext.san(tlv(0x87, b"\x01\x02\x03"), HOST)],
}  # fmt: skip
for _name, _extensions in EXTENSIONS.items():

    @case(f"server: {_name}")
    def _leaf(now: datetime, extensions=_extensions):
        above = root(now=now)
        return [leaf(above, now=now, extensions=extensions)], [above]


# name -> (the names in the certificate, the host that is asked for)
HOSTS = {
    "wildcard": (["*.example.com"], HOST),
    "wildcard two levels up": (["*.example.com"], "a.b.example.com"),
    "wildcard for the domain itself": (["*.example.com"], "example.com"),
    "wildcard over com": (["*.com"], "example.com"),
    "wildcard over lan": (["*.lan"], "nas.lan"),
    "wildcard over home.lan": (["*.home.lan"], "nas.home.lan"),
    "wildcard over com.cn": (["*.com.cn"], "shop.com.cn"),
    "wildcard over co.uk": (["*.co.uk"], "shop.co.uk"),
    "wildcard over gov.cn": (["*.gov.cn"], "city.gov.cn"),
    "wildcard over github.io": (["*.github.io"], "someone.github.io"),
    "wildcard over a private suffix": (["*.myqcloud.com"], "cos.myqcloud.com"),
    "wildcard over kawasaki.jp's child": (["*.x.kawasaki.jp"], "a.x.kawasaki.jp"),
    "wildcard alone": (["*"], "intranet"),
    "wildcard with a part": (["a*.example.com"], HOST),
    "wildcard at the end": (["api.*"], "api.example"),
    "wildcard in the middle": (["api.*.com"], HOST),
    "wildcard twice": (["*.*.com"], HOST),
    "wildcard with a trailing dot": (["*.example.com."], HOST),
    "trailing dot in the certificate": (["api.example.com."], HOST),
    "upper case": (["API.Example.COM"], HOST),
    "underscore": (["a_b.example.com"], "a_b.example.com"),
    "hyphen first": (["-a.example.com"], HOST),
    "punycode": (["xn--fiqs8s.example.com"], "xn--fiqs8s.example.com"),
    "single label": (["intranet"], "intranet"),
    "localhost": (["localhost"], "localhost"),
    "address": (["127.0.0.1"], "127.0.0.1"),
    "address as a DNS name": ([tlv(0x82, b"127.0.0.1")], "127.0.0.1"),
    "another address": (["127.0.0.2"], "127.0.0.1"),
    "address of IPv6": (["::1"], "::1"),
    "address and a name": (["127.0.0.1", HOST], HOST),
    "leading dot": ([".example.com"], HOST),
    "another name": (["www.example.com"], HOST),
    "long label": (["a" * 63 + ".example.com"], "a" * 63 + ".example.com"),
    "digits": (["123.example.com"], "123.example.com"),
}  # fmt: skip
for _name, _value in HOSTS.items():

    @case(f"name: {_name}", host=_value[1])
    def _host(now: datetime, names=tuple(_value[0])):
        above = root(now=now)
        return [leaf(above, now=now, names=names)], [above]


# name -> what is changed in the server's certificate
CHANGES = {
    "version 1": {"version": 1, "extensions": None},
    "version 1 with extensions": {"version": 1},
    "version 2 with extensions": {"version": 2},
    "expired a minute ago": {"until": -60},
    "not yet valid for a minute": {"since": 90},
    "valid 398 days": {"days": 398},
    "valid 825 days": {"days": 825},
    "valid 825 days and an hour": {"days": 825 + 1 / 24},
    "valid 826 days": {"days": 826},
    "valid 20 years": {"days": 7300},
    "RSA 2048": {"key_kind": "rsa2048:leaf"},
    "RSA 2040": {"key_kind": "rsa2040:leaf"},
    "RSA 2047": {"key_kind": "rsa2047:leaf"},
    "RSA 1024": {"key_kind": "rsa1024:leaf"},
    "RSA 1536": {"key_kind": "rsa1536:leaf"},
    "RSA exponent 3": {"key_kind": "rsa2048e3:leaf"},
    "P-224": {"key_kind": "p224:leaf"},
    "P-384": {"key_kind": "p384:leaf"},
    "P-521": {"key_kind": "p521:leaf"},
    "Ed25519": {"key_kind": "ed25519:leaf"},
    "serial 0": {"serial": 0},
    "serial negative": {"serial": -1},
    "serial of 21 octets": {"serial": 2**166},
    "serial of 40 octets": {"serial": 2**318},
    "signed SHA-384": {"digest": "sha384"},
    "signed SHA-512": {"digest": "sha512"},
    "signed SHA-224": {"digest": "sha224"},
    "signed SHA-1": {"digest": "sha1"},
    "subject empty, names critical": {"subject": name(), "extensions": [_SERVER, ext.san(HOST, critical=True)]},
    "subject empty, names not critical": {"subject": name()},
    "subject empty, no names": {"subject": name(), "extensions": [_SERVER]},
    "subject BMP": {"subject": name(("CN", HOST, BMP))},
    "subject Teletex": {"subject": name(("CN", "Täst", TELETEX))},
    "subject in Chinese": {"subject": name(("CN", "测试"), ("O", "实验室"))},
    "subject of a mail address": {"subject": name(("CN", HOST), ("email", "a@example.com"))},
    "another algorithm inside": {"inner_algorithm": sequence(oid("1.2.840.10045.4.3.3"))},
    "algorithm with NULL inside": {"inner_algorithm": sequence(oid("1.2.840.10045.4.3.2"), NULL)},
    "GeneralizedTime before 2050": {"dates": sequence(generalized_time(utc(2026, 1, 1)), generalized_time(utc(2027, 12, 1)))},
    "from 1950 to 2049": {"dates": sequence(utc_time(utc(1950, 1, 1)), utc_time(utc(2049, 12, 31)))},
    "time without seconds": {"dates": sequence(tlv(0x17, b"2601010000Z"), tlv(0x17, b"2712010000Z"))},
    "time with an offset": {"dates": sequence(tlv(0x17, b"260101000000+0000"), tlv(0x17, b"271201000000+0000"))},
}  # fmt: skip
for _name, _changes in CHANGES.items():

    @case(f"server: {_name}")
    def _changed(now: datetime, changes=_changes):
        given = dict(changes)
        for moment in ("since", "until"):
            if moment in given:
                given[moment] = now + timedelta(seconds=given[moment])
        above = root(now=now)
        return [leaf(above, given.pop("subject", HOST), now=now, **given)], [above]


# name -> what is changed below a root with an RSA key
BELOW_RSA = {
    "SHA-256": {},
    "SHA-512": {"digest": "sha512"},
    "SHA-224": {"digest": "sha224"},
    "SHA-1": {"digest": "sha1"},
    "MD5": {"digest": "md5"},
    "PSS SHA-256": {"pss": True},
    "PSS SHA-384": {"pss": True, "digest": "sha384"},
}
for _name, _changes in BELOW_RSA.items():

    @case(f"server below RSA: {_name}")
    def _below_rsa(now: datetime, changes=_changes):
        above = root(now=now, key_kind="rsa2048:root")
        return [leaf(above, now=now, **changes)], [above]


@case("signature of another key")
def _forged(now):
    from testenv.pki.certificates import key

    above = root(now=now)
    return [leaf(above, now=now, sign_with=key("p256:stranger"))], [above]


@case("garbage behind a good chain")
def _garbage(now):
    from testenv.pki.certificates import Made

    above = root(now=now)
    return [leaf(above, now=now), Made(b"\x30\x03\x01\x02\x03", above.key, b"", None, 0)], [above]
