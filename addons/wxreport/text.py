"""The report for people: what matters first, in Chinese or English."""

import io
import time
from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from wxpolicy.finding import ALL_PLATFORMS
from wxpolicy.printable import printable
from wxpolicy.printable import shortened
from wxpolicy.record import SessionFacts
from wxpolicy.record import Verdict
from wxpolicy.terms import Text
from wxreport import words
from wxreport.summary import Cause
from wxreport.summary import Section
from wxreport.summary import Summary

# A cause's text stands under its heading.
INDENT = 4
LONGEST_URL = 200

_STYLES = {
    Section.DEBUG_ONLY: "bold red",
    Section.VIOLATION: "bold red",
    Section.OTHER_PLATFORM: "bold yellow",
    Section.WARNING: "bold yellow",
}


def render_text(summary: Summary, session: SessionFacts, lang: str, *, width: int = 80, color: bool = False) -> str:
    """The whole report. ``width`` in columns; Chinese characters take two."""
    return _Report(summary, session, lang, width, color).render()


class _Report:
    def __init__(self, summary: Summary, session: SessionFacts, lang: str, width: int, color: bool) -> None:
        self.summary = summary
        self.session = session
        self.lang = lang
        self.out = io.StringIO()
        self.console = Console(
            file=self.out, width=width, force_terminal=color, no_color=not color, highlight=False, markup=False, emoji=False,
            color_system="standard" if color else None, legacy_windows=False,
        )  # fmt: skip

    def render(self) -> str:
        self.head()
        for section in _STYLES:
            self.causes(section)
        self.notes()
        self.cannot_tell()
        self.not_judged()
        self.trouble()
        return "\n".join(line.rstrip() for line in self.out.getvalue().splitlines())

    def said(self, text: Text) -> str:
        return text.said(self.lang)

    def line(self, text: str = "", style: str = "", indent: int = 0) -> None:
        self.console.print(Padding(Line(text, style=style), (0, 0, 0, indent)))

    def heading(self, text: str, style: str = "bold") -> None:
        self.line()
        self.line(text, style)

    def head(self) -> None:
        summary, session = self.summary, self.session
        self.line(words.headline(summary).said(self.lang), "bold red" if summary.debug_only else "bold")
        when = ""
        if session.started_at:
            when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(session.started_at)) + "  "
        self.line(f"{when}{printable(session.path or session.name)}", "dim")
        if not summary.calls:
            self.line()
            for hint in words.NO_CALLS:
                self.line("· " + self.said(hint), indent=2)
            return
        self.line(words.totals(summary).said(self.lang))
        self.line("  ".join(f"{api} {count}" for api, count in sorted(summary.by_api.items())), "dim")

    def causes(self, section: Section) -> None:
        found = self.summary.of(section)
        if not found:
            return
        self.heading(words.SECTIONS[section].said(self.lang), _STYLES[section])
        for number, cause in enumerate(found, 1):
            self.cause(number, cause, section)

    def cause(self, number: int, cause: Cause, section: Section) -> None:
        finding = cause.finding
        self.line()
        title = Line(f"{number:>3} ", style="dim")
        title.append(finding.code.value, _STYLES[section])
        title.append(f"  {cause.api}  {words.calls(cause.calls, len(cause.devices)).said(self.lang)}", "dim")
        self.console.print(title)
        self.line(printable(self.said(finding.message)), indent=INDENT)
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        example = shortened(printable(f"{cause.method} {cause.example}"), LONGEST_URL)
        everywhere = set(finding.platforms) == set(ALL_PLATFORMS)
        platforms = "" if everywhere else self.said(words.platforms(cause.spread))
        for label, text, style in (
            (words.PLATFORMS, platforms, "yellow"),
            (words.EXAMPLE, example, ""),
            (words.RELEASE, _told(cause.release), "red" if section in (Section.DEBUG_ONLY, Section.VIOLATION) else ""),
            (words.DEBUG, _told(cause.debug), ""),
            (words.MEND, printable(self.said(finding.fix)), "green"),
            (words.CLAUSE, finding.clause, "dim"),
        ):
            if text:
                table.add_row(self.said(label), Line(text, style=style))
        self.console.print(Padding(table, (0, 0, 0, INDENT)))

    def notes(self) -> None:
        found = self.summary.of(Section.NOTE)
        if not found:
            return
        self.heading(self.said(words.SECTIONS[Section.NOTE]))
        for cause in found:
            counted = words.calls(cause.calls, len(cause.devices)).said(self.lang)
            self.bullet(f"{cause.finding.code.value}  {cause.api}  {counted}: {printable(self.said(cause.finding.message))}")

    def bullet(self, text: str, style: str = "") -> None:
        table = Table.grid(padding=(0, 1, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        table.add_row("·", Line(text, style=style))
        self.console.print(Padding(table, (0, 0, 0, 2)))

    def cannot_tell(self) -> None:
        found = self.summary.of(Section.NOT_OBSERVABLE)
        if not (found or self.summary.calls or self.session.untrusting):
            return
        self.heading(self.said(words.SECTIONS[Section.NOT_OBSERVABLE]))
        for cause in found:
            counted = words.calls(cause.calls, len(cause.devices)).said(self.lang)
            self.bullet(f"{cause.finding.code.value}  {cause.api}  {counted}: {printable(self.said(cause.finding.message))}")
        for pair, count in _most(self.session.untrusting.items()):
            device, _, host = pair.partition(" ")
            self.bullet(printable(words.untrusting(device, host, count).said(self.lang)), "yellow")
        if self.session.passed_unopened:
            hosts = ", ".join(self.session.passed_unopened[:20])
            self.bullet(printable(words.unopened(hosts).said(self.lang)))
        for text in words.NEVER_SEEN:
            self.bullet(self.said(text), "dim")

    def not_judged(self) -> None:
        counts, foreign = self.session.counts, self.session.foreign_appids
        if not (counts or foreign):
            return
        self.heading(self.said(words.NOT_JUDGED))
        if counts:
            self.bullet("  ".join(f"{self.said(words.KINDS.get(kind, Text(kind, kind)))} {count}" for kind, count in counts.items()))
        for appid, count in _most(foreign.items()):
            self.bullet(printable(words.foreign(appid, count).said(self.lang)), "yellow")

    def trouble(self) -> None:
        session = self.session
        if not (session.notices or session.dropped_records or self.summary.more_causes):
            return
        self.heading(self.said(words.SESSION_ITSELF))
        if session.dropped_records:
            self.bullet(words.dropped(session.dropped_records).said(self.lang), "bold red")
        if self.summary.more_causes:
            self.bullet(words.more_causes(self.summary.more_causes).said(self.lang))
        for notice in session.notices:
            for number, text in enumerate(self.said(notice).splitlines()):
                if number:
                    self.line(printable(text), indent=INDENT)
                else:
                    self.bullet(printable(text))


def _told(verdict: Verdict) -> str:
    said = printable(verdict.errmsg)
    return said if verdict.errno is None else f"{said} (errno {verdict.errno})"


def _most(counted: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """The twenty most frequent."""
    return sorted(counted, key=lambda pair: -pair[1])[:20]
