"""What each part of the report for people says."""

from itertools import count

import pytest

from wxpolicy.call.record import SessionFacts
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxreport.summary import summarise
from wxreport.text import render_text

pytestmark = pytest.mark.usefixtures("utc")


@pytest.mark.parametrize(
    ("case", "codes", "zh", "en"),
    [
        ("clean", [], "这 1 次调用在正式版能成功", "The call would succeed in a release build"),
        (
            "debug-only",
            [(Code.HOST_IS_IP, {})],
            "1 次调用仅调试可用，共 1 个原因",
            "1 call would work only with debugging on, for 1 reason",
        ),
        (
            "fails in both",
            [(Code.TIMEOUT, {})],
            "1 次调用会失败，打开或关闭调试都一样",
            "1 call would fail, with debugging on or off",
        ),
        (
            "fails elsewhere",
            [(Code.CERT_EXPIRED, {"platforms": (Platform.IOS,)})],
            "这 1 次调用在这台设备的正式版能成功，但有 1 个问题会让其他平台失败",
            "The call would succeed in a release build on this device, but 1 fault would make",
        ),
        (
            "a note alone",
            [(Code.STATUS_IS_SUCCESS, {"severity": Severity.NOTE})],
            "这 1 次调用在正式版能成功",
            "The call would succeed in a release build",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isascii() else "",
)
def test_the_first_line_says_how_it_stands(case, codes, zh, en, record, finding):
    summary = summarise([record(findings=[finding(code, **fields) for code, fields in codes])])
    assert render_text(summary, SessionFacts("s"), "zh").split("\n")[0] == zh
    assert render_text(summary, SessionFacts("s"), "en").split("\n")[0] == en


@pytest.mark.parametrize(
    ("case", "facts", "zh", "en"),
    [
        (
            "dropped records",
            {"dropped_records": 2},
            "RECORD_DROPPED：有 2 条记录未能写入",
            "2 records could not be written",
        ),
        (
            "a foreign mini-program",
            {"foreign_appids": {"wx1": 12}},
            "小程序 wx1 发出了 12 次请求",
            "mini-program wx1 made 12 calls",
        ),
        (
            "a device without trust",
            {"untrusting": {"10.0.0.2 a.com": 1}},
            "设备 10.0.0.2 上访问 a.com 的应用不信任",
            "on 10.0.0.2, the app that calls a.com does not trust",
        ),
        ("unopened hosts", {"passed_unopened": tuple(f"h{n}" for n in range(25))}, "另有 5 个", "and 5 more"),
        ("other traffic", {"counts": {"image": 3, "new": 1}}, "图片 3 · new 1", "images 3 · new 1"),
        (
            "a notice with several lines",
            {"notices": (Text("一\n二\n三", "one\ntwo\nthree"),)},
            "  · 一\n    二\n    三",
            "  · one\n    two\n    three",
        ),
        ("an empty notice", {"notices": (Text("", ""),)}, "本次记录的情况\n  ·", "THIS RECORDING\n  ·"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isascii() else "",
)
def test_what_happened_beside_the_calls_is_said(case, facts, zh, en):
    """Also in a session without calls: that is where it is looked for."""
    assert zh in render_text(summarise([]), SessionFacts("s", **facts), "zh")
    assert en in render_text(summarise([]), SessionFacts("s", **facts), "en")


def test_only_the_twenty_most_frequent_foreign_mini_programs_are_named():
    foreign = {f"wx{number:02}": number for number in range(1, 26)}
    text = render_text(summarise([]), SessionFacts("s", foreign_appids=foreign), "en")
    assert "wx25 " in text and "wx06 " in text and "wx05 " not in text


def test_causes_that_did_not_fit_are_counted(record, finding, monkeypatch):
    monkeypatch.setattr("wxreport.summary.MOST_CAUSES", 1)
    hosts = count()
    calls = [record(findings=[finding(subject=f"h{next(hosts)}.com")]) for _ in range(3)]
    assert "2 more findings not shown" in render_text(summarise(calls), SessionFacts("s"), "en")


@pytest.mark.parametrize(
    ("case", "codes", "path", "suggested", "listed"),
    [
        ("a missing domain", [Code.DOMAIN_NOT_LISTED], "sessions/s", True, True),
        ("nothing that a line fixes", [Code.HOST_IS_IP], "sessions/s", False, True),
        ("no folder", [Code.DOMAIN_NOT_LISTED], "", False, False),
    ],
)
def test_the_commands_to_go_on_with(case, codes, path, suggested, listed, record, finding):
    text = render_text(
        summarise([record(findings=[finding(code) for code in codes])]), SessionFacts("s", path=path), "en"
    )
    assert ("scripts/policy.py suggest sessions/s" in text) is suggested
    assert ("scripts/report.py sessions/s --format jsonl" in text) is listed


def test_a_folder_with_blanks_is_quoted_in_commands(record):
    text = render_text(summarise([record()]), SessionFacts("s", path="my sessions/s"), "en")
    assert "scripts/report.py 'my sessions/s' --format jsonl" in text


def test_the_session_s_start_is_told_in_local_time(record):
    text = render_text(summarise([record()]), SessionFacts("s", path="sessions/s", started_at=1_700_000_000.0), "en")
    day, clock, folder = text.split("\n")[1].split()
    assert day in ("2023-11-14", "2023-11-15") and clock.endswith(":20") and folder == "sessions/s"


@pytest.mark.parametrize(
    ("causes", "in_full", "counted"), [(20, 20, None), (21, 20, None), (130, 20, "10 more causes")]
)
def test_many_causes_do_not_flood_the_report(record, finding, causes, in_full, counted):
    records = [record(findings=[finding(subject=f"host{number}.example.com")]) for number in range(causes)]
    text = render_text(summarise(records), SessionFacts("s"), "en")
    assert text.count("    fix ") == in_full
    assert ("more cause" in text) == (counted is not None) and (counted or "") in text


@pytest.mark.parametrize(
    ("case", "facts", "headline", "hints"),
    [
        ("nothing at all", {}, "No call of a mini-program was seen", 5),
        ("nothing at all in scope all", {"scope": "all"}, "No call was seen", 3),
        (
            "other traffic",
            {"counts": {"other": 2, "mmtls": 1}},
            "Nothing was judged: no call of a mini-program among 3 other requests",
            5,
        ),
        (
            "calls of others",
            {"foreign_appids": {"wx1": 1}, "appid": "wx2"},
            "Nothing was judged: no call of mini-program wx2 among 1 other request",
            5,
        ),
        (
            "images in scope all",
            {"scope": "all", "counts": {"image": 4}},
            "Nothing was judged: no call among 4 other requests",
            3,
        ),
        ("a capture", {"is_capture": True}, "No call of a mini-program was seen", 2),
        (
            "a damaged session",
            {"unread": (Text("坏了", "broken"),)},
            "The session is damaged: no call could be read",
            0,
        ),
        (
            "a capture that breaks off",
            {"is_capture": True, "unread": (Text("断了", "cut"),)},
            "The capture could not be read: no call was judged",
            0,
        ),
        (
            "a capture that breaks off behind other traffic",
            {"is_capture": True, "unread": (Text("断了", "cut"),), "counts": {"other": 1}},
            "The capture could not be read completely. Nothing was judged: no call of a mini-program among 1 other request",
            0,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_report_without_calls_says_why_and_gives_only_hints_that_fit(case, facts, headline, hints):
    first, _, *more = render_text(summarise([]), SessionFacts("s", **facts), "en", width=200).split("\n")
    assert first == headline
    before_sections = more[: next((n for n, line in enumerate(more) if line.isupper()), len(more))]
    assert sum(line.startswith("  · ") for line in before_sections) == hints
    assert ("--scope all" in "".join(before_sections)) == (hints in (2, 5))
