"""Start the proxy, record a session, end with the report."""

import argparse
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wxcommand.arguments import language_of
from wxcommand.execution import Execution
from wxcommand.interrupted import INTERRUPTED
from wxcommand.output import say
from wxcommand.policy_files import unreadable
from wxcommand.run_options import parser
from wxpolicy.terms import Text

if TYPE_CHECKING:
    from wxpolicy.policy import Policy


def main(words: list[str], prog: str = "run.py", enter: Callable[[], None] = lambda: None) -> int:
    split = words.index("--") if "--" in words else len(words)
    options = parser(language_of(words), prog).parse_args(words[:split])
    enter()

    from wxgate.layers.checks import unfit
    from wxgate.layers.checks import untried
    from wxreport.language import language

    lang = language(options.lang, os.environ)
    if (trouble := unfit()) is not None:
        return _stop(3, lang, f"代理无法启动：{trouble.zh}", f"The proxy could not start: {trouble.en}")
    if (note := untried()) is not None:
        say(note.in_lang(lang), to=sys.stderr)

    from wxgate.connections.trust_source import mistakes_in_files
    from wxgate.layers.internals import CouldNotStart
    from wxgate.page.past_sessions import beside
    from wxgate.recording.session import default_folder
    from wxgate.start import launcher
    from wxgate.start.several import one_for_all
    from wxpolicy.policyfile import read_policy
    from wxpolicy.policyfile.together import mistakes_between
    from wxpolicy.text.printable import printable
    from wxredact.bodies import redact_text
    from wxreport.entrance import to_scan
    from wxreport.greeting import Place
    from wxreport.greeting import greeting
    from wxreport.greeting import qr_code

    session = Path(options.session or default_folder())
    readings = []
    for name in options.policy:
        try:
            readings.append(read_policy(Path(name).read_text(encoding="utf-8", errors="replace"), name))
        except OSError as error:
            return _unread(Path(name), error, lang)
    mistakes = [
        each for reading in readings for each in (*reading.mistakes, *mistakes_in_files(reading, reading.source))
    ]
    mistakes += mistakes_between(readings)
    for mistake in (*mistakes, *(warning for reading in readings for warning in reading.warnings)):
        say(mistake.in_lang(lang), to=sys.stderr)
    policies = [reading.policy for reading in readings if reading.policy is not None]
    if mistakes or len(policies) < len(readings):
        return 2
    if len(policies) > 1 and options.scope == "all":
        told = one_for_all(len(policies))
        return _stop(2, lang, told.zh, told.en)
    if options.scenario and not _scenario_is_right(options.scenario, lang):
        return 2

    if options.watch and (trouble := _unwatchable(options.watch)) is not None:
        return _stop(3, lang, f"--watch：{trouble.zh}", f"--watch: {trouble.en}")

    in_force = [(name, _in_force(policy, options)) for name, policy in zip(options.policy, policies, strict=True)]
    is_continued = (session / "calls.sqlite").exists()

    def ready(listening: launcher.Listening) -> None:
        place = Place(
            entrances=tuple(listening.entrances),
            certificate_file=str(listening.confdir / "mitmproxy-ca-cert.pem"),
            session=str(session),
            session_is_continued=is_continued,
            page_url=listening.page_url,
            older=tuple(beside(session)),
            command=printable(redact_text(options.command)) if options.command else "",
        )
        lines = list(greeting(in_force, place, lang))
        if (
            sys.stdout.isatty()
            and not (options.no_qr or options.command)
            and (entrance := to_scan(listening.entrances))
            and entrance.scan
        ):
            lines.append(qr_code(entrance.scan))
        _print("\n".join(lines), lang)

    execution = Execution(options.command, session) if options.command else None
    launch = launcher.Launch(
        policies=tuple(map(Path, options.policy)),
        session=session,
        listen_host=options.listen[0],
        listen_port=options.listen[1],
        mode=options.mode,
        scope=options.scope,
        extra_roots=tuple(options.extra_root),
        lang=lang,
        for_s=options.seconds,
        keep_body_bytes=options.keep_body,
        page=options.page,
        scenario=options.scenario,
        watch=options.watch or "",
        connect=tuple(options.connect),
        allow_local=options.allow_local,
        probe=options.probe,
        work=execution.run if execution else None,
        mitmproxy_arguments=words[split + 1 :],
    )
    try:
        launcher.run(launch, ready)
    except launcher.UsageMistake as mistake:
        return _stop(2, lang, f"参数或策略有误：{mistake}", str(mistake))
    except CouldNotStart as error:
        return _stop(
            3, lang, f"代理无法启动：{error.in_lang('zh')}", f"The proxy could not start: {error.in_lang('en')}"
        )
    if execution and execution.error:
        return _unstarted(execution.command, execution.error, lang)
    try:
        status = _report(session, lang, options)
        return (execution.status if execution else 0) or status
    except KeyboardInterrupt:
        from wxreport.own_command import own_command

        command = f"{own_command('report')} {shlex.quote(str(session))}"
        return _stop(
            INTERRUPTED,
            lang,
            f"\n报告已中断。会话已保存，可再次查看：{command}",
            f"\nThe report was interrupted. The session is saved; to show it: {command}",
        )


