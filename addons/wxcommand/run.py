"""Start the proxy, record a session, end with the report."""

import argparse
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from wxcommand.arguments import LANG
from wxcommand.arguments import Arguments
from wxcommand.arguments import count
from wxcommand.arguments import host_and_port
from wxcommand.arguments import language_of
from wxcommand.arguments import seconds
from wxcommand.interrupted import INTERRUPTED
from wxpolicy.terms import Text

ABOUT = Text("开启代理并记录会话，结束时给出报告。", "Start the proxy, record a session, end with the report.")
EPILOG = Text(
    """\
-- 之后的参数交给 mitmproxy，例如：run.py -- --mode wireguard
退出码：0 没有问题，1 有 --fail-on 指定的调用，2 参数或策略有误，或会话未能完整记录，3 无法启动，
4 检查的调用太少（--fail-on、--require-calls），130 被 Ctrl-C 中断
""",
    """\
what follows -- goes to mitmproxy, for example: run.py -- --mode wireguard
exit status: 0 clean, 1 calls that --fail-on names, 2 usage or policy mistake, or a session that could not be recorded whole,
3 could not start, 4 too few calls were judged (--fail-on, --require-calls), 130 interrupted
""",
)


def parser(lang: str, prog: str = "run.py") -> Arguments:
    made = Arguments(prog, lang, ABOUT, EPILOG)
    made.say(
        "--policy",
        default="policy.yaml",
        metavar="FILE",
        text=Text("小程序的策略文件（默认 policy.yaml）", "the mini-program's policy (default: policy.yaml)"),
    )
    made.say(
        "--listen",
        default=("0.0.0.0", 8080),
        metavar="HOST:PORT",
        type=host_and_port(lang),
        text=Text("代理监听的地址（默认 0.0.0.0:8080）", "where the proxy listens (default: 0.0.0.0:8080)"),
    )
    made.say(
        "--session",
        default="",
        metavar="DIR",
        text=Text(
            "记录到哪个目录（默认在 sessions/ 下新建）", "where to record (default: a new folder under sessions/)"
        ),
    )
    made.say(
        "--page",
        default="127.0.0.1:8081",
        metavar="HOST:PORT",
        text=Text(
            "本机浏览器查看的页面，只能是回环地址；off 为不开（默认 127.0.0.1:8081）",
            "where this machine's browser finds the page, on loopback; off: none (default: 127.0.0.1:8081)",
        ),
    )
    made.say(
        "--scenario",
        default="",
        metavar="FILE",
        text=Text(
            "场景文件：哪个小程序何时进入后台，从启动时计时",
            "which mini-program goes to the background when, timed from the start",
        ),
    )
    made.say(
        "--mode",
        choices=("release", "debug", "observe"),
        default="",
        text=Text("代替策略文件中的 mode", "in place of the policy's mode"),
    )
    made.say(
        "--scope",
        choices=("miniprogram", "all"),
        default="",
        text=Text("代替策略文件中的 scope", "in place of the policy's scope"),
    )
    made.say(
        "--extra-root",
        action="append",
        default=[],
        metavar="FILE",
        text=Text(
            "另外信任的上游根证书（PEM 文件），可多次使用",
            "a PEM file of further roots to trust upstream; may be repeated",
        ),
    )
    made.say(
        "--probe",
        action="store_true",
        text=Text(
            "启动时向每个已配置的服务器询问一次它支持的 TLS（会产生并非调用引起的连接）",
            "ask each listed server once which TLS it offers (connections that no call has asked for)",
        ),
    )
    made.say(
        "--keep-body",
        type=count(
            lang, Text("字节数，如 1048576；0 为不保留", "a number of bytes such as 1048576, or 0 to keep none")
        ),
        metavar="BYTES",
        text=Text(
            "会话保留每个正文的前多少字节；更大的只保留大小与 SHA-256（默认 1048576）",
            "how much of each body the session keeps; of larger ones the size and SHA-256 (default: 1048576)",
        ),
    )
    made.say(
        "--for",
        dest="seconds",
        type=seconds(lang),
        metavar="SECONDS",
        text=Text("这么多秒后自行结束", "end by itself after so long"),
    )
    made.say_exit("never")
    made.say("--lang", choices=("zh", "en"), text=LANG)
    made.say("--no-qr", action="store_true", text=Text("不显示二维码", "print no QR code"))
    return made


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
        print(note.in_lang(lang), file=sys.stderr)

    from wxgate.connections.trust_source import mistakes_in_files
    from wxgate.recording.session import default_folder
    from wxgate.start import launcher
    from wxgate.start.addresses import reachable_at
    from wxpolicy.policyfile import read_policy
    from wxreport.greeting import Place
    from wxreport.greeting import greeting
    from wxreport.greeting import qr_code
    from wxreport.greeting import to_scan

    session = Path(options.session or default_folder())
    policy_file = Path(options.policy)
    try:
        reading = read_policy(policy_file.read_text(encoding="utf-8", errors="replace"), options.policy)
    except OSError as error:
        return _unread(policy_file, error, lang)
    mistakes = (*reading.mistakes, *mistakes_in_files(reading, options.policy))
    for mistake in (*mistakes, *reading.warnings):
        print(mistake.in_lang(lang), file=sys.stderr)
    if mistakes or reading.policy is None:
        return 2
    if options.scenario and not _scenario_is_right(options.scenario, lang):
        return 2

    is_continued = (session / "calls.sqlite").exists()

    def ready(listening: launcher.Listening) -> None:
        place = Place(
            hosts=tuple(reachable_at(options.listen[0])),
            port=listening.addresses[0][1],
            certificate_file=str(listening.confdir / "mitmproxy-ca-cert.pem"),
            session=str(session),
            session_is_continued=is_continued,
            page_url=listening.page_url,
            wireguard=listening.wireguard,
        )
        lines = list(greeting(_in_force(reading.policy, options), options.policy, place, lang))
        if sys.stdout.isatty() and not options.no_qr and (code := to_scan(place)):
            lines.append(qr_code(code))
        _said("\n".join(lines), lang)

    launch = launcher.Launch(
        policy=policy_file,
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
        probe=options.probe,
        mitmproxy_arguments=words[split + 1 :],
    )
    try:
        launcher.run(launch, ready)
    except launcher.UsageMistake as mistake:
        return _stop(2, lang, f"参数或策略有误：{mistake}", str(mistake))
    except launcher.CouldNotStart as trouble:
        return _stop(
            3, lang, f"代理无法启动：{trouble.in_lang('zh')}", f"The proxy could not start: {trouble.in_lang('en')}"
        )
    try:
        return _report(session, lang, options)
    except KeyboardInterrupt:
        command = f"python3 scripts/report.py {shlex.quote(str(session))}"
        return _stop(
            INTERRUPTED,
            lang,
            f"\n报告已中断；会话已保存，可再看：{command}",
            f"\nThe report was interrupted. The session is kept: {command}",
        )


