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

# case, what follows SMALL, line, column, words of the English line, words of the Chinese line
AFTER_SMALL = [
    ("mode is a YAML switch", "mode: off", 3, 7, 'found "off"', "mode: observe"),
    ("mode is misspelled", "mode: relese", 3, 7, "Write instead: mode: release", "改法：mode: release"),
    ("mode is upper case", "mode: Debug", 3, 7, "mode: debug", "mode: debug"),
    ("mode is like no mode", "mode: zzz", 3, 7, "mode: release or mode: debug or mode: observe", "mode: release 或"),
    ("mode is empty", "mode:", 3, 1, "one of release, debug, observe", "release、debug、observe 之一"),
    ("mode is null", "mode: ~", 3, 7, 'found "~"', "mode: release"),
    ("mode is a list", "mode: [release]", 3, 7, "mode: release", "mode: release"),
    ("edition is unknown", "edition: 2016", 3, 10, 'edition: "2017"', 'edition: "2017"'),
    ("scope has a hyphen", "scope: mini-program", 3, 8, "scope: miniprogram", "scope: miniprogram"),
    ("encoding is misspelled", "encoding: recrod", 3, 11, "encoding: record", "encoding: record"),
    (
        "version is octal",
        "version: 010",
        3,
        10,
        'octal, so its meaning is in doubt. Write instead: version: "10"',
        "八进制",
    ),
    ("version is in exponent form", "version: 1e3", 3, 10, "the number of a release", "正式版的数字版本号"),
    ("version is a name", "version: 1.0.0", 3, 10, "not a name like 1.0.0", "不是 1.0.0"),
    ("version is negative", "version: -1", 3, 10, 'version: "0", version: devtools', "version: devtools"),
    ("version names the trial build", "version: trial", 3, 10, 'version: "0"', 'version: "0"'),
    ("version is empty", "version:", 3, 1, "keeps the client's own version", "保留客户端自己的版本号"),
    ("version has thousands of digits", "version: " + "1" * 5000, 3, 10, "the number of a release", "数字版本号"),
    ("timeout has a unit", "networkTimeout: {request: 60s}", 3, 27, "Write instead: request: 60000", "request: 60000"),
    ("timeout has an underscore", "networkTimeout: {request: 60_000}", 3, 27, "request: 60000", "request: 60000"),
    ("timeout is zero", "networkTimeout: {request: 0}", 3, 27, "whole number of milliseconds, 1 or more", "毫秒"),
    ("timeout is a fraction", "networkTimeout: {request: 1.5}", 3, 27, "request: 60000", "整数"),
    ("timeout is octal", "networkTimeout: {request: 0600}", 3, 27, "octal", "八进制"),
    ("timeout is endless", "networkTimeout: {request: " + "9" * 5000 + "}", 3, 27, "too large", "数值太大"),
    ("timeout is sexagesimal", "networkTimeout: {request: 1:00}", 3, 27, "request: 60000", "request: 60000"),
    ("timeout over a minute in 2017", "networkTimeout: {request: 60001}", 3, 27, "60 s (60000 ms)", "最大超时时间"),
    ("timeout under devtools' name", "networkTimeout: {upload: 1000}", 3, 18, "did you mean uploadFile?", "uploadFile"),
    ("timeout is one number", "networkTimeout: 60000", 3, 17, "holds the keys request, uploadFile", "下应写这些键"),
    ("concurrency is zero", "concurrency: {request: 0}", 3, 24, "calls at once, 1 or more", "并发数"),
    ("excess is unknown", "concurrency: {excess: wait}", 3, 23, "excess: queue", "excess: queue"),
    ("concurrency key unknown", "concurrency: {requests: 3}", 3, 15, "did you mean request?", "request"),
    ("grace is negative", "background: {grace_ms: -1}", 3, 24, "0 or more", "不小于 0"),
    ("grace without its unit", "background: {grace: 5000}", 3, 14, "did you mean grace_ms?", "grace_ms"),
    ("pinned is yes", "background: {pinned: yes}", 3, 22, "pinned: true", "pinned: true"),
    ("pinned is Off", "background: {pinned: Off}", 3, 22, "pinned: false", "pinned: false"),
    ("pinned is nonsense", "background: {pinned: maybe}", 3, 22, "pinned: true or pinned: false", "pinned: true 或"),
    ("trust is misspelled", "certificates: {trust: mozila}", 3, 23, "trust: mozilla", "trust: mozilla"),
    ("trust is a bare word", "certificates: {trust: qqqq}", 3, 23, "trust: ./qqqq", "trust: ./qqqq"),
    ("trust has a NUL", 'certificates: {trust: "a.pem\\0"}', 3, 23, "control character", "控制字符"),
    ("extra_roots is one text", "certificates: {extra_roots: a.pem}", 3, 29, "extra_roots: [a.pem]", "[a.pem]"),
    ("extra_roots has a bell", 'certificates: {extra_roots: ["a\\x07.pem"]}', 3, 30, "a.pem", "控制字符"),
    ("extra_roots has a list", "certificates: {extra_roots: [[a]]}", 3, 30, "a list within the list", "不能再套列表"),
    ("platform is misspelled", "certificates: {platforms: [ios, andriod]}", 3, 33, "android", "android"),
    ("no platform", "certificates: {platforms: []}", 3, 27, "platforms: [ios, android, devtools]", "若干个"),
    ("certificates is empty", "certificates:", 3, 1, "holds the keys trust", "trust"),
    ("unknown key, near one", "encodign: record", 3, 1, "did you mean encoding?", "你是不是想写 encoding"),
    ("unknown key, a synonym", "timeout: {request: 1}", 3, 1, "did you mean networkTimeout?", "networkTimeout"),
    ("unknown key, near none", "zzzzzz: 1", 3, 1, "the file without this key", "删掉这个键"),
    ("duplicate key", "mode: debug\nscope: all\nmode: debug", 5, 1, "on line 3 and again on line 5", "第 3 行"),
    ("key is a list", "? [a]\n: b", 3, 3, "a key is a word", "键必须是文字"),
    ("key is a number", "1: b", 3, 1, "there is no key 1", "没有 1 这个键"),
    ("anchor", "mode: &m debug", 3, 7, "anchors, aliases and merge keys", "锚点"),
    ("alias", "mode: *m", 3, 7, "anchors, aliases and merge keys", "别名"),
    ("merge key", "background:\n  <<: {pinned: true}", 4, 3, "merge keys", "合并键"),
    ("tag", "mode: !!str debug", 3, 7, "without the tag", "去掉标签"),
    ("python tag", "mode: !!python/object/apply:os.system [x]", 3, 7, "without the tag", "去掉标签"),
    ("second document", "---\nappid: any", 3, 1, "policy of one mini-program", "一个小程序"),
    ("tab", "background:\n\tpinned: true", 4, 1, "two spaces in place of the tab", "把 Tab 换成两个空格"),
    ("no space after the colon", "mode:debug\nscope: all", 3, 1, "Write instead: mode: debug", "mode: debug"),
    ("no space after the last colon", "mode:debug", 3, 1, "Write instead: mode: debug", "mode: debug"),
    ("full-width colon", "mode：debug\nscope: all", 3, 1, "ASCII colon and a space", "半角冒号"),
    ("two keys on a line", "mode: debug scope: all", 3, 18, "one key a line", "每行只写一个键"),
    ("no colon", "mode debug\nscope: all", 3, 1, "misses its colon", "冒号加空格"),
    ("unclosed list", "certificates: {platforms: [ios\n", 3, 27, "misses its ] or a comma", "没有用 ] 结束"),
    ("unclosed mapping", "background: {pinned: true\n", 3, 13, "misses its } or a comma", "没有用 } 结束"),
    ("unclosed quotes", "mode: 'debug\n", 3, 7, "never closed", "引号没有结束"),
    ("reserved character", "mode: @debug", 3, 7, "the value in double quotes", "双引号"),
    ("bad escape", 'mode: "\\q"', 3, 9, "in single quotes", "单引号"),
    ("escape beyond Unicode", 'mode: "\\UFFFFFFFF"', 3, 10, "not valid YAML", "不是合法的 YAML"),
    ("control character", "mode: \x07", 3, 7, "invisible character", "看不见的字符"),
    ("crooked indentation", "background:\n    pinned: true\n  grace_ms: 1", 5, 3, "indentation", "缩进"),
]

