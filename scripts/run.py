#!/usr/bin/env python3
"""Start the proxy, record a session, end with the report.

开启代理并记录会话，结束时给出报告。
"""

import argparse
import os
import shlex
import sys
from pathlib import Path

import _interrupted
import _venv

EPILOG = """\
what follows -- goes to mitmproxy, for example: run.py -- --mode wireguard
exit status: 0 clean, 1 findings that --fail-on names, 2 usage or policy mistake, 3 could not start
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="run.py", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument(
        "--policy", default="policy.yaml", metavar="FILE", help="the mini-program's policy (default: policy.yaml)"
    )
    made.add_argument(
        "--listen",
        default="0.0.0.0:8080",
        metavar="HOST:PORT",
        type=_address,
        help="where the proxy listens (default: 0.0.0.0:8080)",
    )
    made.add_argument(
        "--session", default="", metavar="DIR", help="where to record (default: a new folder under sessions/)"
    )
    made.add_argument(
        "--page",
        default="127.0.0.1:8081",
        metavar="HOST:PORT",
        help="where this machine's browser finds the page, on loopback; off: none (default: 127.0.0.1:8081)",
    )
    made.add_argument(
        "--scenario",
        default="",
        metavar="FILE",
        help="which mini-program goes to the background when, timed from the start",
    )
    made.add_argument(
        "--mode", choices=("release", "debug", "observe"), default="", help="in place of the policy's mode"
    )
    made.add_argument("--scope", choices=("miniprogram", "all"), default="", help="in place of the policy's scope")
    made.add_argument(
        "--extra-root",
        action="append",
        default=[],
        metavar="FILE",
        help="a PEM file of further roots to trust upstream; may be repeated",
    )
    made.add_argument(
        "--probe",
        action="store_true",
        help="ask each listed server once which TLS it offers (connections that no call has asked for)",
    )
    made.add_argument(
        "--keep-body",
        type=_bytes,
        metavar="BYTES",
        help="how much of each body the session keeps; of larger ones the size and SHA-256 (default: 1048576)",
    )
    made.add_argument("--for", dest="seconds", type=_seconds, metavar="SECONDS", help="end by itself after so long")
    made.add_argument(
        "--fail-on",
        choices=("violation", "debug-only", "never"),
        default="never",
        help="which findings make the exit status 1 (default: never)",
    )
    made.add_argument("--lang", choices=("zh", "en"), help="language of messages and report (default: the locale's)")
    made.add_argument("--no-qr", action="store_true", help="print no QR code")
    return made


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected HOST:PORT such as 0.0.0.0:8080")
    return host.strip("[]"), int(port)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a number of seconds such as 30")
    return seconds


def _bytes(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(
            f"found {text!r}, expected a number of bytes such as 1048576, or 0 to keep none"
        )
    return int(text)


def main() -> int:
    words = sys.argv[1:]
    split = words.index("--") if "--" in words else len(words)
    options = parser().parse_args(words[:split])
    _venv.enter()

    from wxgate.connections.trust_source import mistakes_in_files
    from wxgate.recording.session import default_folder
    from wxgate.start import launcher
    from wxgate.start.addresses import reachable_at
    from wxpolicy.policyfile import read_policy
    from wxreport.greeting import Place
    from wxreport.greeting import greeting
    from wxreport.greeting import qr_code
    from wxreport.greeting import to_scan
    from wxreport.language import language

    lang = language(options.lang, os.environ)
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
        return _report(session, lang, options.fail_on)
    except KeyboardInterrupt:
        command = f"python3 scripts/report.py {shlex.quote(str(session))}"
        return _stop(
            _interrupted.INTERRUPTED,
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


def _report(session: Path, lang: str, fail_on: str) -> int:
    """Prints the session's report and gives the exit status."""
    from wxreport.progress import with_progress
    from wxreport.summary import exit_reason
    from wxreport.summary import summarise
    from wxreport.text import render_text
    from wxsession.reader import SessionReader
    from wxsession.reader import SessionUnreadable

    try:
        reader = SessionReader(session)
    except SessionUnreadable as trouble:
        return _stop(3, lang, trouble.text.zh, trouble.text.en)
    summary = summarise(with_progress(reader.records(), reader.count(), lang))
    _said("\n" + render_text(summary, reader.facts(), lang, color=sys.stdout.isatty()), lang)
    # What cannot be read of the session may be what was to be found.
    return 2 if reader.trouble else int(exit_reason(summary, fail_on))


def _said(text: str, lang: str) -> None:
    """Prints it. Whoever reads may have left, or its disk be full: that is no reason not to proxy."""
    import _output

    try:
        with _output.opened(None, "text", counts_on=True) as out:
            out.write(text + "\n")
    except OSError as error:
        _output.failed(None, error, lang)


def _unread(name: str | Path, error: OSError, lang: str) -> int:
    from wxpolicy.text.system_errors import reason

    why = reason(error)
    return _stop(2, lang, f"{name} 无法读取：{why.zh}", f"{name} cannot be read: {why.en}")


def _stop(status: int, lang: str, zh: str, en: str) -> int:
    print(zh if lang == "zh" else en, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(_interrupted.ended(main))
