"""Each mistake of policy.yaml has its place, what was found and what to write instead, in both languages."""

import pytest

from wxpolicy.policyfile import read_policy

SMALL = "appid: any\ndomains: {request: [https://api.example.com]}\n"


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
        'octal, which is ambiguous. Write instead: version: "10"',
        "八进制",
    ),
    ("version is in exponent form", "version: 1e3", 3, 10, "the number of a release", "正式版的数字版本号"),
    ("version is a name", "version: 1.0.0", 3, 10, "not a name like 1.0.0", "不是 1.0.0"),
    ("version is negative", "version: -1", 3, 10, 'version: "0", version: devtools', "version: devtools"),
    ("version names the trial build", "version: trial", 3, 10, 'version: "0"', 'version: "0"'),
    ("version is empty", "version:", 3, 1, "keep the client's own version", "保留客户端自己的版本号"),
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
    (
        "extra_roots has a list",
        "certificates: {extra_roots: [[a]]}",
        3,
        30,
        "a list cannot contain another list",
        "不能再套列表",
    ),
    ("platform is misspelled", "certificates: {platforms: [ios, andriod]}", 3, 33, "android", "android"),
    ("no platform", "certificates: {platforms: []}", 3, 27, "platforms: [ios, android, devtools]", "若干个"),
    ("certificates is empty", "certificates:", 3, 1, "holds the keys trust", "trust"),
    ("unknown key, near one", "encodign: record", 3, 1, "did you mean encoding?", "你是不是想写 encoding"),
    ("unknown key, a synonym", "timeout: {request: 1}", 3, 1, "did you mean networkTimeout?", "networkTimeout"),
    ("unknown key, near none", "zzzzzz: 1", 3, 1, "delete this key", "删除这个键"),
    ("duplicate key", "mode: debug\nscope: all\nmode: debug", 5, 1, "on line 3 and again on line 5", "第 3 行"),
    ("key is a list", "? [a]\n: b", 3, 3, "a key must be a string", "键必须是文字"),
    ("key is a number", "1: b", 3, 1, "there is no key 1", "没有 1 这个键"),
    ("anchor", "mode: &m debug", 3, 7, "anchors, aliases and merge keys", "锚点"),
    ("alias", "mode: *m", 3, 7, "anchors, aliases and merge keys", "别名"),
    ("merge key", "background:\n  <<: {pinned: true}", 4, 3, "merge keys", "合并键"),
    ("tag", "mode: !!str debug", 3, 7, "without the tag", "去掉标签"),
    ("python tag", "mode: !!python/object/apply:os.system [x]", 3, 7, "without the tag", "去掉标签"),
    ("second document", "---\nappid: any", 3, 1, "policy of one mini-program", "一个小程序"),
    ("tab", "background:\n\tpinned: true", 4, 1, "two spaces instead of the tab", "把 Tab 换成两个空格"),
    ("no space after the colon", "mode:debug\nscope: all", 3, 1, "Write instead: mode: debug", "mode: debug"),
    ("no space after the last colon", "mode:debug", 3, 1, "Write instead: mode: debug", "mode: debug"),
    ("full-width colon", "mode：debug\nscope: all", 3, 1, "ASCII colon and a space", "半角冒号"),
    ("two keys on a line", "mode: debug scope: all", 3, 18, "one key per line", "每行只写一个键"),
    ("no colon", "mode debug\nscope: all", 3, 1, "lacks a colon", "冒号加空格"),
    ("unclosed list", "certificates: {platforms: [ios\n", 3, 27, "lacks its ] or a comma", "没有用 ] 结束"),
    ("unclosed mapping", "background: {pinned: true\n", 3, 13, "lacks its } or a comma", "没有用 } 结束"),
    ("unclosed quotes", "mode: 'debug\n", 3, 7, "not closed", "引号没有结束"),
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
    ("root is a list", "- a\n", 1, 1, "consists of `key: value` lines", "键: 值"),
    ("root is a word", "\nrelease", 2, 1, "consists of `key: value` lines", "键: 值"),
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
    ("UTF-16", "appid: any".encode("utf-16"), 1, 1, "save the file as UTF-8", "另存为 UTF-8"),
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
