"""Intermediates that are odd in one way, and chains that are served oddly."""

from datetime import datetime
from datetime import timedelta

from testenv.pki import extension_values as ext
from testenv.pki.cases import case
from testenv.pki.certificates import HOST
from testenv.pki.certificates import identifier
from testenv.pki.certificates import intermediate
from testenv.pki.certificates import key
from testenv.pki.certificates import leaf
from testenv.pki.certificates import root
from testenv.pki.encode import name
from testenv.pki.encode import sequence

_OWN = identifier(key("p256:issuing"))
_CA, _SIGN, _KEY_ID = ext.basic(True), ext.usage("key_cert_sign", "crl_sign"), ext.key_id(_OWN)
_TEST_POLICY, _OTHER_POLICY, _ANY = "1.2.3.4.5", "1.2.3.4.6", "2.5.29.32.0"

# name -> (the intermediate's extensions, more of the server's)
EXTENSIONS = {
    "plain": ([_CA, _SIGN, _KEY_ID], []),
    "no key usage": ([_CA, _KEY_ID], []),
    "basic constraints not critical": ([ext.basic(True, critical=False), _SIGN], []),
    "no basic constraints": ([_SIGN, _KEY_ID], []),
    "no extensions": (None, []),
    "no CA": ([ext.basic(False), _SIGN], []),
    "key usage without certificates": ([_CA, ext.usage("digital_signature", "crl_sign")], []),
    "path length 0": ([ext.basic(True, 0), _SIGN], []),
    "purpose server": ([_CA, _SIGN, ext.purposes("server", "client")], []),
    "purpose client": ([_CA, _SIGN, ext.purposes("client")], []),
    "purpose code, critical": ([_CA, _SIGN, ext.purposes("code", critical=True)], []),
    "purpose any": ([_CA, _SIGN, ext.purposes("any")], []),
    "purpose Netscape's": ([_CA, _SIGN, ext.purposes("netscape_sgc")], []),
    "purpose Microsoft's": ([_CA, _SIGN, ext.purposes("microsoft_sgc")], []),
    "unknown critical extension": ([_CA, _SIGN, ext.extension("1.2.3.4", b"\x05\x00", True)], []),
    "two key ids": ([_CA, _SIGN, _KEY_ID, _KEY_ID], []),
    "key id critical": ([_CA, _SIGN, ext.key_id(_OWN, critical=True)], []),
    "malformed AIA": ([_CA, _SIGN, ext.extension("1.3.6.1.5.5.7.1.1", b"\x30\x03\x01")], []),
    "malformed policies": ([_CA, _SIGN, ext.extension("2.5.29.32", b"\x30\x03\x01")], []),
    "malformed CRL distribution": ([_CA, _SIGN, ext.extension("2.5.29.31", b"\x30\x03\x01")], []),
    "CRL distribution critical": ([_CA, _SIGN, ext.extension("2.5.29.31", sequence(sequence()), True)], []),
    "malformed unknown extension": ([_CA, _SIGN, ext.extension("1.2.3.4", b"\x30\x03\x01")], []),
    "permits the host": ([_CA, _SIGN, ext.constraints(["example.com"])], []),
    "permits the host, not critical": ([_CA, _SIGN, ext.constraints(["example.com"], critical=False)], []),
    "permits exactly the host": ([_CA, _SIGN, ext.constraints([HOST])], []),
    "permits with a dot in front": ([_CA, _SIGN, ext.constraints([".example.com"])], []),
    "permits another": ([_CA, _SIGN, ext.constraints(["example.org"])], []),
    "permits another, not critical": ([_CA, _SIGN, ext.constraints(["example.org"], critical=False)], []),
    "permits what ends alike": ([_CA, _SIGN, ext.constraints(["ample.com"])], []),
    "permits in capitals": ([_CA, _SIGN, ext.constraints(["EXAMPLE.com"])], []),
    "permits two": ([_CA, _SIGN, ext.constraints(["example.org", "example.com"])], []),
    "permits the empty name": ([_CA, _SIGN, ext.constraints([""])], []),
    "excludes the host": ([_CA, _SIGN, ext.constraints(excluded=["example.com"])], []),
    "excludes another": ([_CA, _SIGN, ext.constraints(excluded=["example.org"])], []),
    "permits and excludes": ([_CA, _SIGN, ext.constraints(["example.com"], [HOST])], []),
    "permits addresses only": ([_CA, _SIGN, ext.constraints(["10.0.0.0/8"])], []),
    "permits addresses, the server has another": ([_CA, _SIGN, ext.constraints(["10.0.0.0/8"])], ["192.0.2.1"]),
    "permits addresses, the server has one": ([_CA, _SIGN, ext.constraints(["10.0.0.0/8"])], ["10.1.2.3"]),
    "permits URIs only": ([_CA, _SIGN, ext.constraints(["uri:.example.com"])], []),
    "permits URIs, the server has one": ([_CA, _SIGN, ext.constraints(["uri:.example.com"])], ["uri:http://a.example.com/"]),
    "permits mail only": ([_CA, _SIGN, ext.constraints(["mail:example.com"])], []),
    "permits mail, the server has another": ([_CA, _SIGN, ext.constraints(["mail:example.com"])], ["mail:a@example.org"]),
    "permits another directory": ([_CA, _SIGN, ext.constraints([ext.directory(name(("O", "Lab")))])], []),
    "permits the directory": ([_CA, _SIGN, ext.constraints([ext.directory(name(("CN", HOST)))])], []),
    "excludes the directory": ([_CA, _SIGN, ext.constraints(excluded=[ext.directory(name(("CN", HOST)))])], []),
    "no subtrees": ([_CA, _SIGN, ext.extension("2.5.29.30", sequence(), True)], []),
    "two empty lists of subtrees": ([_CA, _SIGN, ext.extension("2.5.29.30", sequence(b"\xa0\x00\xa1\x00"), True)], []),
    "an empty list of subtrees": ([_CA, _SIGN, ext.extension("2.5.29.30", sequence(b"\xa1\x00"), True)], []),
    "subtree with a maximum": (
        [_CA, _SIGN, ext.extension("2.5.29.30", bytes.fromhex("3014a0123010820b6578616d706c652e636f6d810105"), True)], [],
    ),
    "excludes what a wildcard may stand for": ([_CA, _SIGN, ext.constraints(excluded=["a.example.com"])], ["*.example.com"]),
    "permits what a wildcard may stand for": ([_CA, _SIGN, ext.constraints(["api.example.com"])], ["*.example.com"]),
    "explicit policy 0": ([_CA, _SIGN, ext.policy_constraints(explicit=0)], []),
    "explicit policy 5": ([_CA, _SIGN, ext.policy_constraints(explicit=5)], []),
    "malformed policy constraints": ([_CA, _SIGN, ext.extension("2.5.29.36", sequence(), True)], []),
    "inhibits any policy": ([_CA, _SIGN, ext.inhibit_any(0)], []),
}  # fmt: skip
for _name, _value in EXTENSIONS.items():

    @case(f"intermediate: {_name}")
    def _intermediate(now: datetime, value=_value):
        above = root(now=now)
        issuing = intermediate(above, extensions=value[0], now=now)
        return [leaf(issuing, now=now, names=(HOST, *value[1])), issuing], [above]


