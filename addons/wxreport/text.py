"""The text report: the most important first, in Chinese or English."""

import shlex
import time
from collections.abc import Iterable
from collections.abc import Iterator

from rich.text import Text as Line

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
from wxreport.explanation import FIXED_BY_A_LINE
from wxreport.named_policy import named_fix
from wxreport.own_command import own_command
from wxreport.paper import INDENT
from wxreport.paper import Paper
from wxreport.readable import readable_url
from wxreport.summary import Cause
from wxreport.summary import Section
from wxreport.summary import Summary

LONGEST_URL = 200
# Causes in a section: the first ones in full, more by name, the rest counted.
MOST_IN_FULL = 20
MOST_NAMED = 120
MOST_OF_A_KIND = 20
# Of each cause.
MOST_CALLS = 10

_STYLES = {
    Section.DEBUG_ONLY: "bold red",
    Section.AMBIGUOUS: "bold yellow",
    Section.VIOLATION: "bold red",
    Section.OTHER_PLATFORM: "bold yellow",
    Section.WARNING: "bold yellow",
}
# In other sections the verdicts, which are those of the calling client, say nothing about the cause.
_NO_LABEL = Text("", "")
_FAILING = (Section.DEBUG_ONLY, Section.VIOLATION)


def render_text(summary: Summary, session: SessionFacts, lang: str, *, width: int = 80, color: bool = False) -> str:
    """The whole report. ``width`` in columns; Chinese characters take two."""
    return _Report(summary, session, lang, width, color).render()


