"""No text from the wire does anything in a terminal, whatever field it came in."""

import re

from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from rich.cells import cell_len

from wxpolicy.call.record import SessionFacts
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Text
from wxreport.summary import summarise
from wxreport.text import render_text

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=40) | st.sampled_from(
    [
        "\x1b[2J\x1b]0;owned\x07",
        "a\nall calls would succeed",
        "\u202egpj.exe",
        "\udcff",
        "\x9b31m",
        "[bold red]x[/]",
        ":warning:",
    ]
)
OWN_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def report_of(record, finding, wild, lang, **options):
    findings = [
        finding(code, severity=severity, status=status, subject=wild, message=Text(wild, wild), fix=Text(wild, wild))
        for code, severity, status in (
            (Code.DOMAIN_NOT_LISTED, Severity.VIOLATION, Status.VIOLATED),
            (Code.CERT_EXPIRED, Severity.WARNING, Status.VIOLATED),
            (Code.STATUS_IS_SUCCESS, Severity.NOTE, Status.VIOLATED),
            (Code.PORT_NOT_ALLOWED, Severity.VIOLATION, Status.NOT_OBSERVABLE),
        )
    ]
    session = SessionFacts(
        wild, path=wild, counts={"other": 1, wild: 2}, foreign_appids={wild: 2}, untrusting={f"{wild} {wild}": 1},
        passed_unopened=(wild,), dropped_records=1, notices=(Text(wild, wild),),
    )  # fmt: skip
    call = record(f"https://{wild}/{wild}?{wild}", findings=findings, device=wild, method=wild)
    return render_text(summarise([call]), session, lang, **options)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wild=ANYTHING, lang=st.sampled_from(["zh", "en"]))
def test_every_line_is_printable_and_ours(record, finding, wild, lang):
    text = report_of(record, finding, wild, lang)
    for line in text.split("\n"):
        assert line.isprintable()
    assert text.encode("utf-8")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wild=ANYTHING)
def test_with_colour_there_are_colours_and_nothing_else(record, finding, wild):
    text = report_of(record, finding, wild, "en", color=True)
    assert OWN_COLOURS.search(text)
    assert OWN_COLOURS.sub("", text).replace("\n", "").isprintable()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wild=st.text("中文，。（）abc /.-", max_size=300), lang=st.sampled_from(["zh", "en"]), width=st.integers(60, 120)
)
def test_no_line_is_wider_than_asked_for(record, finding, wild, lang, width):
    for line in report_of(record, finding, wild, lang, width=width).split("\n"):
        assert cell_len(line) <= width