_EXPLICIT = ext.policy_constraints(explicit=0)
# name -> (policies of the intermediate, more of its extensions, policies of the server)
POLICIES = {
    "demanded and named": (ext.policies(_TEST_POLICY), [_EXPLICIT], ext.policies(_TEST_POLICY)),
    "demanded, another named": (ext.policies(_TEST_POLICY), [_EXPLICIT], ext.policies(_OTHER_POLICY)),
    "demanded, none in the server's": (ext.policies(_TEST_POLICY), [_EXPLICIT], None),
    "any above": (ext.policies(_ANY), [_EXPLICIT], ext.policies(_OTHER_POLICY)),
    "any below": (ext.policies(_TEST_POLICY), [_EXPLICIT], ext.policies(_ANY)),
    "any below, inhibited": (ext.policies(_TEST_POLICY), [_EXPLICIT, ext.inhibit_any(0)], ext.policies(_ANY)),
    "mapped": (
        ext.policies(_TEST_POLICY), [_EXPLICIT, ext.mappings((_TEST_POLICY, _OTHER_POLICY))], ext.policies(_OTHER_POLICY),
    ),
    "mapped away": (
        ext.policies(_TEST_POLICY), [_EXPLICIT, ext.mappings((_TEST_POLICY, _OTHER_POLICY))], ext.policies(_TEST_POLICY),
    ),
    "mapped to any": (ext.policies(_TEST_POLICY), [ext.mappings((_TEST_POLICY, _ANY))], ext.policies(_TEST_POLICY)),
    "not demanded, another named": (ext.policies(_TEST_POLICY), [], ext.policies(_OTHER_POLICY)),
    "critical": (ext.policies(_TEST_POLICY, critical=True), [], ext.policies(_TEST_POLICY)),
    "critical with a statement": (
        ext.policies(_TEST_POLICY, critical=True, qualifier="1.3.6.1.5.5.7.2.1"), [], ext.policies(_TEST_POLICY),
    ),
    "critical with an unknown qualifier": (
        ext.policies(_TEST_POLICY, critical=True, qualifier="1.2.3.9"), [], ext.policies(_TEST_POLICY),
    ),
    "with an unknown qualifier": (ext.policies(_TEST_POLICY, qualifier="1.2.3.9"), [], ext.policies(_TEST_POLICY)),
    "one twice": (ext.policies(_TEST_POLICY, _TEST_POLICY), [], ext.policies(_TEST_POLICY)),
}  # fmt: skip
for _name, _value in POLICIES.items():

    @case(f"policies: {_name}")
    def _policies(now: datetime, value=_value):
        above = root(now=now)
        issuing = intermediate(above, extensions=[_CA, _SIGN, value[0], *value[1]], now=now)
        more = [value[2]] if value[2] else []
        return [leaf(issuing, now=now, plus=more), issuing], [above]


