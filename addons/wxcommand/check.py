"""Judge captures offline: a recorded session, a mitmproxy flow file (.mitm), or a HAR of any tool."""

import argparse
import os
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from wxcommand.arguments import Arguments
from wxcommand.arguments import language_of
from wxcommand.session_folder import session_folder
from wxpolicy.terms import Text

if TYPE_CHECKING:
    from wxcapture.following import Following
    from wxcapture.offline import OfflineJudge
    from wxcapture.sources import Source
    from wxcommand.parts.judging import Judging
    from wxcommand.parts.judging import Task
    from wxcommand.parts.part import Part
    from wxcommand.parts.workers import Workers
    from wxpolicy.call.record import SessionFacts

ABOUT = Text(
    "离线检查抓包文件：录制的会话、mitmproxy 流量文件（.mitm），或任何工具导出的 HAR。",
    "Judge captures offline: recorded sessions, mitmproxy flow files (.mitm), or HARs of any tool.",
)
EPILOG = Text(
    """\
抓包文件中看不到的，报告为无法判断，不算通过
退出码：0 没有问题，1 有符合 --fail-on 的调用，2 文件或策略无法读取，4 没有检查到任何调用（或少于 --require-calls）
""",
    """\
what a capture does not show is reported as not observable, never as passed
exit status: 0 clean, 1 calls that match --fail-on, 2 a file or the policy cannot be read,
4 no call was judged (or fewer than --require-calls)
""",
)
MOST_MISTAKES = 20
# A smaller file is read before other processes would have started.
LONG_FILE_BYTES = 8 * 1024 * 1024


def parser(lang: str, prog: str = "check.py") -> Arguments:
    made = Arguments(prog, lang, ABOUT, EPILOG)
    made.say(
        "files",
        nargs="+",
        metavar="FILE",
        text=Text(
            "会话的目录、.mitm 文件、.har 或 .har.zip", "a session's directory, a .mitm file, a .har or a .har.zip"
        ),
    )
    made.say_policies()
    made.say(
        "--scope",
        choices=("miniprogram", "all"),
        default="",
        text=Text(
            "覆盖会话录制时的 scope，或策略文件中的 scope；浏览器与测试工具的抓包文件用 all",
            "override the scope of a session's recording, or of the policy; use `all` for captures of browsers and test tools",
        ),
    )
    made.say(
        "--extra-root",
        action="append",
        default=[],
        metavar="FILE",
        text=Text(
            "另外信任这个 PEM 文件中的根证书，用于 .mitm 文件；可多次使用",
            "trust the root certificates in this PEM file too, for .mitm files; may be repeated",
        ),
    )
    made.say_format(("text", "json", "jsonl", "junit", "html"))
    made.say_output()
    made.say_lang()
    made.say_exit("violation")
    made.say(
        "--with-secrets",
        action="store_true",
        text=Text("不对 URL 中的 token 等打码", "do not mask tokens and other secrets in URLs"),
    )
    return made


def main(words: list[str], prog: str = "check.py", enter: Callable[[], None] = lambda: None) -> int:
    options = parser(language_of(words), prog).parse_args(words)
    enter()

    from wxcapture.captured import Unreadable
    from wxcapture.sources import Source
    from wxcommand import output
    from wxcommand.parts.workers import Workers
    from wxreport.language import language

    lang = language(options.lang, os.environ)
    judging = _judging(options, lang)
    if judging is None:
        return 2
    mistakes: list[Text] = []
    sources: list[Source] = []
    # A session may be called by its name, as the terminal and the page do.
    options.files = [name if Path(name).exists() else str(session_folder(name)) for name in options.files]
    for name in options.files:
        try:
            sources.append(Source(Path(name), judging.files.reading))
        except Unreadable as error:
            mistakes.append(error.text)
    totals = Totals()
    facts = _facts(options.files, options.policy, judging.judge, sources, mistakes, totals)
    with Workers(judging, _processes(sources)) as workers:
        parts = _parts(sources, judging, workers, lang, mistakes, totals)
        # Up to the first one with something to judge or count: without it there is nothing to report.
        begun = []
        for part in parts:
            begun.append(part)
            if not part.is_empty:
                break
        summary = None
        # In JUnit, the error itself is the report: without one, a CI would show the run as passed.
        if any(not part.is_empty for part in begun) or not mistakes or options.format == "junit":
            try:
                with output.opened(options.output, options.format, counts_on=options.fail_on != "never") as out:
                    every = chain(begun, parts)
                    summary = output.shown(out, every, facts, options.format, lang, with_secrets=options.with_secrets)
            except OSError as error:
                return output.failed(options.output, error, lang)
    for text in _first(mistakes):
        output.complain(text.in_lang(lang))
    if mistakes or summary is None:
        return 2
    return output.ended(summary, facts(), options, lang)


