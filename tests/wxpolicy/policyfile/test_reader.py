"""One broken file per mistake: where it is shown, and the words that tell the repair."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.policy import Background
from wxpolicy.policy import Certificates
from wxpolicy.policy import Concurrency
from wxpolicy.policy import ListedDomain
from wxpolicy.policy import Policy
from wxpolicy.policyfile import read_policy
from wxpolicy.policyfile.reader import KEYS
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Platform
from wxpolicy.terms import Scope

SHIPPED = Path(__file__).parents[3] / "policy.yaml"

SMALL = "appid: any\ndomains: {request: [https://api.example.com]}\n"

FULL = """\
appid: wx0123456789abcdef
version: devtools
edition: current
mode: observe
scope: all
domains:
  request: [https://api.example.com]
  uploadFile: [https://upload.example.com:8443]
  downloadFile: [https://cdn.example.com]
  connectSocket: [wss://ws.example.com]
networkTimeout: {request: 1000, uploadFile: 2000, downloadFile: 3000, connectSocket: 120000}
concurrency: {request: 1, uploadFile: 2, downloadFile: 3, connectSocket: 4, excess: fail}
background: {grace_ms: 0, pinned: true}
certificates: {trust: ./roots.pem, extra_roots: [a.pem, b c.pem], platforms: [android]}
encoding: apply
"""


def test_every_default():
    reading = read_policy(SMALL)

    assert reading.warnings == ()
    assert reading.policy == replace(
        Policy(),
        domains={
            Api.REQUEST: (ListedDomain("https://api.example.com", "https", "api.example.com"),),
            Api.UPLOAD_FILE: (),
            Api.DOWNLOAD_FILE: (),
            Api.CONNECT_SOCKET: (),
        },
    )
    assert reading.policy.appid == "any"
    assert reading.policy.version is None
    assert reading.policy.edition is WECHAT_2017
    assert reading.policy.mode is Mode.RELEASE
    assert reading.policy.scope is Scope.MINIPROGRAM
    assert reading.policy.network_timeout_ms == dict.fromkeys(Api, 60_000)
    assert reading.policy.concurrency == Concurrency(10, 10, 10, None, "queue")
    assert reading.policy.background == Background(5000, False)
    assert reading.policy.certificates == Certificates("platform", (), tuple(Platform))
    assert reading.policy.encoding == "record"


def test_edition_current_limits_sockets_by_default():
    assert read_policy(SMALL + "edition: current").policy.concurrency == Concurrency(10, 10, 10, 5, "queue")
    assert read_policy(SMALL + "edition: current\nconcurrency: {request: 2}").policy.concurrency == Concurrency(
        2, 10, 10, 5, "queue"
    )


def test_every_key_is_read():
    policy = read_policy(FULL).policy

    assert policy == Policy(
        appid="wx0123456789abcdef",
        version="devtools",
        edition=WECHAT_CURRENT,
        mode=Mode.OBSERVE,
        scope=Scope.ALL,
        domains={
            Api.REQUEST: (ListedDomain("https://api.example.com", "https", "api.example.com"),),
            Api.UPLOAD_FILE: (ListedDomain("https://upload.example.com:8443", "https", "upload.example.com", 8443),),
            Api.DOWNLOAD_FILE: (ListedDomain("https://cdn.example.com", "https", "cdn.example.com"),),
            Api.CONNECT_SOCKET: (ListedDomain("wss://ws.example.com", "wss", "ws.example.com"),),
        },
        network_timeout_ms={
            Api.REQUEST: 1000,
            Api.UPLOAD_FILE: 2000,
            Api.DOWNLOAD_FILE: 3000,
            Api.CONNECT_SOCKET: 120_000,
        },
        concurrency=Concurrency(1, 2, 3, 4, "fail"),
        background=Background(0, True),
        certificates=Certificates("./roots.pem", ("a.pem", "b c.pem"), (Platform.ANDROID,)),
        encoding="apply",
    )


@pytest.mark.parametrize(
    "line, version",
    [("0", "0"), ('"0"', "0"), ("devtools", "devtools"), ("12", "12"), ('"12"', "12")],
)
def test_versions_that_are_accepted(line, version):
    assert read_policy(SMALL + f"version: {line}").policy.version == version


@pytest.mark.parametrize("edition", ["2017", '"2017"', "'2017'"])
def test_the_edition_may_be_a_number(edition):
    assert read_policy(SMALL + f"edition: {edition}").policy.edition is WECHAT_2017


@pytest.mark.parametrize("before", ["\ufeff", "---\n", "%YAML 1.1\n---\n", "# 注释\r\n"])
def test_what_may_stand_before_the_first_key(before):
    assert read_policy(before + SMALL).policy is not None
    assert read_policy((before + SMALL).encode()).policy is not None


def test_an_unreadable_edition_invents_no_other_mistake():
    text = SMALL.replace(".com", ".com:8443") + "edition: now2\nnetworkTimeout: {request: 90000}"

    assert [mistake.line for mistake in read_policy(text).mistakes] == [3]


@pytest.mark.parametrize(
    "text, column, en",
    [
        pytest.param("networkTimeout: {request: 60}", 27, "request: 60000", id="seconds for milliseconds"),
        pytest.param("concurrency: {request: 20}", 24, "limit is 10", id="more calls at once than the platform"),
        pytest.param("edition: current\nbackground: {pinned: true}", 22, "pinned: false", id="pinned in current"),
        pytest.param("edition: current\nconcurrency: {connectSocket: 6}", 30, "limit is 5", id="more sockets"),
    ],
)
def test_warnings_do_not_refuse(text, column, en):
    reading = read_policy(SMALL + text)

    assert reading.policy is not None
    (warning,) = reading.warnings
    assert warning.column == column
    assert en in warning.in_lang("en")


def test_no_domain_at_all_is_a_warning():
    reading = read_policy("appid: any\ndomains: {}")

    assert reading.policy is not None
    assert "a release build fails every call" in reading.warnings[0].in_lang("en")


def test_the_shipped_file_spells_out_the_defaults():
    reading = read_policy(SHIPPED.read_bytes())

    assert (reading.mistakes, reading.warnings) == ((), ())
    assert replace(reading.policy, domains={}) == replace(Policy(), domains={})
    assert all(reading.policy.listed(api) for api in Api)


@pytest.mark.parametrize("key", KEYS)
def test_the_shipped_file_shows_every_key(key):
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()

    assert any(line.removeprefix("# ").startswith(f"{key}:") for line in lines)


def assert_is_a_reading(text):
    """Any input gives a policy or at least one mistake, each said on one printable line at a place in the file."""
    reading = read_policy(text)
    assert (reading.policy is None) == bool(reading.mistakes)
    for mistake in reading.mistakes + reading.warnings:
        assert mistake.line >= 1 and mistake.column >= 1
        for lang in ("zh", "en"):
            assert mistake.in_lang(lang).isprintable()
            assert len(mistake.in_lang(lang)) < 8000


@settings(max_examples=200, deadline=None)
@given(st.text() | st.text(alphabet="abc:[]{}-?&*!|>'\"%@`#,~<\t\n \\Ux019"))
@example("\ud800")
@example('"\\ud800"')
@example("%YAML " + "1" * 5000 + ".1\n---\na: b")
@example("!<%ff> a")
def test_any_text_gives_a_reading(text):
    assert_is_a_reading(text)


@settings(max_examples=100, deadline=None)
@given(st.binary())
def test_any_bytes_give_a_reading(data):
    assert_is_a_reading(data)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_edit_of_a_good_file_gives_a_reading(data):
    start = data.draw(st.integers(0, len(FULL)))
    length = data.draw(st.integers(0, 12))
    new = data.draw(st.text(max_size=6) | st.sampled_from(["\t", ": ", "\n", "- ", "[", "}", "*a", "&a ", "'", "null"]))
    assert_is_a_reading(FULL[:start] + new + FULL[start + length :])


@settings(max_examples=200, deadline=None)
@given(
    key=st.sampled_from(KEYS),
    value=st.recursive(
        st.text(alphabet="ab0.:/ -", max_size=6) | st.sampled_from(["~", "''", "*x", "&x y", "!t z", "true", "9" * 30]),
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
            | st.lists(
                st.tuples(st.sampled_from(["request", "trust", "pinned", "excess", "a"]), inner), max_size=3
            ).map(lambda pairs: "{" + ", ".join(f"{name}: {item}" for name, item in pairs) + "}")
        ),
    ),
)
def test_any_value_of_any_key_gives_a_reading(key, value):
    assert_is_a_reading(SMALL + f"{key}: {value}\n")
