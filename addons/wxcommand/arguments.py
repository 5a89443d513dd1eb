"""Command lines in the user's language: argparse with its texts in English and Chinese. Standard library only."""

import argparse
import os
import re
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

from wxcommand.option_mistakes import told
from wxpolicy.terms import Text
from wxpolicy.version import NAME
from wxpolicy.version import VERSION
from wxreport.language import language

LANG = Text("提示信息与报告的语言（默认跟随系统）", "language of messages and report (default: the locale's)")
_HEADINGS = {
    "usage: ": "用法：",
    "options:": "选项：",
    "positional arguments:": "参数：",
}
USUAL_POLICY = "policy.yaml"
FORMATS = ("text", "html", "json", "jsonl", "junit", "har")
FAIL_ON = ("violation", "possible", "debug-only", "never")


class Arguments(argparse.ArgumentParser):
    """A parser for ``lang`` ("zh" or "en") with --help and --version."""

    def __init__(
        self, prog: str, lang: str, about: Text | None = None, epilog: Text | None = None, *, version: bool = True
    ) -> None:
        super().__init__(
            prog=prog,
            description=about.in_lang(lang) if about else None,
            epilog=epilog.in_lang(lang) if epilog else None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            add_help=False,
        )
        self.lang = lang
        self.say("-h", "--help", action="help", text=Text("显示帮助并退出", "show this help and exit"))
        if version:
            self.say(
                "--version",
                action="version",
                version=f"{NAME} {VERSION}",
                text=Text("显示版本并退出", "show the version and exit"),
            )

    def say(self, *names: str, text: Text, **settings: Any) -> None:
        """``add_argument`` with its help in both languages."""
        self.add_argument(*names, help=text.in_lang(self.lang), **settings)

    def say_lang(self, **settings: Any) -> None:
        self.say("--lang", choices=("zh", "en"), text=LANG, **settings)

    def say_format(self, formats: Sequence[str]) -> None:
        self.say(
            "--format",
            choices=formats,
            default="text",
            text=Text("输出格式（默认 text）", "output format (default: text)"),
        )

    def say_output(self) -> None:
        self.say("--output", metavar="FILE", text=Text("写入文件，不打印", "write to FILE instead of printing"))

    def say_policies(self) -> None:
        """``options.policy``: the files, at least one."""
        self.say(
            "--policy",
            action=_Repeated,
            default=[USUAL_POLICY],
            metavar="FILE",
            text=Text(
                "小程序的策略文件（默认 policy.yaml）；检查多个小程序时多次使用，每个小程序一个文件",
                "the mini-program's policy file (default: policy.yaml); repeat it for several mini-programs, one file each",
            ),
        )

    def say_exit(self, default: str) -> None:
        """The options for the exit status: the same for all commands that judge."""
        self.say(
            "--fail-on",
            choices=FAIL_ON,
            default=default,
            text=Text(
                "哪些调用使退出码为 1：violation 正式版会失败；possible 另加警告可能失败的；debug-only 仅调试可用；"
                f"never 不检查（默认 {default}）",
                "calls that make the exit status 1: violation: fail in a release build; possible: also calls with a warning "
                f"that may fail them; debug-only: work with debugging on only; never: none (default: {default})",
            ),
        )
        self.say(
            "--require-calls",
            metavar="N",
            type=count(self.lang, Text("整数，如 1", "a whole number such as 1")),
            text=Text(
                "检查的调用少于 N 次时退出码为 4（使用 --fail-on 时默认 1）",
                "exit with status 4 if fewer than N calls were judged (default: 1 with --fail-on)",
            ),
        )

    def format_usage(self) -> str:
        return self._in_words(super().format_usage())

    def format_help(self) -> str:
        return self._in_words(super().format_help())

    def _in_words(self, text: str) -> str:
        if self.lang == "zh":
            for english, chinese in _HEADINGS.items():
                text = re.sub(rf"^{english}", chinese, text, count=1, flags=re.MULTILINE)
        return text

    def error(self, message: str) -> Any:
        """A mistake in the command line: one line, status 2."""
        from wxredact.bodies import redact_text

        self.exit(2, told(self.prog, message, self._actions, self.lang, redact_text))


class _Repeated(argparse.Action):
    """As "append", replacing the default."""

    def __call__(self, parser: Any, namespace: argparse.Namespace, values: Any, option: str | None = None) -> None:
        known = getattr(namespace, self.dest)
        setattr(namespace, self.dest, [values] if known is self.default else [*known, values])


def language_of(words: Sequence[str]) -> str:
    """The language of a command line, before it is parsed: its --lang, else the locale's."""
    option = None
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word == "--":
            break
        if word == "--lang":
            option = following
        elif word.startswith("--lang="):
            option = word.partition("=")[2]
    return language(option, os.environ)


def host_and_port(lang: str) -> Callable[[str], tuple[str, int]]:
    """Reads HOST:PORT; an IPv6 address may have brackets. Without a host (":8080") it means every address, IPv4 and
    IPv6."""

    def read(text: str) -> tuple[str, int]:
        host, colon, port = text.rpartition(":")
        if not colon or not (port.isascii() and port.isdigit()) or int(port) > 65535:
            raise _found(
                text,
                Text(
                    "HOST:PORT，如 0.0.0.0:8080（:8080 为 IPv4 与 IPv6）",
                    "HOST:PORT such as 0.0.0.0:8080, or :8080 for IPv4 and IPv6",
                ),
                lang,
            )
        return host.strip("[]"), int(port)

    return read


def watched(lang: str) -> Callable[[str], str]:
    """Reads adb or adb:SERIAL."""

    def read(text: str) -> str:
        if not re.fullmatch(r"adb(:[A-Za-z0-9._:\[\]-]{1,128})?", text):
            raise _found(text, Text("adb 或 adb:序列号", "adb or adb:SERIAL"), lang)
        return text

    return read


def seconds(lang: str) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            found = float(text)
        except ValueError:
            found = -1.0
        if not 0 < found < float("inf"):
            raise _found(text, Text("秒数，如 30", "a number of seconds such as 30"), lang)
        return found

    return read


def count(lang: str, expected: Text, least: int = 0) -> Callable[[str], int]:
    """Reads a decimal number, not below ``least``."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) >= least):
            raise _found(text, expected, lang)
        return int(text)

    return read


def report_and_file(lang: str) -> Callable[[str], tuple[str, str]]:
    """Reads FORMAT=FILE such as junit=report.xml."""
    names = ", ".join(FORMATS)

    def read(text: str) -> tuple[str, str]:
        how, _, file = text.partition("=")
        if how not in FORMATS or not file:
            expected = Text(
                f"FORMAT=FILE，如 junit=report.xml（FORMAT：{names}）",
                f"FORMAT=FILE such as junit=report.xml (FORMAT: {names})",
            )
            raise _found(text, expected, lang)
        return how, file

    return read


def command_line(lang: str) -> Callable[[str], str]:
    """Reads a command that is not empty: one that a CI's variable should have named and did not."""

    def read(text: str) -> str:
        if not text.strip():
            raise _found(text, Text('命令，如 "npm test"', 'a command such as "npm test"'), lang)
        return text

    return read


def _found(text: str, expected: Text, lang: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(
        f"现为 {text!r}，应为{expected.zh}" if lang == "zh" else f"found {text!r}, expected {expected.en}"
    )
