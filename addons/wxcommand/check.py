"""Judge captures offline: a recorded session, a mitmproxy flow file (.mitm), or a HAR of any tool."""

import argparse
import os
from collections import Counter
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from wxcommand.arguments import LANG
from wxcommand.arguments import Arguments
from wxcommand.arguments import language_of
from wxpolicy.terms import Text

ABOUT = Text(
    "离线检查抓包：已录制的会话、mitmproxy 流量文件（.mitm），或任何工具导出的 HAR。",
    "Judge captures offline: a recorded session, a mitmproxy flow file (.mitm), or a HAR of any tool.",
)
EPILOG = Text(
    """\
抓包里看不到的，报告为无法判断，不算通过
退出码：0 没有问题，1 有 --fail-on 指定的调用，2 文件或策略无法读取，4 没有检查任何调用（或少于 --require-calls）
""",
    """\
what a capture does not show is reported as not observable, never as passed
exit status: 0 clean, 1 calls that --fail-on names, 2 a file or the policy that cannot be read,
4 no call was judged (or fewer than --require-calls)
""",
)
MOST_MISTAKES = 20


def parser(lang: str, prog: str = "check.py") -> Arguments:
    made = Arguments(prog, lang, ABOUT, EPILOG)
    made.say(
        "files",
        nargs="+",
        metavar="FILE",
        text=Text("会话的目录、.mitm 文件、.har 或 .har.zip", "a session's folder, a .mitm file, a .har or a .har.zip"),
    )
    made.say(
        "--policy",
        default="policy.yaml",
        metavar="FILE",
        text=Text("小程序的策略文件（默认 policy.yaml）", "the mini-program's policy (default: policy.yaml)"),
    )
    made.say(
        "--scope",
        choices=("miniprogram", "all"),
        default="",
        text=Text(
            "代替会话录制时的 scope 或策略文件中的 scope：浏览器与测试工具的抓包用 all",
            "in place of the scope that a session was recorded in, or else of the policy's: `all` for captures of browsers and test tools",
        ),
    )
    made.say(
        "--extra-root",
        action="append",
        default=[],
        metavar="FILE",
        text=Text(
            "另外信任的根证书（PEM 文件），用于 .mitm 文件中的证书，可多次使用",
            "a PEM file of further roots to trust, for the certificates in a .mitm file; may be repeated",
        ),
    )
    made.say(
        "--format",
        choices=("text", "json", "jsonl", "junit", "html"),
        default="text",
        text=Text("默认 text", "default: text"),
    )
    made.say("--output", metavar="FILE", text=Text("写入文件，不显示", "write there instead of printing"))
    made.say("--lang", choices=("zh", "en"), text=LANG)
    made.say_exit("violation")
    made.say(
        "--with-secrets", action="store_true", text=Text("保留 URL 中的令牌等", "keep tokens and the like in URLs")
    )
    return made


def main(words: list[str], prog: str = "check.py", enter: Callable[[], None] = lambda: None) -> int:
    options = parser(language_of(words), prog).parse_args(words)
    enter()

    from wxcapture.captured import Mistake
    from wxcapture.captured import Unreadable
    from wxcapture.offline import OfflineJudge
    from wxcapture.sources import FlowReading
    from wxcapture.sources import Source
    from wxcommand import output
    from wxgate.call.facts import call_facts
    from wxgate.call.facts import call_url
    from wxreport.language import language

    lang = language(options.lang, os.environ)
    judge_of = _policy(options, lang)
    if judge_of is None:
        return 2
    judge: OfflineJudge = judge_of
    mistakes: list = []
    sources = []
    for name in options.files:
        try:
            sources.append(Source(Path(name), FlowReading(call_facts, call_url)))
        except Unreadable as error:
            mistakes.append(error.text)
    untrusting: Counter[str] = Counter()
    facts = _facts(options.files, judge, sources, mistakes, untrusting)
    # The first that is there to be judged or counted: without it there is nothing to report.
    items = _items(sources, judge, lang)
    first = next((item for item in items if not isinstance(item, Mistake) or mistakes.append(item.text)), None)
    summary = None
    # In JUnit, the error itself is the report: without one, a CI would show the run as green.
    if first is not None or not mistakes or options.format == "junit":
        records = _records(chain([first] if first is not None else [], items), judge, mistakes, untrusting)
        try:
            with output.opened(options.output, options.format, counts_on=options.fail_on != "never") as out:
                summary = output.shown(out, records, facts, options.format, lang, with_secrets=options.with_secrets)
        except OSError as error:
            return output.failed(options.output, error, lang)
    for text in _first(mistakes):
        output.complain(text.in_lang(lang))
    if mistakes or summary is None:
        return 2
    return output.ended(summary, facts(), options, lang)


def _first(mistakes: list) -> list:
    """The first few, and how many more there are."""
    from wxpolicy.terms import Text

    more = len(mistakes) - MOST_MISTAKES
    if more <= 0:
        return mistakes
    return [*mistakes[:MOST_MISTAKES], Text(f"……另有 {more} 处无法读取", f"... and {more} more that could not be read")]


