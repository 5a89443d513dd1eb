"""The report for people: whole samples; test_text_parts.py has what each part says.

Where a sample differs on purpose: ``GOLDEN=accept python3 scripts/test.py tests/wxreport/test_text.py``,
then read what changed under tests/wxreport/golden.
"""

import difflib
import os
from pathlib import Path

import pytest
from rich.cells import cell_len

from wxpolicy.call.record import SessionFacts
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Api
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxreport.summary import summarise
from wxreport.text import render_text

GOLDEN = Path(__file__).parent / "golden"
pytestmark = pytest.mark.usefixtures("utc")
LANGUAGES = ["zh", "en"]
EVERY_PART = SessionFacts(
    "monday",
    path="sessions/monday",
    counts={"other": 12, "image": 3, "mmtls": 1},
    foreign_appids={"wxfedcba9876543210": 12},
    untrusting={"10.0.0.2 pinned.example.com": 2},
    passed_unopened=("pinned.example.com",),
    dropped_records=1,
    notices=(
        Text(
            "policy.yaml:3:1 有错误，沿用上一份策略：\n缩进不一致",
            "policy.yaml:3:1 is wrong, the policy before stays:\nuneven indentation",
        ),
    ),
)


@pytest.fixture
def everything(record, finding):
    """A session with something in every part of the report."""
    unlisted = finding(
        subject="unlisted.example.com",
        message=Text(
            "unlisted.example.com 不在「request合法域名」列表中。",
            "unlisted.example.com is not listed under 「request合法域名」.",
        ),
        fix=Text(
            "登录小程序后台，在「设置-开发设置-服务器域名」的「request合法域名」中加入 https://unlisted.example.com；"
            "并在 policy.yaml 的 domains.request 下加一行「- https://unlisted.example.com」。",
            "Log in to the mini-program admin site (小程序后台), open 「设置-开发设置-服务器域名」 and add"
            ' https://unlisted.example.com under 「request合法域名」; also add the line "- https://unlisted.example.com"'
            " under domains.request in policy.yaml.",
        ),
    )
    hole = finding(Code.CERT_CHAIN_INCOMPLETE, platforms=(Platform.ANDROID,), clause="seed-2017 §1; platform §5")
    hidden = finding(Code.CERT_CHAIN_INCOMPLETE, platforms=(Platform.IOS, Platform.DEVTOOLS), severity=Severity.NOTE)
    long_lived = finding(Code.CERT_VALIDITY_TOO_LONG, platforms=(Platform.IOS,), clause="platform §5")
    slow = finding(Code.TIMEOUT, clause="seed-2017 §2")
    legacy = finding(Code.TLS_NO_LEGACY_SUPPORT, severity=Severity.WARNING, clause="platform §5 [doc]")
    status = finding(Code.STATUS_IS_SUCCESS, severity=Severity.NOTE, clause="seed-2017 §3")
    ambiguous = finding(Code.DOMAIN_WRONG_CATEGORY, severity=Severity.NOTE, status=Status.NOT_OBSERVABLE)
    nested = "https://unlisted.example.com/login?to=https://api.example.com/a/long/way/back&token=s3cr3t&page=2"
    return [
        record(),
        record(nested, findings=[unlisted]),
        record(nested, findings=[unlisted], mode="release", device="10.0.0.9"),
        record("wss://api.example.com/ws", findings=[hole, hidden], api=Api.CONNECT_SOCKET),
        record(findings=[slow], method="POST", api=Api.UPLOAD_FILE),
        record(findings=[long_lived]),
        record(findings=[legacy]),
        record("https://api.example.com/status/500", findings=[status]),
        record(findings=[ambiguous], api=Api.DOWNLOAD_FILE),
    ]


def compare(name, text):
    path = GOLDEN / name
    if os.environ.get("GOLDEN") == "accept":
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
    expected = path.read_text(encoding="utf-8")
    diff = "\n".join(difflib.unified_diff(expected.splitlines(), text.splitlines(), name, "now", lineterm=""))
    assert not diff, f"{diff}\n\nIf that is meant: GOLDEN=accept python3 scripts/test.py tests/wxreport/test_text.py"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_session_with_everything(lang, everything):
    compare(f"everything.{lang}.txt", render_text(summarise(everything), EVERY_PART, lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_session_asks_what_may_be_wrong(lang):
    compare(f"empty.{lang}.txt", render_text(summarise([]), SessionFacts("s", path="sessions/s"), lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_clean_session_is_short(lang, record):
    compare(f"clean.{lang}.txt", render_text(summarise([record(), record()]), SessionFacts("s"), lang))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [40, 60, 80, 132])
def test_no_line_is_wider_than_asked_for(lang, width, everything):
    text = render_text(summarise(everything), EVERY_PART, lang, width=width)
    assert max(map(cell_len, text.split("\n"))) <= width


def test_a_width_that_nobody_could_read_is_widened(everything):
    assert render_text(summarise(everything), EVERY_PART, "en", width=1) == render_text(
        summarise(everything), EVERY_PART, "en", width=40
    )


def test_colour_changes_nothing_but_colour(everything):
    plain = render_text(summarise(everything), EVERY_PART, "zh")
    coloured = render_text(summarise(everything), EVERY_PART, "zh", color=True)
    pieces = coloured.split("\x1b[")
    assert len(pieces) > 20
    bare = pieces[0] + "".join(piece.partition("m")[2] for piece in pieces[1:])
    assert [line.rstrip() for line in bare.split("\n")] == plain.split("\n")


def test_a_secret_is_not_in_the_report_unless_asked_for(everything):
    assert "s3cr3t" not in render_text(summarise(everything), EVERY_PART, "en")
    assert "s3cr3t" in render_text(summarise(everything, with_secrets=True), EVERY_PART, "en")
