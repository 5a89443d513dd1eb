"""Probe results as text: one table of all hosts and platforms, with each fault and its fix below."""

import io
import shutil
import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from wxpolicy.catalogue import entry
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.certificates.probe import VERDICTS
from wxpolicy.certificates.probe import Answer
from wxpolicy.certificates.probe import Cause
from wxpolicy.certificates.probe import Probed
from wxpolicy.certificates.probe import causes
from wxpolicy.certificates.probe import offered
from wxpolicy.certificates.probe import weighs_on
from wxpolicy.certificates.store_names import shown_stores
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.terms import PLATFORM_NAMES
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxreport.wrap import wrapped

# Longer lines are hard to read.
MOST_COLUMNS = 120

_HEADINGS = (
    Text("主机", "host"),
    Text("TLS 版本", "TLS"),
    Text("前向保密", "forward\nsecrecy"),
    Text("结论", "verdict"),
    Text("原因", "because of"),
)
_ANSWERS = {
    Answer.AGREED: Text("有", "yes"),
    Answer.REFUSED: Text("没有", "no"),
    Answer.UNKNOWN: Text("未知", "unknown"),
}
_STYLES = {Severity.VIOLATION: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "green"}


def render_probes(probes: Sequence[Probed], lang: str, *, width: int = 80, color: bool = False) -> str:
    """The table and the faults below it. ``width`` in columns."""
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=color, no_color=not color, highlight=False, markup=False, emoji=False,
        color_system="standard" if color else None, legacy_windows=False,
    )  # fmt: skip
    console.print(_table(probes, lang))
    for line in _stores(probes, lang):
        _show(console, line, 0, "dim")
    for probed in probes:
        _faults(console, probed, lang)
    _notes(console, probes, lang)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def print_probes(probes: Sequence[Probed], lang: str) -> None:
    """Prints it in the width of the terminal, in colour if it is one."""
    width = min(shutil.get_terminal_size((80, 24)).columns, MOST_COLUMNS)
    print(render_probes(probes, lang, width=width, color=sys.stdout.isatty()))


def _table(probes: Sequence[Probed], lang: str) -> Table:
    """A row for each host, with what it offers, and one below it for each platform."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for number, heading in enumerate(_HEADINGS):
        table.add_column(heading.in_lang(lang), overflow="fold", no_wrap=number > 0)
    for probed in probes:
        seen = probed.seen
        table.add_row(
            printable(str(seen.target)),
            offered(seen) or "-",
            _ANSWERS[seen.forward_secrecy].in_lang(lang),
            style="bold",
        )
        for platform in probed.platforms:
            worst = probed.worst(platform)
            verdict = Line(VERDICTS[worst].in_lang(lang), style=_STYLES[worst])
            name = f"  {PLATFORM_NAMES[platform].in_lang(lang)}"
            table.add_row(name, "", "", verdict, "\n".join(_codes(probed, platform)))
    return table


def _stores(probes: Sequence[Probed], lang: str) -> list[str]:
    """Whose roots were used: one line for each platform, or one for all if they share a store."""
    names = {platform: name for probed in probes for platform, name in probed.trust_stores.items()}
    word, colon = Text("信任库", "trust store").in_lang(lang), _colon(lang)
    shown = {platform: printable(shown_stores([name]).in_lang(lang)) for platform, name in names.items()}
    if len(set(shown.values())) == 1:
        return [f"{word}{colon}{next(iter(shown.values()))}"]
    if lang == "zh":
        own = {each: PLATFORM_NAMES[each].zh + (" 的" if PLATFORM_NAMES[each].zh.isascii() else "的") for each in shown}
    else:
        own = {each: PLATFORM_NAMES[each].en + " " for each in shown}
    return [f"{own[each]}{word}{colon}{name}" for each, name in shown.items()]


def _codes(probed: Probed, platform: Platform) -> list[str]:
    """Why this platform fails or may fail."""
    found = [cause for cause in causes(probed) if platform in (*cause.fails, *cause.may_fail)]
    return list(dict.fromkeys(cause.finding.code.value for cause in found))


def _faults(console: Console, probed: Probed, lang: str) -> None:
    """Faults of a host that affect at least one platform."""
    counting = [cause for cause in causes(probed) if not _is_note(cause)]
    if counting:
        _show(console, "", 0)
        _show(console, str(probed.seen.target), 0, "bold")
    for cause in counting:
        _cause(console, cause, lang)


def _notes(console: Console, probes: Sequence[Probed], lang: str) -> None:
    """What affects no platform: the same for many hosts, so it is printed once for all of them."""
    hosts: dict[tuple[Code, Text], list[str]] = {}
    first: dict[tuple[Code, Text], Cause] = {}
    for probed in probes:
        for cause in filter(_is_note, causes(probed)):
            what = (cause.finding.code, message_of(cause.finding))
            first.setdefault(what, cause)
            hosts.setdefault(what, []).append(str(probed.seen.target))
    for what, cause in first.items():
        _show(console, "", 0)
        _show(console, ("、" if lang == "zh" else ", ").join(hosts[what]), 0, "bold")
        _cause(console, cause, lang)


def _is_note(cause: Cause) -> bool:
    return not cause.fails and not cause.may_fail


def _cause(console: Console, cause: Cause, lang: str) -> None:
    finding = cause.finding
    title = entry(finding.code).title.in_lang(lang)
    _show(console, f"{finding.code} {title}{_colon(lang)}{weighs_on(cause).in_lang(lang)}", 2)
    _show(console, message_of(finding).in_lang(lang), 4)
    _show(console, f"{Text('修复', 'fix').in_lang(lang)}{_colon(lang)}{fix_of(finding).in_lang(lang)}", 4, "green")


def _show(console: Console, text: str, indent: int, style: str = "") -> None:
    for line in wrapped(printable(text), max(console.width - indent, 20)):
        console.print(Line(" " * indent + line, style=style), no_wrap=True, overflow="ignore", crop=False)


def _colon(lang: str) -> str:
    return "：" if lang == "zh" else ": "
