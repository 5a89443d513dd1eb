"""Show a recorded session: text and html for people, json, jsonl, junit and har for programs."""

import argparse
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from wxcommand.arguments import FORMATS
from wxcommand.arguments import Arguments
from wxcommand.arguments import language_of
from wxcommand.session_folder import NO_SESSION
from wxcommand.session_folder import SESSION
from wxcommand.session_folder import session_folder
from wxpolicy.terms import Text

if TYPE_CHECKING:
    from wxsession.store import StoreReader

ABOUT = Text(
    "查看录制的会话：text 与 html 供人阅读，json、jsonl、junit 与 har 供程序使用。",
    "Show a recorded session: text and html for people, json, jsonl, junit and har for programs.",
)
EPILOG = Text(
    "退出码：0 没有问题，1 有符合 --fail-on 的调用，2 没有这个会话，或无法完整读取，4 检查的调用太少（--fail-on、--require-calls）",
    "exit status: 0 clean, 1 calls that match --fail-on, 2 no such session, or one that could not be read completely,\n"
    "4 too few calls were judged (--fail-on, --require-calls)",
)


def parser(lang: str, prog: str = "report.py") -> Arguments:
    made = Arguments(prog, lang, ABOUT, EPILOG)
    made.say(
        "session",
        nargs="?",
        metavar="SESSION",
        text=SESSION,
    )
    made.say_format(FORMATS)
    made.say(
        "--open",
        action="store_true",
        text=Text(
            "在本机的页面中查看会话，不启动代理；按 Ctrl-C 结束",
            "serve the session as a page on this machine, without a proxy; Ctrl-C stops it",
        ),
    )
    made.say_output()
    made.say_lang()
    made.say_exit("never")
    made.say(
        "--with-secrets",
        action="store_true",
        text=Text(
            "不对 URL 中的 token 等打码；HAR 中还包括请求头、响应头、Cookie 与正文",
            "do not mask tokens and other secrets in URLs, and in a HAR also in headers, cookies and bodies",
        ),
    )
    return made


def main(words: list[str], prog: str = "report.py", enter: Callable[[], None] = lambda: None) -> int:
    options = parser(language_of(words), prog).parse_args(words)
    enter()

    from wxcommand import output
    from wxreport.language import language
    from wxsession.embedded import EMBEDDED
    from wxsession.store import SessionUnreadable

    lang = language(options.lang, os.environ)
    folder = session_folder(options.session)
    if folder is None:
        output.complain(NO_SESSION.in_lang(lang))
        return 2
    try:
        reader = EMBEDDED.open(folder)
    except SessionUnreadable as trouble:
        output.complain(trouble.text.in_lang(lang))
        return 2
    with closing(reader):
        return _serve(folder, lang) if options.open else _show(reader, options, lang)


def _serve(folder: Path, lang: str) -> int:
    """Serves the page for the session until Ctrl-C."""
    import asyncio

    from wxcommand import output
    from wxgate.page.viewer import serve
    from wxpolicy.text.system_errors import reason
    from wxsession.embedded import EMBEDDED

    def ready(url: str) -> None:
        serving = Text(
            f"在本机浏览器中打开页面：{url}（按 Ctrl-C 结束）",
            f"Open the page in this machine's browser: {url} (Ctrl-C stops it)",
        )
        output.say(serving.in_lang(lang))

    try:
        asyncio.run(serve(EMBEDDED, folder, "127.0.0.1", 0, ready))
    except OSError as error:
        why = reason(error)
        output.complain(Text(f"页面无法打开：{why.zh}", f"The page cannot be served: {why.en}").in_lang(lang))
        return 2
    return 0


def _show(reader: "StoreReader", options: argparse.Namespace, lang: str) -> int:
    """Writes the session in the requested format; returns the exit status."""
    from wxcommand import output
    from wxcommand.reports import written

    counts_on = options.fail_on != "never"
    try:
        summary = written(
            reader,
            options.format,
            options.output,
            lang,
            with_secrets=options.with_secrets,
            counts_on=counts_on,
        )
    except OSError as error:
        return output.failed(options.output, error, lang)
    for trouble in reader.trouble:
        output.complain(trouble.in_lang(lang))
    return output.ended(summary, reader.facts(), options, lang, unread=bool(reader.trouble))
