"""The report as JUnit XML, which every CI shows: a test case for each cause and API, and one for each API that was
called.

Names contain no counts and no times, so that a CI can track a case from run to run. An API's case passes if nothing of
it fails. Causes that fail a release build of the calling client are failures, as in the exit status; faults for other
platforms, warnings and notes pass with their text, what is not observable is skipped, and so is everything if no call
was judged. What could not be read is an error.
"""

import time
from xml.etree import ElementTree

from wxpolicy.call.record import SessionFacts
from wxpolicy.catalogue import entry
from wxpolicy.catalogue import message_of
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxpolicy.text.printable import shortened
from wxreport import words
from wxreport.answers import answer
from wxreport.clauses import in_words
from wxreport.named_policy import named_fix
from wxreport.summary import Cause
from wxreport.summary import Section
from wxreport.summary import Summary

SUITE = "miniprogram"
FAILING = (Section.DEBUG_ONLY, Section.VIOLATION)
_LONGEST_URL = 500
_MOST_CALLS = 100


def render_junit(summary: Summary, session: SessionFacts, lang: str) -> str:
    """One suite, in one language; characters that XML does not allow are escaped as in the text report."""
    suite = ElementTree.Element("testsuite", name=SUITE)
    for api, calls in sorted(summary.by_api.items()):
        case = ElementTree.SubElement(suite, "testcase", classname=_classname(api), name=printable(api))
        case.set("time", _seconds(summary.duration_ms[api]))
        ElementTree.SubElement(case, "system-out").text = printable(words.calls(calls, 1).in_lang(lang))
    for section in Section:
        for cause in summary.of(section):
            for api in sorted(cause.by_api):
                _case(suite, section, cause, api, session, lang)
    for number, text in enumerate(session.unread, 1):
        _unread_case(suite, session, number, text.in_lang(lang))
    if not (summary.calls or session.unread):
        case = ElementTree.SubElement(suite, "testcase", classname=SUITE, name="calls", time="0")
        ElementTree.SubElement(case, "skipped", message=printable(words.headline(summary, session).in_lang(lang)))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(session.unread)))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    suite.set("time", _seconds(sum(summary.duration_ms.values())))
    if session.started_at:
        suite.set("timestamp", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(session.started_at)))
    ElementTree.SubElement(suite, "system-out").text = printable(_head(summary, session, lang))
    suites = ElementTree.Element(
        "testsuites", {name: suite.get(name, "") for name in ("tests", "failures", "errors", "skipped", "time")}
    )
    suites.append(suite)
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"


def _case(
    suite: ElementTree.Element, section: Section, cause: Cause, api: str, session: SessionFacts, lang: str
) -> None:
    finding = cause.finding
    code = finding.code.value
    name = f"{code} {cause.subject}".rstrip() + (f" ({cause.policy})" if cause.policy else "")
    case = ElementTree.SubElement(suite, "testcase", classname=_classname(api), name=printable(name))
    case.set("time", _seconds(cause.duration_ms if len(cause.by_api) == 1 else 0))
    title = f"{entry(finding.code).title.in_lang(lang)}: {message_of(finding).in_lang(lang)}"
    body = "\n".join(printable(line) for line in _lines(section, cause, session, lang))
    if section in FAILING:
        failure = ElementTree.SubElement(case, "failure", type=section.value, message=printable(title))
        failure.text = body
    elif section is Section.NOT_OBSERVABLE:
        ElementTree.SubElement(case, "skipped", message=printable(title)).text = body
    else:
        ElementTree.SubElement(case, "system-out").text = body


def _unread_case(suite: ElementTree.Element, session: SessionFacts, number: int, text: str) -> None:
    name = f"unread {number}"
    case = ElementTree.SubElement(suite, "testcase", classname=SUITE, name=printable(name), time="0")
    ElementTree.SubElement(case, "error", type="unreadable", message=printable(text))


def _lines(section: Section, cause: Cause, session: SessionFacts, lang: str) -> list[str]:
    finding = cause.finding
    rows: list[tuple[Text, str]] = [
        (words.SECTIONS[section], words.calls(cause.calls, len(cause.devices)).in_lang(lang)),
        *_calls(cause, lang),
        (words.FIX, named_fix(finding, session, cause.policy).in_lang(lang)),
        (words.CLAUSE, in_words(finding.clause).in_lang(lang)),
    ]
    if section in FAILING:
        rows[2:2] = [(words.RELEASE, answer(cause.release, cause.apis)), (words.DEBUG, answer(cause.debug, cause.apis))]
    return [
        message_of(finding).in_lang(lang),
        *(f"{label.in_lang(lang)}: {text}" if label.en else f"  {text}" for label, text in rows if text),
    ]


def _calls(cause: Cause, lang: str) -> list[tuple[Text, str]]:
    if cause.calls == 1:
        return [(words.EXAMPLE, shortened(f"{cause.method} {cause.example}", _LONGEST_URL))]
    lines = [
        shortened(words.place(place, "%Y-%m-%d %H:%M:%S").in_lang(lang), _LONGEST_URL)
        for place in cause.places.first(_MOST_CALLS)
    ]
    if more := cause.places.calls_beyond(_MOST_CALLS):
        lines.append(words.further_calls(more).in_lang(lang))
    return [(words.CALLS if number == 0 else Text("", ""), line) for number, line in enumerate(lines)]


def _classname(api: str) -> str:
    return printable(f"{SUITE}.{api}")


def _seconds(duration_ms: int) -> str:
    return f"{duration_ms / 1000:.3f}"


def _head(summary: Summary, session: SessionFacts, lang: str) -> str:
    return f"{session.path or session.name}: {words.headline(summary, session).in_lang(lang)}"