class Totals:
    """What was counted besides the calls."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.foreign_appids: Counter[str] = Counter()
        self.untrusting: Counter[str] = Counter()
        self.beyond_scope = 0

    def add(self, part: "Part") -> None:
        from wxcapture.offline import MOST_APPIDS

        self.counts.update(part.counts)
        for appid, count in part.foreign_appids.items():
            if appid in self.foreign_appids or len(self.foreign_appids) < MOST_APPIDS:
                self.foreign_appids[appid] += count
        self.untrusting.update(part.untrusting)
        self.beyond_scope += part.beyond_scope


def _first(mistakes: list[Text]) -> list[Text]:
    """The first ones, and how many more there are."""
    more = len(mistakes) - MOST_MISTAKES
    if more <= 0:
        return mistakes
    return [*mistakes[:MOST_MISTAKES], Text(f"……另有 {more} 处无法读取", f"... and {more} more that could not be read")]


def _judging(options: argparse.Namespace, lang: str, *, says: bool = True) -> "Judging | None":
    """The work under the policy; None if that cannot be used, after a message."""
    from wxcapture.portions import FlowReading
    from wxcommand.parts.judge import judge_of
    from wxcommand.parts.judging import Judging
    from wxgate.call.facts import call_facts
    from wxgate.call.facts import call_url

    judge = judge_of(options, lang, says=says)
    if judge is None:
        return None
    return Judging(
        judge, FlowReading(call_facts, call_url), options.format, lang,
        with_secrets=options.with_secrets, again=(_judging_again, (options, lang)),
    )  # fmt: skip


def _judging_again(options: argparse.Namespace, lang: str) -> "Judging":
    """In another process: messages about the policy were already printed."""
    made = _judging(options, lang, says=False)
    assert made is not None
    return made


def _processes(sources: "list[Source]") -> int:
    from wxcommand.parts.workers import processors
    from wxcommand.reports import LONG_WORK

    is_long = any(source.size >= (LONG_WORK if source.is_session else LONG_FILE_BYTES) for source in sources)
    return processors() if is_long else 1


def _parts(
    sources: "list[Source]", judging: "Judging", workers: "Workers", lang: str, mistakes: list[Text], totals: Totals
) -> "Iterator[Part]":
    """The result of each portion of the sources, one after the other."""
    from wxcapture.following import Following
    from wxcommand.parts.judging import Task
    from wxreport.progress import with_byte_progress
    from wxreport.progress import with_progress

    following, policy = Following(judging.judge), judging.judge.policies.nameless
    for source in sources:
        scope = source.scope if judging.judge.believes_records and source.scope else policy.scope
        tasks = (Task(portion, scope) for portion in source.portions())
        parts = _done(tasks, judging, workers, following)
        unreadable = 0
        for part in (with_progress if source.is_session else with_byte_progress)(
            parts, source.size, lang, done=lambda part: part.done
        ):
            totals.add(part)
            mistakes += part.mistakes
            unreadable += part.unreadable
            yield part
            if part.broke_off:
                break
        mistakes += [mistake.text for mistake in source.ended(unreadable)]
    yield judging.rest(following)


def _done(tasks: "Iterable[Task]", judging: "Judging", workers: "Workers", following: "Following") -> "Iterator[Part]":
    """Each task's part, whichever process has done it."""
    if not workers.are_several:
        yield from (judging.in_turn(task, following) for task in tasks)
        return
    for task, part in workers.in_order(tasks):
        # A redirect waits for the call that follows it, which may be in another portion.
        if part.is_undone or following.concerns(part.asked):
            part = judging.in_turn(task, following)
        yield part


def _facts(
    names: list[str],
    policy_files: list[str],
    judge: "OfflineJudge",
    sources: "list[Source]",
    mistakes: list[Text],
    totals: Totals,
) -> "Callable[[], SessionFacts]":
    """Called after all calls were read and counted."""
    from wxcapture.never_shown import NEVER_IN_A_CAPTURE
    from wxpolicy.call.record import SessionFacts
    from wxreport.words import as_recorded
    from wxreport.words import beyond_scope

    policies, policy = judge.policies, judge.policies.nameless
    is_capture = not sources or not all(source.is_session for source in sources)
    notices = [NEVER_IN_A_CAPTURE] if is_capture else []
    scopes = {policy.scope}
    if judge.believes_records:
        scopes = {source.scope or policy.scope for source in sources}
        notices += [
            as_recorded(str(source.path), source.scope, policy.scope)
            for source in sources
            if source.scope is not None and source.scope != policy.scope
        ]

    def facts() -> SessionFacts:
        more = [beyond_scope(totals.beyond_scope)] if totals.beyond_scope else []
        return SessionFacts(
            name=", ".join(names),
            mode=policies.agreed(lambda each: each.mode.value),
            scope=(next(iter(scopes)) if len(scopes) == 1 else policy.scope).value,
            edition=policies.agreed(lambda each: each.edition.name),
            appid=policies.agreed(lambda each: each.appid),
            counts=dict(totals.counts),
            foreign_appids=dict(totals.foreign_appids),
            untrusting=dict(totals.untrusting),
            notices=(*notices, *more),
            unread=tuple(_first(mistakes)),
            is_capture=is_capture,
            policies=policies.told(policy_files),
            policy_file=policy_files[0] if len(policy_files) == 1 else "",
        )

    return facts
