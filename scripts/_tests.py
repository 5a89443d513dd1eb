"""Runs the tests: what CI has time for, the quick ones of the daily loop, or all."""

import os
from collections.abc import Callable

from _venv import ROOT

from wxcommand.arguments import Arguments
from wxcommand.arguments import language_of
from wxpolicy.terms import Text

ABOUT = Text("运行测试。", "Run the tests.")
EPILOG = Text(
    "其他参数传给 pytest，例如：test.py tests/wxpolicy -k timeout",
    "other arguments are passed to pytest, for example: test.py tests/wxpolicy -k timeout",
)
# Each file in one process: its tests share the proxies that it started. Live tests mostly wait, so three share two
# cores well; they come first, and the many short ones fill up the end.
PARALLEL = ["-q", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
QUICK = ["-m", "not live and not long and not slow and not browser and not network_namespace", *PARALLEL]
DEFAULT = ["-m", "not slow", *PARALLEL]


def parser(lang: str, prog: str = "test.py") -> Arguments:
    made = Arguments(prog, lang, ABOUT, EPILOG)
    which = made.add_mutually_exclusive_group()
    which.add_argument(
        "--quick",
        action="store_true",
        help=Text("一分钟内的快速测试，不启动代理", "quick tests, under a minute; starts no proxy").in_lang(lang),
    )
    which.add_argument(
        "--all",
        action="store_true",
        help=Text("全部测试，包括 CI 不运行的慢测试", "all tests, including slow ones that CI does not run").in_lang(
            lang
        ),
    )
    made.say_lang()
    return made


def arguments_for(options, rest: list[str]) -> list[str]:
    """What pytest is given. Arguments without --quick or --all choose for themselves."""
    if options.quick:
        return [*QUICK, *rest]
    if options.all:
        return [*PARALLEL, *rest]
    return rest or DEFAULT


def main(words: list[str], prog: str, enter: Callable[[], None]) -> int:
    options, rest = parser(language_of(words), prog).parse_known_args(words)
    enter()
    os.chdir(ROOT)

    import pytest

    return int(pytest.main(arguments_for(options, rest)))
