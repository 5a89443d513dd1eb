"""Which names of a certificate cover which hosts."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.catalogue import message_of
from wxpolicy.certificates.names import apple_matches
from wxpolicy.certificates.names import chromium_matches
from wxpolicy.certificates.names import host_as_asked
from wxpolicy.certificates.names import java_matches

LABEL = st.text("abcxyz0189-_", min_size=1, max_size=8)


# name, host -> whether it covers it on iOS, Android and in the devtools
COVERED = {
    ("api.example.com", "api.example.com"): (True, True, True),
    ("API.example.com", "api.example.com"): (True, True, True),
    ("example.com", "api.example.com"): (False, False, False),
    ("api.example.com", "example.com"): (False, False, False),
    ("*.example.com", "api.example.com"): (True, True, True),
    ("*.example.com", "example.com"): (False, False, False),
    ("*.example.com", "a.b.example.com"): (False, False, False),
    ("*.com", "example.com"): (False, True, False),
    ("*.com.cn", "shop.com.cn"): (False, True, False),
    ("*.lan", "nas.lan"): (False, True, False),
    ("*.github.io", "someone.github.io"): (True, True, True),
    ("*", "example.com"): (False, False, False),
    ("*", "localhost"): (False, False, False),
    ("a*.example.com", "api.example.com"): (False, False, False),
    ("*i.example.com", "api.example.com"): (False, False, False),
    ("*.*.example.com", "a.b.example.com"): (False, False, False),
    ("a.*.example.com", "a.b.example.com"): (False, False, False),
    ("*.example.com", ".example.com"): (True, False, False),
    ("example.com.", "example.com"): (False, True, True),
    ("*.example.com.", "api.example.com"): (False, True, True),
    ("a_b.example.com", "a_b.example.com"): (True, True, True),
    ("-a.example.com", "-a.example.com"): (False, True, True),
    ("example.com\\x00.evil.com", "example.com"): (False, False, False),
    ("*.xn--fiqs8s.cn", "api.xn--fiqs8s.cn"): (True, True, True),
    ("", ""): (False, False, False),
}


@pytest.mark.parametrize("name, host", COVERED)
def test_each_platform_compares_names_its_own_way(name, host):
    matches = (apple_matches, java_matches, chromium_matches)
    assert tuple(platform(name, host) for platform in matches) == COVERED[name, host]


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("API.Example.com", "api.example.com"),
        ("example.com.", "example.com"),
        ("中国.cn", "xn--fiqs8s.cn"),
        ("10.0.0.1", ip_address("10.0.0.1")),
        ("[::1]", ip_address("::1")),
        ("2001:DB8::1", ip_address("2001:db8::1")),
        ("a..b", "a..b"),
        ("é" * 80, "é" * 80),
    ],
    ids=["case", "trailing dot", "Chinese", "IPv4", "IPv6 in brackets", "IPv6", "empty label", "too long for IDNA"],
)
def test_host_as_asked(host, asked):
    assert host_as_asked(host) == asked


@pytest.mark.parametrize(
    ("san", "host", "code"),
    [
        (("10.0.0.1",), "10.0.0.1", None),
        (("api.example.com",), "api.example.com.", None),
        (("xn--fiqs8s.cn",), "中国.cn", None),
        (("10.0.0.2",), "10.0.0.1", "CERT_NAME_MISMATCH"),
        (("*.0.0.1",), "10.0.0.1", "CERT_NAME_MISMATCH"),
        (("2001:db8::1",), "2001:db8::1", None),
        (("10.0.0.1",), "api.example.com", "CERT_NAME_MISMATCH"),
    ],
    ids=["IP", "trailing dot", "IDN", "another IP", "wildcard for an IP", "IPv6", "IP for a name"],
)
def test_the_judge_on_hosts(pki, san, host, code):
    found = {finding.code.value for finding in pki.judge(pki.served(pki.leaf(san=san)), host=host)}
    assert found == ({code} if code else set())


def test_a_name_in_dns_form_does_not_cover_an_ip(pki):
    from cryptography import x509

    as_dns = x509.SubjectAlternativeName([x509.DNSName("10.0.0.1")])
    findings = pki.judge(pki.served(pki.leaf(san=(), extra=[(as_dns, False)])), host="10.0.0.1")
    assert {finding.code.value for finding in findings} == {"CERT_NAME_MISMATCH"}
    assert "no iPAddress matches 10.0.0.1" in message_of(findings[0]).en


@settings(max_examples=150)
@given(st.lists(LABEL, min_size=1, max_size=5), st.lists(LABEL, min_size=2, max_size=5))
@pytest.mark.parametrize("matches", [apple_matches, java_matches, chromium_matches])
def test_a_wildcard_covers_exactly_one_label(matches, prefix, parent):
    name = "*." + ".".join(parent)
    host = ".".join([*prefix, *parent])
    assert len(prefix) == 1 or not matches(name, host)


@settings(max_examples=150)
@given(st.text(max_size=80), st.text(max_size=80))
@pytest.mark.parametrize("matches", [apple_matches, java_matches, chromium_matches])
def test_any_text_gives_an_answer(matches, name, host):
    asked = host_as_asked(host)
    if isinstance(asked, str) and matches(name, asked):
        # A host that is spelled with asterisks itself is only what it is.
        assert asked and (name.count("*") <= 1 or name.lower().rstrip(".") == asked)
