"""One certificate fault at a time: the code that each platform gives it, and what the message says to do."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID

from testenv.pki.judged import fails_on
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge
from wxpolicy.certificates.trust import everywhere
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Platform

IOS, ANDROID, DEVTOOLS = Platform.IOS, Platform.ANDROID, Platform.DEVTOOLS
EVERYWHERE = {IOS, ANDROID, DEVTOOLS}
AIA = "http://ca.example.com/issuing.crt"
OLD = datetime(2016, 6, 1, tzinfo=UTC)

# name -> (chain as served, the only code that fails a call, the platforms on which it does)
ONE_FAULT = {
    "expired": (lambda p: p.served(p.leaf(days=10)), "CERT_EXPIRED", EVERYWHERE),
    "not yet valid": (lambda p: p.served(p.leaf(since=p.now + timedelta(days=1))), "CERT_NOT_YET_VALID", EVERYWHERE),
    "expired intermediate": (lambda p: through(p, days=710, since=p.now - timedelta(days=720)), "CERT_EXPIRED", EVERYWHERE),
    "another host": (lambda p: p.served(p.leaf(san=("www.example.com",))), "CERT_NAME_MISMATCH", EVERYWHERE),
    "wildcard two levels up": (lambda p: p.served(p.leaf(san=("*.com",))), "CERT_NAME_MISMATCH", EVERYWHERE),
    "no SAN, the host in CN": (lambda p: p.served(p.leaf(san=())), "CERT_NO_SAN", EVERYWHERE),
    "self-signed": (lambda p: [p.make("x", san=(p.host,))], "CERT_SELF_SIGNED", EVERYWHERE),
    "unknown root, served": (lambda p: [p.leaf(p.other_root), p.other_root], "CERT_UNTRUSTED_ROOT", EVERYWHERE),
    "unknown root, not served": (lambda p: [p.leaf(p.other_root)], "CERT_UNTRUSTED_ROOT", EVERYWHERE),
    "missing intermediate, AIA": (lambda p: [p.leaf(aia=AIA)], "CERT_CHAIN_INCOMPLETE", {ANDROID}),
    "missing intermediate, AIA over https": (lambda p: [p.leaf(aia="https://ca.example.com/x")], "CERT_CHAIN_INCOMPLETE", EVERYWHERE),
    "missing public intermediate": (lambda p: [of_lets_encrypt(p)], "CERT_CHAIN_INCOMPLETE", EVERYWHERE),
    "wrong intermediate of the same name": (
        lambda p: [p.leaf(aia=AIA), p.ca("Issuing CA", p.root, key="ec:wrong")], "CERT_CHAIN_INCOMPLETE", {ANDROID},
    ),
    "forged signature": (lambda p: [forged(p), p.intermediate], "CERT_UNTRUSTED_ROOT", EVERYWHERE),
    "client's EKU": (
        lambda p: p.served(p.leaf(eku=[ExtendedKeyUsageOID.CLIENT_AUTH])), "CERT_WRONG_PURPOSE", EVERYWHERE,
    ),
    "no key usage that fits": (
        lambda p: p.served(p.leaf(usage=("content_commitment",))), "CERT_WRONG_PURPOSE", {ANDROID, DEVTOOLS},
    ),
    "intermediate for clients": (
        lambda p: through(p, eku=[ExtendedKeyUsageOID.CLIENT_AUTH]), "CERT_WRONG_PURPOSE", {IOS, DEVTOOLS},
    ),
    "intermediate is no CA": (lambda p: through(p, ca=False, usage=("digital_signature",)), "CERT_WRONG_PURPOSE", EVERYWHERE),
    "intermediate may not sign": (lambda p: through(p, usage=("crl_sign",)), "CERT_WRONG_PURPOSE", EVERYWHERE),
    "path too long": (lambda p: too_long(p), "CERT_WRONG_PURPOSE", EVERYWHERE),
    "SHA-1 leaf": (lambda p: [p.leaf(p.rsa_root, digest=hashes.SHA1())], "CERT_WEAK_SIGNATURE", EVERYWHERE),
    "SHA-1 intermediate": (lambda p: through(p, p.rsa_root, digest=hashes.SHA1()), "CERT_WEAK_SIGNATURE", EVERYWHERE),
    "SHA-224 leaf": (lambda p: p.served(p.leaf(digest=hashes.SHA224())), "CERT_WEAK_SIGNATURE", {DEVTOOLS}),
    "RSA-1024 leaf": (lambda p: p.served(p.leaf(key="rsa:1024")), "CERT_WEAK_KEY", {IOS}),
    "RSA-1024 intermediate": (lambda p: through(p, key="rsa:1024:ca"), "CERT_WEAK_KEY", {IOS}),
    "P-224 intermediate": (lambda p: through(p, key="p224:ca"), "CERT_WEAK_KEY", EVERYWHERE),
    "secp256k1 intermediate": (lambda p: through(p, key="k1:ca"), "CERT_WEAK_KEY", EVERYWHERE),
    "P-521 leaf": (lambda p: p.served(p.leaf(key="p521")), "TLS_NOT_OFFERED", {ANDROID, DEVTOOLS}),
    "826 days": (lambda p: p.served(p.leaf(days=826)), "CERT_VALIDITY_TOO_LONG", {IOS}),
    "name constraint excludes the host": (lambda p: through(p, extra=[excluding("example.com")]), "CERT_NAME_MISMATCH", EVERYWHERE),
    "name constraint permits others": (lambda p: through(p, extra=[permitting("example.org")]), "CERT_NAME_MISMATCH", EVERYWHERE),
    "unknown critical extension": (
        lambda p: p.served(p.leaf(extra=[(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)])),
        "CERT_UNREADABLE", EVERYWHERE,
    ),
    "garbage for a leaf": (lambda p: [b"garbage"], "CERT_UNREADABLE", EVERYWHERE),
    "garbage behind a good chain": (lambda p: [*p.served(), b"garbage"], "CERT_UNREADABLE", {ANDROID}),
    "no certificate at all": (lambda p: [], "CERT_UNREADABLE", EVERYWHERE),
}  # fmt: skip

GOOD = {
    "EC": lambda p: p.served(),
    "RSA-2048": lambda p: p.served(p.leaf(key="rsa:2048")),
    "the root served as well": lambda p: [*p.served(), p.root],
    "reversed": lambda p: [p.leaf(), p.root, p.intermediate],
    "superfluous": lambda p: [p.leaf(), p.other_root, p.ca("Unrelated", p.other_root, key="ec:u"), p.intermediate],
    "twice the same": lambda p: [p.leaf(), p.leaf(), p.intermediate, p.intermediate],
    "an expired cross-signed root beside": lambda p: [*p.served(), cross_signed(p, days=10)],
    "wildcard one level up": lambda p: p.served(p.leaf(san=("*.example.com",))),
    "upper case": lambda p: p.served(p.leaf(san=("API.Example.COM",))),
    "825 days": lambda p: p.served(p.leaf(days=825)),
    "825 days and an hour": lambda p: p.served(p.leaf(days=825 + 1 / 24)),
    "999 days, issued before Apple's rule": lambda p: p.served(
        p.leaf(since=datetime(2019, 6, 30, tzinfo=UTC), days=3000)
    ),
    "no EKU, issued before Apple's rule": lambda p: p.served(
        p.leaf(since=datetime(2019, 6, 30, tzinfo=UTC), days=3000, eku=None)
    ),
    "name constraint permits the host": lambda p: through(p, extra=[permitting("example.com")]),
    "three levels": lambda p: deep(p),
}


def through(p, root=None, **changes):
    """A chain over an intermediate that is wrong in one way."""
    above = p.ca("Odd CA", root or p.root, **{"key": "ec:odd", **changes})
    return [p.leaf(above), above]


def deep(p, **changes):
    upper = p.ca("Upper CA", p.root, key="ec:upper", **changes)
    lower = p.ca("Lower CA", upper, key="ec:lower")
    return [p.leaf(lower), lower, upper]


def too_long(p):
    return deep(p, path_length=0)


def cross_signed(p, **changes):
    return p.ca("Trusted Root", p.other_root, key="ec:root", **changes)


def forged(p):
    """Says that the intermediate issued it, but another key signed it."""
    return p.leaf(sign_with=p.other_root.key)


def of_lets_encrypt(p):
    issuer = p.ca("R10", p.root, org="Let's Encrypt", key="ec:r10")
    return p.leaf(issuer)


def excluding(name):
    return x509.NameConstraints(None, [x509.DNSName(name)]), True


def permitting(name):
    return x509.NameConstraints([x509.DNSName(name)], None), True


@pytest.mark.parametrize("case", ONE_FAULT)
def test_one_fault(pki, case):
    chain, code, platforms = ONE_FAULT[case]
    violations = pki.violations(pki.judge(chain(pki)))
    assert {platform for platform in Platform if code in violations[platform]} == platforms
    if "garbage" not in case:
        assert set().union(*violations.values()) == {code}


@pytest.mark.parametrize("case", GOOD)
def test_a_good_chain_has_no_findings(pki, case):
    assert pki.judge(GOOD[case](pki)) == ()


@pytest.mark.parametrize(
    ("days", "private", "fails"),
    [(398, False, False), (399, False, True), (399, True, False), (826, True, True)],
    ids=["398 under a public root", "399 under a public root", "399 under an extra root", "826 under an extra root"],
)
def test_398_days_bind_public_roots_alone(pki, days, private, fails):
    trust = pki.trust(pki.root) if private else pki.trust(pki.other_root, public=[pki.root])
    findings = pki.judge(pki.served(pki.leaf(days=days)), trust=trust)
    assert fails_on(findings, IOS) is fails
    assert not fails_on(findings, ANDROID)


def test_an_extra_root_that_is_public_already_stays_public(pki):
    trust = pki.trust(pki.root, public=[pki.root])
    assert fails_on(pki.judge(pki.served(pki.leaf(days=399)), trust=trust), IOS)


@pytest.mark.parametrize(
    ("issued", "severity"),
    [
        (datetime(2016, 10, 21, tzinfo=UTC), Severity.WARNING),
        (datetime(2016, 10, 21, 0, 0, 1, tzinfo=UTC), Severity.VIOLATION),
    ],
    ids=["issued on the last trusted moment", "issued a second later"],
)
@pytest.mark.parametrize("owner", ["WoSign CA Limited", "StartCom Ltd."])
def test_wosign_and_startcom_by_date(pki, owner, issued, severity):
    root = pki.ca("Some Root", org=owner, key="ec:wo", since=OLD)
    findings = pki.judge(
        [pki.leaf(root, since=issued, days=3650)], trust=pki.trust(root), now=datetime(2017, 5, 1, tzinfo=UTC)
    )
    assert pki.graded(findings, severity)["CERT_DISTRUSTED_CA"] == {ANDROID, DEVTOOLS}
    assert fails_on(findings, ANDROID) is (severity is Severity.VIOLATION)


def test_a_self_signed_certificate_in_the_trust_store_fails_on_ios_alone(pki):
    own = pki.make("x", san=(pki.host,), key="ec:self")
    violations = pki.violations(pki.judge([own], trust=pki.trust(own)))
    assert violations == {IOS: {"CERT_SELF_SIGNED"}, ANDROID: set(), DEVTOOLS: set()}


def test_all_faults_are_told_with_index_field_and_store(pki):
    above = pki.ca("Odd CA", pki.rsa_root, key="rsa:1024:ca", digest=hashes.SHA1())
    findings = pki.judge([pki.leaf(above, days=1, san=("x.example.com",)), above], tls="TLSv1.1", cipher="AES128-SHA")
    assert pki.violations(findings)[IOS] == {
        "CERT_EXPIRED", "CERT_NAME_MISMATCH", "CERT_WEAK_KEY", "CERT_WEAK_SIGNATURE", "TLS_TOO_OLD",
    }  # fmt: skip
    said = {finding.code.value: message_of(finding) for finding in findings if finding.fails}
    assert "certificate 1 (CN=Odd CA), subjectPublicKeyInfo" in said["CERT_WEAK_KEY"].en
    assert "证书 0（服务器证书，CN=api.example.com）的 notAfter" in said["CERT_EXPIRED"].zh
    assert "trust store: Test roots" in said["CERT_EXPIRED"].en and "信任库：Test roots" in said["CERT_EXPIRED"].zh
    assert {finding.subject for finding in findings} == {pki.host}


def test_the_mend_of_a_hole_names_the_intermediate_and_its_url(pki):
    findings = pki.judge([pki.leaf(aia=AIA)])
    graded = {finding.severity: finding.platforms for finding in findings}
    assert graded == {Severity.VIOLATION: (ANDROID,), Severity.WARNING: (IOS,), Severity.NOTE: (DEVTOOLS,)}
    assert (
        f"Append the intermediate `CN=Issuing CA` (AIA URL {AIA}) to the server's chain file" in fix_of(findings[0]).en
    )
    assert f"`CN=Issuing CA`（AIA 地址 {AIA}）追加到服务器的证书链文件" in fix_of(findings[0]).zh
    assert f"`CN=Issuing CA`（AIA 地址 {AIA}）" in fix_of(findings[0]).zh


def test_only_the_platforms_asked_for_are_judged(pki):
    chain = ServedChain((pki.leaf(days=826).der, pki.intermediate.der))
    findings = judge(chain, Handshake(pki.host, "TLSv1.3"), pki.now, {ANDROID: pki.trust()}, (ANDROID,))
    assert findings == ()


def test_a_naive_time_is_the_callers_mistake(pki):
    with pytest.raises(ValueError, match="aware"):
        judge(ServedChain(()), Handshake(pki.host), datetime(2026, 1, 1), everywhere(pki.trust()))


def test_what_nobody_saw_is_not_observable(pki):
    findings = pki.judge(pki.served(), tls=None, cipher=None)
    assert {(finding.code.value, finding.status) for finding in findings} == {
        ("TLS_TOO_OLD", Status.NOT_OBSERVABLE),
        ("TLS_NO_FORWARD_SECRECY", Status.NOT_OBSERVABLE),
    }
    assert not any(fails_on(findings, platform) for platform in Platform)
