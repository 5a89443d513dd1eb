"""TLS versions, forward secrecy and the legacy offer, for each platform."""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.forward_secrecy import forward_secrecy
from wxpolicy.certificates.tls_version import legacy_support
from wxpolicy.certificates.tls_version import tls_version
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Platform

IOS, ANDROID, DEVTOOLS = Platform.IOS, Platform.ANDROID, Platform.DEVTOOLS
EVERYWHERE = {IOS, ANDROID, DEVTOOLS}
GCM = "ECDHE-RSA-AES128-GCM-SHA256"


@pytest.mark.parametrize(
    ("version", "fails"),
    [
        ("TLSv1.3", set()), ("TLSv1.2", set()), ("TLS 1.2", set()), ("TLS1.3", set()), ("QUIC", set()),
        ("TLSv1.1", EVERYWHERE), ("TLSv1", EVERYWHERE), ("TLSv1.0", EVERYWHERE), ("SSLv3", EVERYWHERE), ("?", EVERYWHERE),
    ],
)  # fmt: skip
def test_tls_1_2_is_the_least(pki, version, fails):
    violations = pki.violations(pki.judge(pki.served(), tls=version, cipher=GCM))
    assert {platform for platform in Platform if "TLS_TOO_OLD" in violations[platform]} == fails


@pytest.mark.parametrize(
    ("name", "version", "cipher", "severity"),
    [
        ("TLS 1.3", "TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256", None),
        ("ECDHE with GCM", "TLSv1.2", GCM, None),
        ("ECDHE with CBC", "TLSv1.2", "ECDHE-ECDSA-AES256-SHA384", None),
        ("IANA's name", "TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", None),
        ("RSA key exchange", "TLSv1.2", "AES128-GCM-SHA256", Severity.WARNING),
        ("RSA key exchange, IANA's name", "TLSv1.2", "TLS_RSA_WITH_AES_128_GCM_SHA256", Severity.WARNING),
        ("RSA key exchange, version not seen", None, "AES128-SHA", Severity.WARNING),
        ("TLS 1.3's suite, version not seen", None, "TLS_AES_256_GCM_SHA384", None),
        ("DHE", "TLSv1.2", "DHE-RSA-AES128-GCM-SHA256", Severity.WARNING),
        ("3DES", "TLSv1.2", "ECDHE-RSA-DES-CBC3-SHA", Severity.VIOLATION),
        ("RC4", "TLSv1.2", "ECDHE-RSA-RC4-SHA", Severity.VIOLATION),
        ("ChaCha20", "TLSv1.2", "ECDHE-RSA-CHACHA20-POLY1305", Severity.WARNING),
        ("nonsense", "TLSv1.2", "\x00", Severity.WARNING),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_forward_secrecy_binds_ios(pki, name, version, cipher, severity):
    findings = pki.judge(pki.served(), tls=version, cipher=cipher)
    found = {
        finding.severity: set(finding.platforms) for finding in findings if finding.code == "TLS_NO_FORWARD_SECRECY"
    }
    assert found == ({severity: {IOS}} if severity else {})


@pytest.mark.parametrize(
    ("ios_agrees", "severity", "status"),
    [(None, Severity.WARNING, Status.NOT_OBSERVABLE), (False, Severity.VIOLATION, Status.VIOLATED), (True, None, None)],
    ids=["iOS was not asked", "iOS was refused", "iOS agrees"],
)
def test_another_clients_suite_without_ecdhe_proves_nothing_of_ios(pki, ios_agrees, severity, status):
    """A server may prefer RSA key exchange and have ECDHE as well."""
    findings = pki.judge(pki.served(), tls="TLSv1.2", cipher="AES128-GCM-SHA256", ios_agrees=ios_agrees)
    found = [each for each in findings if each.code == "TLS_NO_FORWARD_SECRECY" and IOS in each.platforms]
    assert [(each.severity, each.status) for each in found] == ([(severity, status)] if severity else [])


@pytest.mark.parametrize(
    ("offers", "told"),
    [
        (None, False),
        (frozenset(), False),
        (frozenset({"TLSv1.2", "TLSv1.3"}), True),
        (frozenset({"TLSv1.1", "TLSv1.2"}), False),
    ],
    ids=["no probe", "probe without an answer", "nothing below 1.2", "1.1 as well"],
)
def test_the_legacy_note_needs_a_probe_and_is_no_violation(pki, offers, told):
    findings = pki.judge(pki.served(), offers=offers)
    assert pki.graded(findings, Severity.NOTE) == ({"TLS_NO_LEGACY_SUPPORT": {ANDROID}} if told else {})
    assert not any(finding.fails for finding in findings)


@settings(max_examples=100)
@given(
    st.none() | st.text(max_size=20), st.none() | st.text(max_size=40), st.none() | st.frozensets(st.text(max_size=8))
)
def test_any_names_give_a_verdict(version, cipher, offers):
    handshake = Handshake("x", version, cipher, offers=offers)
    for check in (tls_version, forward_secrecy, legacy_support):
        for fault in check(handshake):
            assert all(str(value).isprintable() for _, value in fault.data)