class _Report(Paper):
    def __init__(self, summary: Summary, session: SessionFacts, lang: str, width: int, color: bool) -> None:
        self.summary = summary
        self.session = session
        super().__init__(lang, width, color)

    def render(self) -> str:
        self.head()
        for section in _STYLES:
            self.causes(section)
        self.notes()
        self.cannot_tell()
        self.not_judged()
        self.trouble()
        self.next_steps()
        return self.text

    # The parts of the report, in their order.

    def head(self) -> None:
        summary, session = self.summary, self.session
        self.line(
            self.in_lang(words.headline(summary, session)),
            "bold red" if summary.debug_only or session.unread or session.dropped_records else "bold",
        )
        when = ""
        if session.started_at:
            when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(session.started_at)) + "  "
        self.line(f"{when}{session.path or session.name}", "dim")
        for policy in session.policies:
            self.line(self.in_lang(words.in_force(policy)), "dim")
        for pair, count in _most(session.passed_by_option.items()):
            option, _, host = pair.partition(" ")
            self.line(self.in_lang(unjudged.passed_by(option, host, count)), "bold yellow")
        if not summary.calls:
            if hints := unjudged.hints(session):
                self.line()
            for hint in hints:
                self.bullet(self.in_lang(hint))
            return
        self.line(self.in_lang(words.totals(summary, session)), "dim")
        apis = [*Api, *sorted(set(summary.by_api) - set(Api))]
        self.line(" · ".join(f"{api} {summary.by_api[api]}" for api in apis if api in summary.by_api), "dim")
        if (stores := words.trust_stores(summary)) is not None:
            self.line(self.in_lang(stores), "dim")
        self.line()
        self.rows(
            (
                (words.AS_IT_WENT, self.in_lang(words.tally(summary.success, summary.fail)), ""),
                (
                    words.RELEASE,
                    self.in_lang(words.tally(summary.calls - summary.release_fail, summary.release_fail)),
                    "",
                ),
                (words.DEBUG, self.in_lang(words.tally(summary.calls - summary.debug_fail, summary.debug_fail)), ""),
            ),
            indent=2,
        )

    def causes(self, section: Section) -> None:
        found = self.summary.of(section)
        if not found:
            return
        self.heading(words.SECTIONS[section], _STYLES[section])
        for number, cause in enumerate(found[:MOST_IN_FULL], 1):
            self.cause(number, cause, section)
        if len(found) > MOST_IN_FULL:
            self.line()
            for cause in found[MOST_IN_FULL:MOST_NAMED]:
                self.bullet(f"{self.title(cause)} · {cause.finding.subject}")
            if len(found) > MOST_NAMED:
                self.bullet(self.in_lang(words.further_causes(len(found) - MOST_NAMED)), "dim")

    def cause(self, number: int, cause: Cause, section: Section) -> None:
        finding = cause.finding
        self.line()
        first = f"{number:>3} "
        for text in self.lines(self.title(cause), self.width - INDENT):
            title = Line(first + text, style="dim")
            title.highlight_words([finding.code.value, self.in_lang(entry(finding.code).title)], _STYLES[section])
            self.show(title)
            first = " " * INDENT
        self.indented(self.in_lang(message_of(finding)))
        everywhere = set(finding.platforms) == set(ALL_PLATFORMS)
        platforms = "" if everywhere else self.in_lang(words.platforms(cause.spread))
        fails = section in _FAILING
        self.rows(
            (
                (words.PLATFORMS, platforms, "yellow"),
                *self.calls(cause),
                (words.RELEASE, answer(cause.release, cause.apis) if fails else "", "red"),
                (words.DEBUG, answer(cause.debug, cause.apis) if fails else "", ""),
                (words.FIX, self.in_lang(named_fix(finding, self.session, cause.policy)), "green"),
                (words.CLAUSE, self.in_lang(in_words(finding.clause)), "dim"),
            ),
            INDENT,
        )

    def title(self, cause: Cause) -> str:
        """For example "DOMAIN_NOT_LISTED 域名未配置 · request · 3 次"."""
        code = cause.finding.code
        counted = self.in_lang(words.calls(cause.calls, len(cause.devices)))
        whose = f"{cause.policy} · " if cause.policy else ""
        return f"{code.value} {self.in_lang(entry(code).title)} · {' / '.join(cause.by_api)} · {whose}{counted}"

    def calls(self, cause: Cause) -> Iterator[tuple[Text, str, str]]:
        """The call, or the first of several: each URL of a device on a line with its time."""
        if cause.calls == 1:
            yield words.EXAMPLE, self.shown_url(f"{cause.method} {readable_url(cause.example)}"), ""
            return
        label = words.CALLS
        for place in cause.places.first(MOST_CALLS):
            yield label, self.shown_url(self.in_lang(words.place(place, "%H:%M:%S"))), ""
            label = _NO_LABEL
        if more := cause.places.calls_beyond(MOST_CALLS):
            yield label, self.in_lang(words.further_calls(more)), "dim"

    @staticmethod
    def shown_url(text: str) -> str:
        return shortened(printable(text), LONGEST_URL)

    def notes(self) -> None:
        found = self.summary.of(Section.NOTE)
        if found:
            self.heading(words.SECTIONS[Section.NOTE])
            self.short_causes(found)

    def short_causes(self, found: list[Cause]) -> None:
        for cause in found[:MOST_IN_FULL]:
            self.bullet(self.title(cause))
            self.indented(self.in_lang(message_of(cause.finding)))
            finding = cause.finding
            self.rows(
                (
                    *self.calls(cause),
                    (words.FIX, self.in_lang(named_fix(finding, self.session, cause.policy)), "green"),
                    (words.CLAUSE, self.in_lang(in_words(finding.clause)), "dim"),
                ),
                INDENT,
            )
        if len(found) > MOST_IN_FULL:
            self.bullet(self.in_lang(words.further_causes(len(found) - MOST_IN_FULL)), "dim")

    def cannot_tell(self) -> None:
        found = self.summary.of(Section.NOT_OBSERVABLE)
        if not (found or self.summary.calls or self.session.untrusting or self.session.passed_unopened):
            return
        self.heading(words.SECTIONS[Section.NOT_OBSERVABLE])
        self.short_causes(found)
        for pair, count in _most(self.session.untrusting.items()):
            device, _, host = pair.partition(" ")
            self.bullet(self.in_lang(unjudged.untrusting(device, host, count)), "yellow")
        hosts = self.session.passed_unopened
        if hosts:
            self.bullet(self.in_lang(unjudged.unopened(hosts[:MOST_OF_A_KIND], len(hosts[MOST_OF_A_KIND:]))))
        if self.summary.unknown_clients:
            self.bullet(self.in_lang(words.unknown_clients(self.summary.unknown_clients)))
        for text in unjudged.NEVER_SEEN:
            self.bullet(self.in_lang(text), "dim")

    def not_judged(self) -> None:
        counts, foreign = self.session.counts, self.session.foreign_appids
        if not (counts or foreign):
            return
        self.heading(words.NOT_JUDGED)
        if counts:
            kinds = (
                f"{self.in_lang(unjudged.KINDS.get(kind, Text(kind, kind)))} {count}" for kind, count in counts.items()
            )
            self.bullet(" · ".join(kinds))
        for appid, count in _most(foreign.items()):
            self.bullet(self.in_lang(unjudged.foreign(appid, count)), "yellow")

    def trouble(self) -> None:
        session = self.session
        if not (session.unread or session.notices or session.dropped_records or self.summary.more_causes):
            return
        self.heading(words.SESSION_ITSELF)
        for text in session.unread:
            self.bullet(self.in_lang(text), "bold red")
        if session.dropped_records:
            self.bullet(self.in_lang(words.dropped(session.dropped_records)), "bold red")
        if self.summary.more_causes:
            self.bullet(self.in_lang(words.more_causes(self.summary.more_causes)))
        for notice in session.notices:
            first, *others = self.in_lang(notice).splitlines() or [""]
            self.bullet(first)
            for other in others:
                self.indented(other)

    def next_steps(self) -> None:
        """The next commands, if the session is in a folder that they can name."""
        if not (self.session.path and self.summary.calls):
            return
        folder = shlex.quote(self.session.path)
        to_add = any(
            cause.finding.code in FIXED_BY_A_LINE
            for section in _FAILING
            for cause in self.summary.causes[section].values()
        )
        self.heading(words.NEXT)
        if to_add:
            self.step(words.SUGGEST, f"{own_command('policy')} suggest {folder}")
        self.step(words.EVERY_CALL, f"{own_command('report')} {folder} --format jsonl")

    def step(self, what: Text, command: str) -> None:
        self.bullet(self.in_lang(what))
        self.indented(command, "bold")


def _most(counted: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """The most frequent."""
    return sorted(counted, key=lambda pair: -pair[1])[:MOST_OF_A_KIND]
