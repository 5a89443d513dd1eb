"""What a person must know once the proxy listens, and nothing that cannot be typed."""

import pytest
from testenv.domain_calls import listing

from wxpolicy.policy import Policy
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope
from wxreport.greeting import MODES
from wxreport.greeting import SCOPES
from wxreport.greeting import greeting
from wxreport.greeting import qr_code

LANGUAGES = ["zh", "en"]


def greeted(lang="en", policy=None, hosts=("192.168.1.20", "127.0.0.1")):
    return list(greeting(policy or Policy(), "policy.yaml", hosts, 8080, "ca.pem", "sessions/s", lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_address_the_certificate_the_policy_and_the_session_are_named(lang):
    lines = greeted(lang, listing(request=["https://a.example.com", "https://b.example.com"]))
    assert "  192.168.1.20:8080" in lines and "  127.0.0.1:8080" in lines
    assert any("http://mitm.it/" in line and "http://192.168.1.20:8080/" in line for line in lines)
    text = "\n".join(lines)
    for word in ("ca.pem", "policy.yaml", "sessions/s", "Ctrl-C", "request 2", "uploadFile 0", "downloadFile 0", "connectSocket 0"):
        assert word in text


@pytest.mark.parametrize(
    ("case", "hosts", "certificate_page"),
    [
        ("a phone is given the network's address", ("127.0.0.1", "10.0.0.5"), "http://10.0.0.5:8080/"),
        ("loopback where there is no other", ("127.0.0.1",), "http://127.0.0.1:8080/"),
        ("IPv6 in brackets", ("fd00::1",), "http://[fd00::1]:8080/"),
    ],
)
def test_where_the_certificate_is_fetched(case, hosts, certificate_page):
    assert any(line.endswith(certificate_page) for line in greeted(hosts=hosts))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("scope", Scope)
def test_the_rules_in_force_are_said_in_words(lang, mode, scope):
    text = "\n".join(greeted(lang, Policy(mode=mode, scope=scope)))
    assert f"{mode.value}: {MODES[mode].said(lang)}" in text and f"{scope.value}: {SCOPES[scope].said(lang)}" in text


def test_the_languages_differ_and_neither_is_empty():
    assert greeted("zh") != greeted("en")
    assert len(greeted("zh")) == len(greeted("en"))


def test_a_qr_code_is_a_square_that_another_url_changes():
    shown = qr_code("http://192.168.1.20:8080/")
    assert len(shown.splitlines()) > 10
    assert shown != qr_code("http://192.168.1.21:8080/")
