"""The probe's table: one row a platform, in both languages, no wider than asked and harmless to a terminal."""

import pytest
from rich.cells import cell_len

from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.probe import VERSIONS
from wxpolicy.certificates.probe import Answer
from wxpolicy.certificates.probe import Attempt
from wxpolicy.certificates.probe import Probed
from wxpolicy.certificates.probe import Seen
from wxpolicy.certificates.probe import Target
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import from_prose
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxreport.probe_table import render_probes

IOS, ANDROID, DEVTOOLS = Platform.IOS, Platform.ANDROID, Platform.DEVTOOLS
HOLE = Text("服务器没有发送签发它的中间证书", "the server does not send the intermediate that issued it")
MEND = Text("把中间证书追加到服务器的证书链文件", "append the intermediate to the server's chain file")


def finding(severity, *platforms, message=HOLE):
    return from_prose(Code.CERT_CHAIN_INCOMPLETE, message, MEND, "platform §5", severity, platforms=platforms)


def probed(*findings, host="hole.example.com", offers=("TLSv1.3", "TLSv1.2"), store="lab", stores=None):
    answers = {version: Answer.AGREED if version in offers else Answer.REFUSED for version in VERSIONS}
    attempts = tuple(Attempt(version, answer, None, ServedChain(())) for version, answer in answers.items())
    return Probed(Seen(Target(host), attempts), findings, stores or dict.fromkeys(Platform, store))


HOLED = probed(finding(Severity.VIOLATION, ANDROID), finding(Severity.WARNING, IOS), finding(Severity.NOTE, DEVTOOLS))


def rows(text):
    return [line.split() for line in text.splitlines()]


def test_each_platform_has_its_row():
    text = render_probes([probed(host="api.example.com"), HOLED], "en")
    table = rows(text)
    assert table.index(["api.example.com:443", "1.2", "1.3", "yes"]) < table.index(
        ["hole.example.com:443", "1.2", "1.3", "yes"]
    )
    assert table.count(["Android", "passes"]) == 1 and table.count(["devtools", "passes"]) == 2
    assert ["iOS", "may", "fail", "CERT_CHAIN_INCOMPLETE"] in table
    assert ["Android", "fails", "CERT_CHAIN_INCOMPLETE"] in table


def test_one_fault_is_said_once_with_its_mend():
    text = render_probes([HOLED], "en")
    assert text.count(HOLE.en) == text.count(f"fix: {MEND.en}") == 1
    assert "fails on Android; may fail on iOS" in " ".join(text.split())
    assert text.count("trust store: lab") == 1


def test_the_stores_of_the_platforms_stand_side_by_side():
    """Each with its version; one line where all share one."""
    names = {IOS: "Apple (iOS 26)", ANDROID: "Android (AOSP 17)", DEVTOOLS: "Mozilla (2026-07-19) for Chrome's own"}
    text = render_probes([probed(stores=names)], "en")
    assert [line for line in text.splitlines() if "trust store" in line] == [
        "iOS trust store: Apple (iOS 26)",
        "Android trust store: Android (AOSP 17)",
        "devtools trust store: Mozilla (2026-07-19) for Chrome's own",
    ]
    assert "开发者工具的信任库：Mozilla (2026-07-19)，代替 Chrome 自己的列表" in render_probes(
        [probed(stores=names)], "zh"
    )


def test_what_nobody_minds_is_said_once_for_all_hosts():
    note = from_prose(
        Code.TLS_NO_LEGACY_SUPPORT,
        Text("不提供旧版本。", "Nothing old."),
        Text("不是违规。", "No violation."),
        "seed-2017 §1",
        Severity.NOTE,
    )
    hosts = ["a.example.com", "b.example.com", "c.example.com"]
    probes = [probed(note, host=host) for host in hosts] + [probed(finding(Severity.VIOLATION, ANDROID), note)]
    text = render_probes(probes, "en", width=120)
    lines = text.splitlines()
    assert text.count("TLS_NO_LEGACY_SUPPORT") == text.count("Nothing old.") == text.count("fix: No violation.") == 1
    assert (
        lines[lines.index("    Nothing old.") - 2]
        == "a.example.com:443, b.example.com:443, c.example.com:443, hole.example.com:443"
    )
    # The faults of a host stand before, with their host alone.
    assert lines.index("hole.example.com:443") < lines.index("    Nothing old.")
    assert "a.example.com:443" not in lines
    assert "a.example.com:443、b.example.com:443" in render_probes(probes, "zh", width=120)


def test_it_is_said_in_chinese():
    text = render_probes([HOLED], "zh")
    assert ["开发者工具", "通过"] in rows(text) and ["Android", "失败", "CERT_CHAIN_INCOMPLETE"] in rows(text)
    assert "Android 失败；iOS 可能失败" in text and f"修复：{MEND.zh}" in text and "信任库：lab" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_asked(lang, width):
    long = probed(finding(Severity.VIOLATION, *Platform), host=f"{'label.' * 20}example.com")
    lines = render_probes([long, HOLED], lang, width=width).splitlines()
    assert max(map(cell_len, lines)) <= width


def test_a_strangers_text_cannot_command_the_terminal():
    nasty = Text("\x1b[2J红", "\x1b[2Jred\u202e")
    text = render_probes([probed(finding(Severity.VIOLATION, ANDROID, message=nasty), store="\x1b[31mstore")], "en")
    assert "\x1b" not in text and "\u202e" not in text


def test_colour_is_for_those_who_ask():
    assert "\x1b[" in render_probes([HOLED], "en", color=True)
    assert "\x1b[" not in render_probes([HOLED], "en")
