"""What a person must know once the proxy listens, and nothing that cannot be typed."""

import pytest

from testenv.domain_calls import listing
from wxpolicy.policy import Policy
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope
from wxreport.entrance import Entrance
from wxreport.greeting import MODES
from wxreport.greeting import SCOPES
from wxreport.greeting import Place
from wxreport.greeting import greeting
from wxreport.greeting import qr_code

LANGUAGES = ["zh", "en"]


WIREGUARD = "[Interface]\nPrivateKey = abc=\nDNS = 10.0.0.53\n\n[Peer]\nPublicKey = def=\nEndpoint = 0.0.0.0:8080"
HOSTS = ("192.168.1.20", "127.0.0.1")
REGULAR = Entrance("regular", HOSTS, 8080)


def placed(entrances=(REGULAR,), **more):
    return Place(entrances, "ca.pem", "sessions/s", **more)


def greeted(lang="en", policy=None, **more):
    return list(greeting([("policy.yaml", policy or Policy())], placed(**more), lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_address_the_certificate_the_policy_and_the_session_are_named(lang):
    lines = greeted(lang, listing(request=["https://a.example.com", "https://b.example.com"]))
    assert "  192.168.1.20:8080" in lines and "  127.0.0.1:8080" in lines
    assert "  http://192.168.1.20:8080/" in lines and any("http://miniprogram.test/" in line for line in lines)
    text = "\n".join(lines)
    for word in (
        "ca.pem",
        "policy.yaml",
        "sessions/s",
        "Ctrl-C",
        "request 2",
        "uploadFile 0",
        "downloadFile 0",
        "connectSocket 0",
    ):
        assert word in text


@pytest.mark.parametrize(
    ("case", "hosts", "phone_page"),
    [
        ("a phone is given the network's address", ("127.0.0.1", "10.0.0.5"), "  http://10.0.0.5:8080/"),
        ("IPv6 in brackets", ("fd00::1",), "  http://[fd00::1]:8080/"),
        ("none where no phone can come in", ("127.0.0.1",), None),
    ],
)
def test_what_a_phone_opens_first(case, hosts, phone_page):
    lines = greeted(entrances=(Entrance("regular", hosts, 8080),))
    assert (phone_page in lines) if phone_page else not any(line.startswith("  http://") for line in lines)


MANY = [
    ("socks5", Entrance("socks5", HOSTS, 1080), ["192.168.1.20:1080", "SOCKS5", "http://192.0.2.53/"]),
    ("transparent", Entrance("transparent", HOSTS, 8088), ["192.168.1.20", "8088", "http://192.0.2.53/"]),
    ("reverse", Entrance("reverse", HOSTS, 9000, target="https://api.example.com"), ["192.168.1.20:9000", "https://api.example.com"]),
    ("upstream", Entrance("upstream", HOSTS, 8080, target="http://proxy:3128"), ["192.168.1.20:8080", "http://proxy:3128"]),
]  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("case", "entrance", "words"), MANY, ids=[each[0] for each in MANY])
def test_each_mode_has_its_own_steps(lang, case, entrance, words):
    text = "\n".join(greeted(lang, entrances=(entrance,)))
    assert all(word in text for word in words)
    assert ("HTTP 代理" in text or "HTTP proxy" in text) is (case == "upstream")


def test_several_modes_at_once_are_all_told():
    text = "\n".join(greeted(entrances=(REGULAR, Entrance("wireguard", HOSTS, 51820, WIREGUARD))))
    assert "  192.168.1.20:8080" in text and "Endpoint = 192.168.1.20:51820" in text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("scope", Scope)
def test_the_rules_in_force_are_said_in_words(lang, mode, scope):
    text = "\n".join(greeted(lang, Policy(mode=mode, scope=scope)))
    assert (
        f"{mode.value}: {MODES[mode].in_lang(lang)}" in text and f"{scope.value}: {SCOPES[scope].in_lang(lang)}" in text
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_no_phone_can_come_in_that_is_said_with_the_way_out(lang):
    text = "\n".join(greeted(lang, entrances=(Entrance("regular", ("127.0.0.1",), 8099),)))
    assert {"zh": "手机连不到这里", "en": "no phone reaches it"}[lang] in text and "--listen 0.0.0.0:8099" in text
    assert "--listen" not in "\n".join(greeted(lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whoever_runs_tests_is_told_of_no_phone(lang):
    lines = greeted(lang, command="npm test")
    text = "\n".join(lines)
    assert any(line.endswith("npm test") for line in lines) and "  192.168.1.20:8080" in lines
    assert "miniprogram.test" not in text and "http://192.168.1.20:8080/" not in text


def test_the_languages_differ_and_neither_is_empty():
    assert greeted("zh") != greeted("en")
    assert len(greeted("zh")) == len(greeted("en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_wireguard_is_set_up_with_an_address_that_the_phone_can_reach_and_no_http_proxy(lang):
    lines = greeted(lang, entrances=(Entrance("wireguard", HOSTS, 8080, WIREGUARD),))
    text = "\n".join(lines)
    assert "  Endpoint = 192.168.1.20:8080" in lines and "0.0.0.0" not in text
    assert "PrivateKey = abc=" in text and "http://miniprogram.test/" in text
    assert "HTTP proxy of" not in text and "192.168.1.20:8080/" not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_older_sessions_are_listed_where_they_can_be_opened(lang):
    older = ("d", "c", "b", "a")
    (line,) = [line for line in greeted(lang, page_url="http://127.0.0.1:8081/", older=older) if "d, c, b" in line]
    assert "1" in line and ", a" not in line
    assert not any("d, c, b" in line for line in greeted(lang, older=older)), "no page, nothing to open them on"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_session_that_goes_on_is_said(lang):
    assert len(greeted(lang, session_is_continued=True)) == len(greeted(lang)) + 1


def test_a_qr_code_is_a_square_that_another_url_changes():
    shown = qr_code("http://192.168.1.20:8080/")
    assert len(shown.splitlines()) > 10
    assert shown != qr_code("http://192.168.1.21:8080/")