def _policy(options: argparse.Namespace, lang: str):
    """The judge for the policy; None where it cannot be used, after a message."""
    from dataclasses import replace

    from wxcapture.offline import OfflineJudge
    from wxcommand import output
    from wxgate.connections.trust_source import TrustSource
    from wxgate.start.policy_source import PolicyRefused
    from wxpolicy.policyfile import read_policy
    from wxpolicy.terms import Scope
    from wxpolicy.text.system_errors import reason

    path = Path(options.policy)
    try:
        reading = read_policy(path.read_text(encoding="utf-8", errors="replace"), options.policy)
    except OSError as error:
        why = reason(error).in_lang(lang)
        output.complain(f"{path} 无法读取：{why}" if lang == "zh" else f"{path} cannot be read: {why}")
        return None
    for mistake in (*reading.mistakes, *reading.warnings):
        output.complain(mistake.in_lang(lang))
    if reading.policy is None:
        return None
    policy = replace(reading.policy, scope=Scope(options.scope)) if options.scope else reading.policy
    # Named on the command line: they start in the working directory, not in the policy's folder.
    typed = tuple(str(Path(root).expanduser().absolute()) for root in options.extra_root)
    roots = (*policy.certificates.extra_roots, *typed)
    policy = replace(policy, certificates=replace(policy.certificates, extra_roots=roots))
    try:
        stores = TrustSource().stores(policy.certificates, path.resolve().parent)
        return OfflineJudge(policy, stores, believes_records=not options.scope)
    except PolicyRefused as error:
        output.complain(error.text.in_lang(lang))
        return None


def _items(sources, judge, lang: str):
    """What the sources hold, one after the other; ``judge`` has the policy for each that is given."""
    from dataclasses import replace

    from wxreport.byte_progress import with_byte_progress
    from wxreport.progress import with_progress

    policy = judge.policy
    for source in sources:
        scope = source.scope if judge.believes_records and source.scope else policy.scope
        judge.policy = replace(policy, scope=scope)
        if source.is_session:
            yield from with_progress(source.items(), source.size, lang)
        else:
            yield from with_byte_progress(source.items(), source.size, source.done, lang)


def _records(items, judge, mistakes: list, untrusting: Counter[str]):
    from wxcapture.captured import Captured
    from wxcapture.captured import Mistake
    from wxcapture.captured import Skipped
    from wxcapture.captured import Untrusting
    from wxcapture.following import Following

    following = Following(judge)
    for item in items:
        if isinstance(item, Captured):
            try:
                found = list(following.records(item))
            except Exception as error:  # ours: never a verdict, and never the end of the others
                mistakes.append(_not_judged(item.url, error))
                continue
            yield from found
        elif isinstance(item, Skipped):
            judge.counts[item.kind] += 1
        elif isinstance(item, Untrusting):
            untrusting[f"{item.device} {item.host}"] += 1
        elif isinstance(item, Mistake):
            mistakes.append(item.text)
    yield from following.rest()


def _not_judged(url: str, error: Exception):
    from wxpolicy.terms import Text
    from wxpolicy.text.printable import beginning
    from wxpolicy.text.printable import printable
    from wxredact.redact import redact_url

    what, shown = f"{type(error).__name__}: {error}", printable(beginning(redact_url(url)))
    return Text(
        f"INTERNAL_ERROR：{shown} 未能检查（{what}）：这是本工具的缺陷，请反馈",
        f"INTERNAL_ERROR: {shown} could not be judged ({what}): a fault of this tool, please report it",
    )


def _facts(names, judge, sources, mistakes: list, untrusting: Counter[str]):
    """Asked once all calls were read: the judge has counted by then."""
    from wxcapture.never_shown import NEVER_IN_A_CAPTURE
    from wxpolicy.call.record import SessionFacts
    from wxreport.words import as_recorded
    from wxreport.words import beyond_scope

    policy = judge.policy
    is_capture = not sources or not all(source.is_session for source in sources)
    notices = [NEVER_IN_A_CAPTURE] if is_capture else []
    scopes = {policy.scope}
    if judge.believes_records:
        scopes = {source.scope or policy.scope for source in sources}
        others = [source for source in sources if source.scope not in (None, policy.scope)]
        notices += [as_recorded(str(source.path), source.scope, policy.scope) for source in others]

    def facts():
        more = [beyond_scope(judge.beyond_scope)] if judge.beyond_scope else []
        return SessionFacts(
            name=", ".join(names),
            mode=policy.mode.value,
            scope=(next(iter(scopes)) if len(scopes) == 1 else policy.scope).value,
            edition=policy.edition.name,
            appid=policy.appid,
            counts=dict(judge.counts),
            foreign_appids=dict(judge.foreign_appids),
            untrusting=dict(untrusting),
            notices=(*notices, *more),
            unread=tuple(_first(mistakes)),
            is_capture=is_capture,
        )

    return facts