WHOLE_FILES = [
    ("empty file", "", 1, 1, "the file is empty", "文件是空的"),
    ("comments only", "# nothing\n", 1, 1, "the file is empty", "文件是空的"),
    ("byte order mark only", "\ufeff", 1, 1, "the file is empty", "文件是空的"),
    ("root is a list", "- a\n", 1, 1, "made of keys and values", "键: 值"),
    ("root is a word", "\nrelease", 2, 1, "made of keys and values", "键: 值"),
    ("appid missing", "# x\ndomains: {request: []}", 2, 1, "Write instead: appid: any", "缺少 appid"),
    ("domains missing", "appid: any", 1, 1, "Write instead: domains: {request:", "缺少 domains"),
    ("appid upper case", "appid: WX0123456789ABCDEF\ndomains: {}", 1, 8, "appid: wx0123456789abcdef", "小写"),
    ("appid too short", "appid: wx0123\ndomains: {}", 1, 8, "here 4 characters follow wx", "有 4 位"),
    ("appid is something else", "appid: 12\ndomains: {}", 1, 8, "Write instead: appid: any", "appid: any"),
    ("appid empty", "appid:\ndomains: {}", 1, 1, "appid: any", "appid: any"),
    ("domains is a list", "appid: any\ndomains: [https://a.cn]", 2, 10, "one list each", "分别写列表"),
    ("domains empty", "appid: any\ndomains:", 2, 1, "one list each", "分别写列表"),
    ("wildcard as a bare item", "appid: any\ndomains:\n  request:\n  - *.a.cn", 4, 5, "each subdomain", "逐个写出"),
    ("not UTF-8", b"appid: any\n# \xd6\xd0\n", 2, 3, 'found "d6 d0 0a"', "UTF-8"),
    ("UTF-16", "appid: any".encode("utf-16"), 1, 1, "saved as UTF-8", "另存为 UTF-8"),
    ("nested too deep", "[" * 100_000, 1, 18, "levels deep", "嵌套超过"),
    ("too many values", "[" + "a," * 30_000 + "]", 1, 39_998, "more than 20000 values", "超过 20000 项"),
    ("too long", "#" * ((1 << 20) + 1), 1, 1, "the file is too long", "文件太长"),
]