# name -> what is changed in the intermediate
CHANGES = {
    "version 1": {"version": 1, "extensions": None},
    "expired": {"until": "yesterday"},
    "not yet valid": {"since": "tomorrow"},
    "outlives its root": {"days": 9000},
    "RSA 1024": {"key_kind": "rsa1024:issuing"},
    "RSA 2040": {"key_kind": "rsa2040:issuing"},
    "P-224": {"key_kind": "p224:issuing"},
    "P-384": {"key_kind": "p384:issuing"},
    "P-521": {"key_kind": "p521:issuing"},
    "secp256k1": {"key_kind": "k1:issuing"},
    "Ed25519": {"key_kind": "ed25519:issuing"},
    "serial of 40 octets": {"serial": 2**318},
    "signed SHA-1": {"digest": "sha1"},
    "signed SHA-224": {"digest": "sha224"},
    "signed SHA-512": {"digest": "sha512"},
    "signature broken": {"sign_with": key("p256:stranger")},
}
for _name, _changes in CHANGES.items():

    @case(f"intermediate: {_name}")
    def _changed(now: datetime, changes=_changes):
        moments = {"yesterday": now - timedelta(days=1), "tomorrow": now + timedelta(days=2)}
        given = {
            key_: moments.get(value, value) if isinstance(value, str) else value for key_, value in changes.items()
        }
        above = root(now=now)
        issuing = intermediate(above, now=now, **given)
        return [leaf(issuing, now=now), issuing], [above]


@case("intermediate: version 1 under a root of version 1")
def _old(now):
    above = root(version=1, extensions=None, now=now)
    issuing = intermediate(above, version=1, extensions=None, now=now)
    return [leaf(issuing, now=now), issuing], [above]


@case("intermediate: empty subject")
def _nameless(now):
    above = root(now=now)
    issuing = intermediate(above, name(), now=now)
    return [leaf(issuing, now=now), issuing], [above]


@case("two CAs that permit different names")
def _disjoint(now):
    above = root(now=now)
    upper = intermediate(above, "Upper", now=now, key_kind="p256:upper", plus=[ext.constraints(["example.org"])])
    lower = intermediate(upper, "Lower", now=now, key_kind="p256:lower", plus=[ext.constraints(["example.com"])])
    return [leaf(lower, now=now), lower, upper], [above]


# Where a CA has no alternative names, its common name may count as a host's.
BELOW_CONSTRAINTS = {
    "a host": "ca.example.org",
    "one word": "issuing-ca",
    "two words": "Issuing CA",
    "an address": "192.0.2.1",
}
for _name, _value in BELOW_CONSTRAINTS.items():

    @case(f"permits example.com and addresses, the CA below is called {_name}")
    def _called(now: datetime, value=_value):
        above = root(now=now)
        permits = [ext.constraints(["example.com", "10.0.0.0/8"])]
        upper = intermediate(above, "Upper", now=now, key_kind="p256:upper", plus=permits)
        lower = intermediate(upper, now=now, key_kind="p256:lower", subject=name(("CN", value)))
        return [leaf(lower, now=now), lower, upper], [above]


@case("two CAs of which the lower permits more")
def _wider(now):
    above = root(now=now)
    upper = intermediate(above, "Upper", now=now, key_kind="p256:upper", plus=[ext.constraints(["www.example.com"])])
    lower = intermediate(upper, "Lower", now=now, key_kind="p256:lower", plus=[ext.constraints(["example.com"])])
    return [leaf(lower, now=now), lower, upper], [above]
