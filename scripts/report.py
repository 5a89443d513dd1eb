#!/usr/bin/env python3
"""Show a recorded session: text and html for people, json, jsonl, junit and har for programs.

查看已记录的会话：text 与 html 给人看，json、jsonl、junit 与 har 给程序用。
"""

import argparse
import os
import sys
from contextlib import closing
from pathlib import Path

import _interrupted
import _venv

EPILOG = (
    "exit status: 0 shown, 1 findings that --fail-on names, 2 no such session, or one that could not be read to its end"
)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="report.py", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("session", nargs="?", metavar="SESSION", help="a folder under sessions/ (default: the newest)")
    made.add_argument(
        "--format", choices=("text", "html", "json", "jsonl", "junit", "har"), default="text", help="default: text"
    )
    made.add_argument("--output", metavar="FILE", help="write there instead of printing")
    made.add_argument("--lang", choices=("zh", "en"), help="default: the locale's")
    made.add_argument(
        "--fail-on",
        choices=("violation", "debug-only", "never"),
        default="never",
        help="which findings make the exit status 1 (default: never)",
    )
    made.add_argument(
        "--with-secrets",
        action="store_true",
        help="keep tokens and the like in URLs, and in a HAR also in headers, cookies and bodies",
    )
    return made


def main() -> int:
    options = parser().parse_args()
    _venv.enter()

    import _output

    from wxreport.language import language
    from wxsession.reader import SessionReader
    from wxsession.reader import SessionUnreadable

    lang = language(options.lang, os.environ)
    folder = Path(options.session) if options.session else newest_session(Path("sessions"))
    if folder is None:
        _output.complain(
            "sessions/ 里没有会话：先运行 scripts/run.py"
            if lang == "zh"
            else "There is no session under sessions/: run scripts/run.py first"
        )
        return 2
    try:
        reader = SessionReader(folder)
    except SessionUnreadable as trouble:
        _output.complain(trouble.text.in_lang(lang))
        return 2
    with closing(reader):
        return _show(reader, options, lang)


def _show(reader, options: argparse.Namespace, lang: str) -> int:
    """Writes the session as it was asked for; gives the exit status."""
    import _output

    from wxreport.progress import with_progress
    from wxreport.summary import exit_reason

    records = with_progress(reader.records(), reader.count(), lang)
    try:
        with _output.opened(options.output, options.format, counts_on=options.fail_on != "never") as out:
            if options.format == "har":
                summary = _har(out, reader, records, options.with_secrets)
            else:
                summary = _output.shown(
                    out, records, reader.facts, options.format, lang, with_secrets=options.with_secrets
                )
    except OSError as error:
        return _output.failed(options.output, error, lang)
    for trouble in reader.trouble:
        _output.complain(trouble.in_lang(lang))
    return 2 if reader.trouble else int(exit_reason(summary, options.fail_on))


def _har(out, reader, records, with_secrets: bool):
    """Writes the session as a HAR; gives its Summary."""
    import _output

    from wxcapture.har_entry import entry
    from wxcapture.har_secrets import Secrets
    from wxcapture.har_writer import dumped
    from wxcapture.har_writer import frame
    from wxcapture.session_calls import Flows
    from wxgate.call.facts import call_facts

    secrets = Secrets(with_secrets)
    with closing(Flows(reader.folder)) as flows:
        reader.trouble += flows.trouble

        def made(record):
            flow = flows.of(record.id)
            return entry(record, flow, call_facts(flow) if flow is not None else None, secrets)

        begin, between, end = frame()
        return _output.framed(out, records, lambda record: dumped(made(record)), begin, between, end)


def newest_session(folder: Path) -> Path | None:
    """The session that was written to last."""
    found = [path.parent for path in folder.glob("*/calls.sqlite")]
    return max(found, key=lambda path: (path / "calls.sqlite").stat().st_mtime, default=None)


if __name__ == "__main__":
    sys.exit(_interrupted.ended(main))
