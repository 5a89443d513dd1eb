"""The page: everything that the text report says, in its order, and nothing from the wire is markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.call.record import SessionFacts
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Text
from wxreport import unjudged
from wxreport import words
from wxreport.html_page import render_html
from wxreport.summary import Section
from wxreport.summary import summarise


class Page(HTMLParser):
    """The tags of a page, its attributes' names, and its text by the tag that it stands in."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text, self._inside = set(), set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._inside.append(tag)

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data):
        if data.strip():
            self.text.append((self._inside[-1] if self._inside else "", data.strip()))

    def of(self, tag):
        return [text for inside, text in self.text if inside == tag]


KNOWN_TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "table", "tr", "th", "td", "section", "article", "code", "span", "ul", "li",
}  # fmt: skip
KNOWN_ATTRIBUTES = {"lang", "charset", "name", "content", "http-equiv", "class", "scope"}


def page(records, lang="en", **facts):
    return Page(render_html(summarise(records), SessionFacts("s", **facts), lang))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sections_stand_in_the_order_of_the_text_report(record, finding, lang):
    records = [
        record(findings=[finding(Code.STATUS_IS_SUCCESS, severity=Severity.NOTE)]),
        record(findings=[finding(Code.TLS_HANDSHAKE_FAILED, status=Status.NOT_OBSERVABLE)]),
        record(findings=[finding(Code.CHARSET_NOT_UTF8, severity=Severity.WARNING)]),
        record(findings=[finding(Code.TIMEOUT)]),
        record(findings=[finding(Code.DOMAIN_NOT_LISTED)]),
    ]
    shown = page(records, lang, counts={"other": 3}, dropped_records=2)
    wanted = [Section.DEBUG_ONLY, Section.VIOLATION, Section.WARNING, Section.NOTE, Section.NOT_OBSERVABLE]
    assert shown.of("h2") == [
        *(words.SECTIONS[section].in_lang(lang) for section in wanted),
        words.NOT_JUDGED.in_lang(lang),
        words.SESSION_ITSELF.in_lang(lang),
    ]
    assert shown.of("code") == [
        "DOMAIN_NOT_LISTED",
        "TIMEOUT",
        "CHARSET_NOT_UTF8",
        "STATUS_IS_SUCCESS",
        "TLS_HANDSHAKE_FAILED",
    ]
    assert any("RECORD_DROPPED" in text for text in shown.of("li"))
    assert (
        shown.of("h1")
        == shown.of("title")
        == [words.headline(summarise(records), SessionFacts("s", dropped_records=2)).in_lang(lang)]
    )


def test_without_calls_it_says_what_to_look_at(record):
    shown = page([], "zh")
    assert [hint.zh for hint in unjudged.NO_CALLS] == shown.of("li")


def test_the_two_numbers_of_a_tally_are_apart(record):
    assert "1 success · 0 fail" in page([record()]).of("td") and "成功 1 · 失败 0" in page([record()], "zh").of("td")


def test_no_script_runs_and_nothing_is_loaded(record, finding):
    text = render_html(summarise([record(findings=[finding()])]), SessionFacts("s"), "en")
    assert "<script" not in text and "default-src 'none'" in text and "src=" not in text


def test_a_secret_in_a_url_is_masked(record, finding):
    shown = page([record("https://api.example.com/?token=s3cr3t", findings=[finding()])])
    assert not any("s3cr3t" in text for _, text in shown.text)


HOSTILE = st.text("<>\"'&/=;!-script onerror\u202e\x1b{}%\ud800\n", max_size=60) | st.text(
    st.characters(codec=None, exclude_categories=()), max_size=40
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE)
def test_nothing_from_the_wire_is_markup(record, finding, wild):
    found = finding(subject=wild, message=Text(wild, wild), fix=Text(wild, wild))
    facts = {
        "notices": (Text(wild, wild),),
        "foreign_appids": {wild: 1},
        "untrusting": {f"10.0.0.2 {wild}": 1},
        "counts": {wild: 1},
        "path": wild,
    }
    text = render_html(
        summarise([record(f"https://a.com/{wild}", findings=[found], method=wild)]), SessionFacts("s", **facts), "zh"
    )
    assert text.encode("utf-8") and "\u202e" not in text and "\x1b" not in text
    shown = Page(text)
    assert shown.tags <= KNOWN_TAGS and shown.attributes <= KNOWN_ATTRIBUTES