def _scenario_is_right(name: str, lang: str) -> bool:
    from wxpolicy.state.scenario import read_scenario

    try:
        scenario, mistakes = read_scenario(Path(name).expanduser().read_bytes(), name)
    except OSError as error:
        _unread(name, error, lang)
        return False
    for mistake in mistakes:
        print(mistake.in_lang(lang), file=sys.stderr)
    return scenario is not None


def _in_force(policy, options):
    from dataclasses import replace

    from wxpolicy.terms import Mode
    from wxpolicy.terms import Scope

    mode = Mode(options.mode) if options.mode else policy.mode
    scope = Scope(options.scope) if options.scope else policy.scope
    return replace(policy, mode=mode, scope=scope)


def _report(session: Path, lang: str, options: argparse.Namespace) -> int:
    """Prints the session's report and gives the exit status."""
    from wxcommand import output
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
    _said("\n" + render_text(summary, redact_facts(reader.facts()), lang, color=sys.stdout.isatty()), lang)
    # What cannot be read of the session may be what was to be found.
    return output.ended(summary, reader.facts(), options, lang, unread=bool(reader.trouble))


def _said(text: str, lang: str) -> None:
    """Prints it. Whoever reads may have left, or its disk be full: that is no reason not to proxy."""
    from wxcommand import output

    try:
        with output.opened(None, "text", counts_on=True) as out:
            out.write(text + "\n")
    except OSError as error:
        output.failed(None, error, lang)


def _unread(name: str | Path, error: OSError, lang: str) -> int:
    from wxpolicy.text.system_errors import reason

    why = reason(error)
    return _stop(2, lang, f"{name} 无法读取：{why.zh}", f"{name} cannot be read: {why.en}")


def _stop(status: int, lang: str, zh: str, en: str) -> int:
    print(zh if lang == "zh" else en, file=sys.stderr)
    return status
