"""argparse's sentences about a wrong command line in the reader's language, and what was probably meant. Standard library only."""

import argparse
import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from difflib import get_close_matches

from wxpolicy.terms import Text

# argparse's own sentences, the special ones first. 3.12 and newer quote some of the values.
_SENTENCES = (
    (r"the following arguments are required: (.+)", Text("缺少参数：{}", "missing: {}")),
    (r"unrecognized arguments: (.+)", Text("不认识的参数：{}", "unknown: {}")),
    (r"ambiguous option: (.+) could match (.+)", Text("{} 不明确，可能是 {}", "{} may be any of {}")),
    (
        r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)",
        Text("{}：{} 不在可选值之中（{}）", "{}: found {}, expected one of {}"),
    ),
    (r"argument (.+?): expected (?:one|at least one) argument", Text("{} 后面需要一个值", "{} needs a value")),
    (r"argument (.+?): ignored explicit argument (.+)", Text("{} 不接受值，现为 {}", "{} takes no value: found {}")),
    (r"argument (.+?): not allowed with argument (.+)", Text("{} 不能与 {} 同用", "{} cannot stand beside {}")),
    (r"argument (.+?): (.+)", Text("{}：{}", "{}: {}")),
)


def mistake_in_lang(message: str, lang: str) -> str:
    """One of argparse's sentences in ``lang``; one that is not known stays as it is."""
    for pattern, text in _SENTENCES:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return text.in_lang(lang).format(*found.groups())
    return message


def meant(message: str, actions: Sequence[argparse.Action]) -> Text | None:
    """What whoever made this mistake may have meant, or can choose from; None where nobody can tell."""
    if found := re.fullmatch(r"unrecognized arguments: (-\S+).*", message, re.DOTALL):
        options = [name for action in actions for name in action.option_strings]
        return _close(found[1].partition("=")[0], options)
    if found := re.fullmatch(r"argument .+?: invalid choice: '(.*?)' \(choose from .+\)", message, re.DOTALL):
        # Of a command, or of an option: a value is close to one of its own alone.
        return _close(found[1], [each for action in actions for each in _choices(action)])
    if found := re.fullmatch(r"the following arguments are required: (\S+)", message):
        for action in actions:
            if found[1] in (action.dest, action.metavar) and (choices := ", ".join(_choices(action))):
                return Text(f"可选：{choices}", f"one of {choices}")
    return None


def _choices(action: argparse.Action) -> list[str]:
    """What an option or a command can be, by name."""
    return [str(each) for each in action.choices or ()]


def _close(word: str, among: Iterable[str]) -> Text | None:
    close = get_close_matches(word, list(dict.fromkeys(among)), 1)
    return Text(f"是不是想写 {close[0]}？", f"did you mean {close[0]}?") if close else None


def told(prog: str, message: str, actions: Sequence[argparse.Action], lang: str, masked: Callable[[str], str]) -> str:
    """The whole of it on one line. ``masked`` is for what was typed and is quoted."""
    said = masked(mistake_in_lang(message, lang))
    guess = meant(message, actions)
    hint = f"{'；' if lang == 'zh' else '; '}{guess.in_lang(lang)}" if guess else ""
    return (
        f"{prog}：参数有误：{said}{hint}（全部参数：{prog} --help）\n"
        if lang == "zh"
        else f"{prog}: {said}{hint} ({prog} --help shows all options)\n"
    )