@pytest.mark.parametrize(
    "text, line, column, en, zh",
    [pytest.param(SMALL + text + "\n", *rest, id=case) for case, text, *rest in AFTER_SMALL]
    + [pytest.param(text, *rest, id=case) for case, text, *rest in WHOLE_FILES],
)
def test_a_mistake_names_its_place_and_its_repair(text, line, column, en, zh):
    reading = read_policy(text)

    assert reading.policy is None
    (mistake,) = reading.mistakes
    assert (mistake.line, mistake.column) == (line, column)
    assert mistake.in_lang("en").startswith(f"policy.yaml:{line}:{column}: ")
    assert en in mistake.in_lang("en")
    assert zh in mistake.in_lang("zh")


def test_ten_mistakes_are_told_at_once_in_the_order_of_the_file():
    text = """\
appid: wx12
version: 007
mode: of
scop: all
domains:
  request:
    - http://api.example.com
    - https://10.0.0.1
  upload: https://a.example.com
networkTimeout: {request: 90000}
background:
  pinned: on
encoding: gbk
"""
    places = [(mistake.line, mistake.column) for mistake in read_policy(text).mistakes]

    assert places == [(1, 8), (2, 10), (3, 7), (4, 1), (7, 7), (8, 7), (9, 11), (10, 27), (12, 11), (13, 11)]


def test_the_source_is_named():
    (mistake,) = read_policy("", source="shop/policy.yaml").mistakes

    assert mistake.in_lang("en").startswith("shop/policy.yaml:1:1: ")


def test_control_characters_of_the_file_never_reach_the_terminal():
    (mistake,) = read_policy(SMALL + 'mode: "\\e[2J\\u202e\\n"').mistakes

    assert r"\x1b[2J\u202e\n" in mistake.in_lang("en")
    assert mistake.in_lang("en").isprintable() and mistake.in_lang("zh").isprintable()


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
