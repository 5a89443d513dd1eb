"""The report as a single page: no script, no additional files, in the order of the text report.

Everything is escaped by Jinja2; misleading characters (bidi and control characters from the wire) are shown as their
escapes.
"""

import time

import jinja2

from wxpolicy.call.record import SessionFacts
from wxpolicy.catalogue import entry
from wxpolicy.catalogue import message_of
from wxpolicy.finding import ALL_PLATFORMS
from wxpolicy.terms import Api
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxpolicy.text.printable import shortened
from wxreport import unjudged
from wxreport import words
from wxreport.answers import answer
from wxreport.clauses import in_words
from wxreport.html_template import TEMPLATE
from wxreport.named_policy import named_fix
from wxreport.places import MOST_PLACES_OF_A_CAUSE
from wxreport.readable import readable_url
from wxreport.summary import Cause
from wxreport.summary import Section
from wxreport.summary import Summary

LONGEST_URL = 400
LONGEST_TEXT = 3000
MOST_OF_A_KIND = 50
_FAILING = (Section.DEBUG_ONLY, Section.VIOLATION)
_CLASSES = {
    Section.DEBUG_ONLY: "bad", Section.AMBIGUOUS: "warn", Section.VIOLATION: "bad", Section.OTHER_PLATFORM: "warn", Section.WARNING: "warn",
    Section.NOTE: "note", Section.NOT_OBSERVABLE: "note",
}  # fmt: skip
_PAGE = jinja2.Environment(
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=lambda value: value if value is not None else "",
).from_string(TEMPLATE)


def render_html(summary: Summary, session: SessionFacts, lang: str) -> str:
    """The whole page, which can be encoded as UTF-8."""
    return _PAGE.render(_Page(summary, session, lang).parts())


