#!/usr/bin/env python3
"""Show a recorded session: as text for people, json or jsonl for programs.

查看已记录的会话：text 给人看，json 与 jsonl 给程序用。
"""

import argparse
import os
import sys
from pathlib import Path

import _venv

EPILOG = "exit status: 0 shown, 1 findings that --fail-on names, 2 no such session"


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="report.py", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("session", nargs="?", metavar="SESSION", help="a folder under sessions/ (default: the newest)")
    made.add_argument("--format", choices=("text", "json", "jsonl"), default="text", help="default: text")
    made.add_argument("--lang", choices=("zh", "en"), help="default: the locale's")
    made.add_argument("--fail-on", choices=("violation", "debug-only", "never"), default="never", help="which findings make the exit status 1 (default: never)")
    made.add_argument("--with-secrets", action="store_true", help="keep tokens and the like in URLs")
    return made


def main() -> int:
    options = parser().parse_args()
    _venv.enter()

    from wxreport.jsonlines import iter_jsonl
    from wxreport.jsonlines import render_json
    from wxreport.language import language
    from wxreport.summary import exit_reason
    from wxreport.summary import summarise
    from wxreport.text import render_text
    from wxsession.reader import SessionReader
    from wxsession.reader import SessionUnreadable

    lang = language(options.lang, os.environ)
    folder = Path(options.session) if options.session else newest_session(Path("sessions"))
    if folder is None:
        print("sessions/ 里没有会话：先运行 scripts/run.py" if lang == "zh" else "There is no session under sessions/: run scripts/run.py first", file=sys.stderr)
        return 2
    try:
        reader = SessionReader(folder)
    except SessionUnreadable as trouble:
        print(trouble.text.said(lang), file=sys.stderr)
        return 2
    try:
        if options.format == "jsonl":
            for line in iter_jsonl(reader.records(), lang, with_secrets=options.with_secrets):
                print(line)
        elif options.format == "json":
            print(render_json(reader.records(), reader.facts(), lang, with_secrets=options.with_secrets))
        summary = summarise(reader.records(), with_secrets=options.with_secrets)
        if options.format == "text":
            print(render_text(summary, reader.facts(), lang, color=sys.stdout.isatty()))
    except BrokenPipeError:
        # `report.py | head` is no fault; the rest of the output has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    for trouble in reader.trouble:
        print(trouble.said(lang), file=sys.stderr)
    return int(exit_reason(summary, options.fail_on))


def newest_session(folder: Path) -> Path | None:
    """The session that was written to last."""
    found = [path.parent for path in folder.glob("*/calls.sqlite")]
    return max(found, key=lambda path: (path / "calls.sqlite").stat().st_mtime, default=None)


if __name__ == "__main__":
    sys.exit(main())
