"""What a probe saw, judged: versions, forward secrecy, and each platform's word."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.probe import VERSIONS
from wxpolicy.certificates.probe import Answer
from wxpolicy.certificates.probe import Attempt
from wxpolicy.certificates.probe import Seen
from wxpolicy.certificates.probe import Target
from wxpolicy.certificates.probe import causes
from wxpolicy.certificates.probe import judge_seen
from wxpolicy.certificates.probe import offered
from wxpolicy.certificates.probe import read_target
from wxpolicy.certificates.probe import told
from wxpolicy.certificates.probe import weighs_on
from wxpolicy.certificates.trust import everywhere
from wxpolicy.finding import Severity
from wxpolicy.terms import Platform

IOS, ANDROID, DEVTOOLS = Platform.IOS, Platform.ANDROID, Platform.DEVTOOLS
ECDHE, RSA, CBC = "ECDHE-RSA-AES128-GCM-SHA256", "AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA"
CIPHERS = {"TLSv1.3": "TLS_AES_128_GCM_SHA256", "TLSv1.2": ECDHE, "TLSv1.1": CBC, "TLSv1": CBC}


@pytest.fixture
def see(pki):
    """A server that agreed on these versions: ``see("TLSv1.2", cipher=RSA, ecdhe=False)``."""

    def seen(*agreed, chain=None, cipher=None, ecdhe=True, unknown=()):
        served = ServedChain(tuple(made.der for made in chain or pki.served()))
        attempts = tuple(
            Attempt(version, Answer.AGREED, cipher or CIPHERS[version], served)
            if version in agreed
            else Attempt(version, Answer.UNKNOWN if version in unknown else Answer.REFUSED, reason="no")
            for version in VERSIONS
        )
        again = Attempt("TLSv1.2", Answer.AGREED if ecdhe else Answer.REFUSED, ECDHE if ecdhe else None)
        return Seen(Target(pki.host), attempts, again if "TLSv1.2" in agreed else None)

    return seen


def judged(pki, seen):
    return judge_seen(seen, pki.now, everywhere(pki.trust()))


def failing(probed):
    return {platform: {c.finding.code.value for c in causes(probed) if platform in c.fails} for platform in Platform}


@pytest.mark.parametrize(
    ("agreed", "more", "fails", "notes"),
    [
        (("TLSv1.3", "TLSv1.2"), {}, {}, {"TLS_NO_LEGACY_SUPPORT"}),
        (("TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1"), {}, {}, set()),
        (("TLSv1.2", "TLSv1"), {}, {}, set()),
        (("TLSv1.3", "TLSv1.2"), {"unknown": ("TLSv1.1",)}, {}, set()),
        (("TLSv1.2",), {"cipher": RSA, "ecdhe": False}, {IOS: {"TLS_NO_FORWARD_SECRECY"}}, {"TLS_NO_LEGACY_SUPPORT"}),
        (("TLSv1.2",), {"cipher": RSA, "ecdhe": True}, {}, {"TLS_NO_LEGACY_SUPPORT"}),
        (("TLSv1.1", "TLSv1"), {}, dict.fromkeys(Platform, {"TLS_TOO_OLD"}), set()),
        ((), {}, dict.fromkeys(Platform, {"TLS_HANDSHAKE_FAILED"}), set()),
        ((), {"unknown": VERSIONS}, dict.fromkeys(Platform, {"TLS_HANDSHAKE_FAILED"}), set()),
    ],
    ids=[
        "1.2 and 1.3", "all", "1.0 and 1.2", "one not known", "no ECDHE", "ECDHE for those who ask for it", "old ones alone",
        "none", "no answer",
    ],
)  # fmt: skip
def test_versions_and_suites(pki, see, agreed, more, fails, notes):
    probed = judged(pki, see(*agreed, **more))
    assert failing(probed) == {platform: fails.get(platform, set()) for platform in Platform}
    assert {cause.finding.code.value for cause in causes(probed) if not (cause.fails or cause.may_fail)} == notes
    assert probed.refused == bool(fails)


def test_the_chain_is_judged_for_each_platform(pki, see):
    probed = judged(pki, see("TLSv1.3", "TLSv1.2", chain=[pki.leaf(aia="http://ca.example.com/i.cer")]))
    assert [probed.worst(platform) for platform in (IOS, ANDROID, DEVTOOLS)] == [
        Severity.WARNING, Severity.VIOLATION, Severity.NOTE,
    ]  # fmt: skip
    (hole, legacy) = causes(probed)
    assert hole.finding.code == "CERT_CHAIN_INCOMPLETE" and legacy.finding.code == "TLS_NO_LEGACY_SUPPORT"
    assert weighs_on(hole) == ("Android 失败；iOS 可能失败", "fails on Android; may fail on iOS")
    assert weighs_on(legacy) == ("仅提示", "a note")
    said = told(probed).en.splitlines()
    assert said[0] == "probe of api.example.com:443: offers TLS 1.2 1.3; iOS may fail, Android fails, devtools passes"
    assert said[2].startswith("fix: Append the intermediate `CN=Issuing CA`")
    assert (
        told(probed).zh.splitlines()[0]
        == "主动探测 api.example.com:443：提供 TLS 1.2 1.3；iOS 可能失败，Android 失败，开发者工具 通过"
    )
    assert "trust store: Test roots" in said[1]
    assert said[1].startswith("CERT_CHAIN_INCOMPLETE (fails on Android; may fail on iOS): ")
    assert told(probed).zh.splitlines()[1].startswith("CERT_CHAIN_INCOMPLETE（Android 失败；iOS 可能失败）：")


def test_only_the_platforms_of_the_policy_count(pki, see):
    probed = judge_seen(see("TLSv1.3", chain=[pki.leaf(aia="http://x/")]), pki.now, everywhere(pki.trust()), [DEVTOOLS])
    assert not probed.refused and "Android" not in told(probed).en.splitlines()[0]


def test_a_server_out_of_reach_fails_everywhere(pki):
    probed = judged(pki, Seen(Target("nowhere.example.com", 8443), trouble="Connection refused\x1b[2J"))
    assert probed.refused and all(failing(probed)[platform] == {"NETWORK_ERROR"} for platform in Platform)
    assert "nowhere.example.com:8443 cannot be reached: Connection refused\\x1b[2J" in told(probed).en


def test_a_failure_names_what_was_dialled(pki, see):
    at = Target("127.0.0.1", 8444)
    out_of_reach = judged(pki, Seen(Target("api.example.com"), trouble="Connection refused", at=at))
    assert (
        "127.0.0.1:8444 (in place of api.example.com:443) cannot be reached: Connection refused"
        in told(out_of_reach).en
    )
    assert "无法连接 127.0.0.1:8444（代替 api.example.com:443）：Connection refused" in told(out_of_reach).zh
    refusing = judged(pki, replace(see(), at=at))
    assert f"127.0.0.1:8444 (in place of {pki.host}:443) agrees on no version of TLS: no" in told(refusing).en
    itself = judged(pki, Seen(Target("api.example.com"), trouble="Connection refused", at=Target("api.example.com")))
    assert "api.example.com:443 cannot be reached" in told(itself).en and "in place of" not in told(itself).en


def test_a_silent_server_is_not_said_to_refuse_versions(pki):
    attempts = [
        Attempt(version, Answer.UNKNOWN, reason="no answer", waited_s=5.0 if not n else 1.0)
        for n, version in enumerate(VERSIONS)
    ]
    (finding, *_) = judged(pki, Seen(Target("slow.example.com"), tuple(attempts))).findings
    assert (
        message_of(finding).en
        == "slow.example.com:443 takes connections, but did not answer the TLS handshake within 5 s"
    )
    assert message_of(finding).zh == "slow.example.com:443 接受了连接，但 5 秒内没有应答 TLS 握手"
    assert "certificate" not in fix_of(finding).en and finding.code == "TLS_HANDSHAKE_FAILED"
    # One that answered anything was not silent.
    answered = (Attempt(VERSIONS[0], Answer.REFUSED, reason="no"), *attempts[1:])
    assert "agrees on no version" in message_of(judged(pki, Seen(Target("slow.example.com"), answered)).findings[0]).en


def test_versions_are_said_as_people_do(see):
    assert offered(see("TLSv1.3", "TLSv1.2", "TLSv1")) == "1.0 1.2 1.3"
    assert offered(see()) == ""


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("api.example.com", Target("api.example.com")),
        ("API.Example.com:8443", Target("api.example.com", 8443)),
        ("https://api.example.com/path?x", Target("api.example.com")),
        ("wss://ws.example.com:444", Target("ws.example.com", 444)),
        ("[2001:db8::1]:443", Target("2001:db8::1")),
        ("203.0.113.7", Target("203.0.113.7")),
        ("例子.example.com", Target("xn--fsqu00a.example.com")),
    ],
)
def test_a_target_is_read(text, target):
    assert read_target(text) == target


@pytest.mark.parametrize(
    "text", ["", "http://api.example.com", "ftp://x", "api.example.com:0", "api.example.com:x", "a b", "2001:db8::1"]
)
def test_a_wrong_target_is_told(text):
    assert not isinstance(read_target(text), Target) and all(read_target(text))


def test_an_ipv6_target_is_shown_in_brackets():
    assert str(Target("2001:db8::1", 444)) == "[2001:db8::1]:444"


@settings(max_examples=200)
@given(st.text(max_size=40))
def test_any_text_is_a_target_or_told(text):
    target = read_target(text)
    assert isinstance(target, Target) and target.host and 0 < target.port <= 65535 or target.en