class _Page:
    def __init__(self, summary: Summary, session: SessionFacts, lang: str) -> None:
        self.summary = summary
        self.session = session
        self.lang = lang

    def in_lang(self, text: Text) -> str:
        return self.shown(text.in_lang(self.lang))

    @staticmethod
    def shown(text: str, longest: int = LONGEST_TEXT) -> str:
        return "\n".join(printable(line) for line in shortened(text, longest).split("\n"))

    def parts(self) -> dict[str, object]:
        summary, session = self.summary, self.session
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(session.started_at)) if session.started_at else ""
        apis = [*Api, *sorted(set(summary.by_api) - set(Api))]
        return {
            "lang": "zh-CN" if self.lang == "zh" else "en",
            "title": self.in_lang(words.headline(summary, session)),
            "is_bad": bool(summary.debug_only or summary.release_fail or session.unread or session.dropped_records),
            "is_empty": not summary.calls,
            "place": self.shown(session.path or session.name),
            "when": when,
            "totals": self.in_lang(words.totals(summary, session)),
            "apis": [(self.shown(api), summary.by_api[api]) for api in apis if api in summary.by_api],
            "trust_stores": self.in_lang(stores) if (stores := words.trust_stores(summary)) is not None else "",
            "tallies": [
                (self.in_lang(words.AS_IT_WENT), self.in_lang(words.tally(summary.success, summary.fail, " · "))),
                (
                    self.in_lang(words.RELEASE),
                    self.in_lang(words.tally(summary.calls - summary.release_fail, summary.release_fail, " · ")),
                ),
                (
                    self.in_lang(words.DEBUG),
                    self.in_lang(words.tally(summary.calls - summary.debug_fail, summary.debug_fail, " · ")),
                ),
            ],
            "policies": [self.shown(self.in_lang(words.in_force(policy))) for policy in session.policies],
            "passed": self.passed(),
            "hints": [self.in_lang(hint) for hint in unjudged.hints(session)],
            "sections": [part for section in Section if (part := self.section(section))["causes"] or part["more"]],
            "lists": [part for part in (self.not_judged(), self.trouble()) if part["items"]],
        }

    def passed(self) -> list[str]:
        most = sorted(self.session.passed_by_option.items(), key=lambda pair: -pair[1])[:MOST_OF_A_KIND]
        found = ((*pair.partition(" ")[::2], count) for pair, count in most)
        return [self.shown(self.in_lang(unjudged.passed_by(option, host, count))) for option, host, count in found]

    def section(self, section: Section) -> dict[str, object]:
        causes = [self.cause(cause, section) for cause in self.summary.of(section)]
        more = self.unseen() if section is Section.NOT_OBSERVABLE else []
        return {
            "heading": self.in_lang(words.SECTIONS[section]),
            "class": _CLASSES[section],
            "causes": causes,
            "more": more,
        }

    def cause(self, cause: Cause, section: Section) -> dict[str, object]:
        finding = cause.finding
        everywhere = set(finding.platforms) == set(ALL_PLATFORMS)
        fails = section in _FAILING
        rows = [
            (words.PLATFORMS, "" if everywhere else self.in_lang(words.platforms(cause.spread)), ""),
            (words.EXAMPLE, self.shown(f"{cause.method} {readable_url(cause.example)}", LONGEST_URL), "code"),
            (words.RELEASE, self.shown(answer(cause.release, cause.apis)) if fails else "", "code"),
            (words.DEBUG, self.shown(answer(cause.debug, cause.apis)) if fails else "", "code"),
            (words.FIX, self.in_lang(named_fix(finding, self.session, cause.policy)), "fix"),
            (words.CLAUSE, self.in_lang(in_words(finding.clause)), ""),
        ]
        return {
            "code": finding.code.value,
            "title": self.in_lang(entry(finding.code).title),
            "api": self.shown(" / ".join(cause.by_api) + (f" · {cause.policy}" if cause.policy else "")),
            "calls_label": self.in_lang(words.ALL_CALLS),
            "calls": self.calls(cause) if cause.calls > 1 else [],
            "counted": self.in_lang(words.calls(cause.calls, len(cause.devices))),
            "subject": self.shown(finding.subject),
            "message": self.in_lang(message_of(finding)),
            "rows": [(self.in_lang(label), text, kind) for label, text, kind in rows if text],
        }

    def calls(self, cause: Cause) -> list[str]:
        """Every URL, device and time, collapsed until it is opened."""
        lines = [
            self.shown(self.in_lang(words.place(place, "%Y-%m-%d %H:%M:%S")), LONGEST_URL)
            for place in cause.places.first(MOST_PLACES_OF_A_CAUSE)
        ]
        if cause.places.more_calls:
            lines.append(self.in_lang(words.further_calls(cause.places.more_calls)))
        return lines

    def unseen(self) -> list[str]:
        session = self.session
        found = sorted(session.untrusting.items(), key=lambda pair: -pair[1])[:MOST_OF_A_KIND]
        items = [self.in_lang(unjudged.untrusting(*_device_and_host(pair), count)) for pair, count in found]
        if hosts := session.passed_unopened:
            items.append(self.in_lang(unjudged.unopened(hosts[:MOST_OF_A_KIND], len(hosts[MOST_OF_A_KIND:]))))
        if self.summary.unknown_clients:
            items.append(self.in_lang(words.unknown_clients(self.summary.unknown_clients)))
        return items + [self.in_lang(text) for text in unjudged.NEVER_SEEN if self.summary.calls]

    def not_judged(self) -> dict[str, object]:
        counts, foreign = self.session.counts, self.session.foreign_appids
        items = [
            f"{self.in_lang(unjudged.KINDS.get(kind, Text(kind, kind)))} {count}" for kind, count in counts.items()
        ]
        most = sorted(foreign.items(), key=lambda pair: -pair[1])[:MOST_OF_A_KIND]
        items += [self.in_lang(unjudged.foreign(appid, count)) for appid, count in most]
        return {"heading": self.in_lang(words.NOT_JUDGED), "items": items}

    def trouble(self) -> dict[str, object]:
        session = self.session
        items = [self.in_lang(text) for text in session.unread]
        if session.dropped_records:
            items.append(self.in_lang(words.dropped(session.dropped_records)))
        if self.summary.more_causes:
            items.append(self.in_lang(words.more_causes(self.summary.more_causes)))
        items += [self.in_lang(notice) for notice in session.notices]
        return {"heading": self.in_lang(words.SESSION_ITSELF), "items": items}


def _device_and_host(pair: str) -> tuple[str, str]:
    device, _, host = pair.partition(" ")
    return device, host