def _scenario_is_right(name: str, lang: str) -> bool:
    from wxpolicy.state.scenario import read_scenario

    try:
        scenario, mistakes = read_scenario(Path(name).expanduser().read_bytes(), name)
    except OSError as error:
        _unread(name, error, lang)
        return False
    for mistake in mistakes:
        say(mistake.in_lang(lang), to=sys.stderr)
    return scenario is not None


def _unwatchable(watch: str) -> Text | None:
    import asyncio

    from wxgate.steering.adb import NoPhone
    from wxgate.steering.adb import read_watched

    try:
        asyncio.run(read_watched(watch).check())
    except NoPhone as error:
        return error.text
    return None


def _in_force(policy: "Policy", options: argparse.Namespace) -> "Policy":
    from dataclasses import replace

    from wxpolicy.policyfile.places import read_connect
    from wxpolicy.terms import Mode
    from wxpolicy.terms import Scope

    mode = Mode(options.mode) if options.mode else policy.mode
    scope = Scope(options.scope) if options.scope else policy.scope
    typed = dict(place for place in map(read_connect, options.connect) if not isinstance(place, Text))
    return replace(policy, mode=mode, scope=scope, hosts={**policy.hosts, **typed})


def _report(session: Path, lang: str, options: argparse.Namespace) -> int:
    """Prints the session's report and returns the exit status."""
    from wxcommand import output
    from wxcommand.reports import written
    from wxredact.records import redact_facts
    from wxreport.progress import with_progress
    from wxreport.summary import summarise
    from wxreport.text import render_text
    from wxsession.embedded import EMBEDDED
    from wxsession.store import SessionUnreadable

    try:
        reader = EMBEDDED.open(session)
    except SessionUnreadable as trouble:
        return _stop(3, lang, trouble.text.zh, trouble.text.en)
    summary = summarise(with_progress(reader.records(), reader.count(), lang))
    _print("\n" + render_text(summary, redact_facts(reader.facts()), lang, color=sys.stdout.isatty()), lang)
    unwritten = 0
    for how, file in options.reports:
        try:
            written(reader, how, file, lang)
        except OSError as error:
            unwritten = output.failed(file, error, lang)
    # The unreadable part of the session may contain violations.
    return unwritten or output.ended(summary, reader.facts(), options, lang, unread=bool(reader.trouble))


def _print(text: str, lang: str) -> None:
    """Prints it. If the reader has closed the pipe, or the disk is full, the proxy still runs."""
    from wxcommand import output

    try:
        with output.opened(None, "text", counts_on=True) as out:
            out.write(text + "\n")
    except OSError as error:
        output.failed(None, error, lang)


def _unstarted(command: str, error: OSError, lang: str) -> int:
    from wxpolicy.text.system_errors import reason

    why = reason(error)
    return _stop(
        3,
        lang,
        f"--exec 的命令无法启动：{command}：{why.zh}",
        f"The command of --exec could not be started: {command}: {why.en}",
    )


def _unread(name: str | Path, error: OSError, lang: str) -> int:
    why = unreadable(name, error)
    return _stop(2, lang, why.zh, why.en)


def _stop(status: int, lang: str, zh: str, en: str) -> int:
    say(zh if lang == "zh" else en, to=sys.stderr)
    return status
