"""Changes one thing in a policy file's text, and keeps comments and everything else.

The text is edited, not generated again. The result is parsed: if it differs from the intended change, nothing is
changed and the user is asked to do it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import yaml

from wxpolicy.policy import Policy
from wxpolicy.policyfile.reader import read_policy
from wxpolicy.terms import Text

# The text and the line that has changed.
Made = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Edited:
    """``text`` is None if it was not changed, and ``why`` is then the reason. ``line`` counts from 1."""

    text: str | None
    line: int
    why: Text


def edited(
    text: str,
    change: Callable[[yaml.MappingNode], Made | None],
    *,
    is_so: Callable[[Policy], bool],
    already: Text,
    is_right: Callable[[Policy, Policy], bool],
    by_hand: Text,
) -> Edited:
    """``change`` is given the file's nodes, and gives None for a form that is not known. ``is_so``: nothing is to be
    done, as ``already`` says. ``is_right`` compares the policy before with the one that was made; where it is not,
    ``by_hand`` tells what to write. Never raises for a text that reads as a policy."""
    before = read_policy(text).policy
    if before is None:
        return _not_changed(Text("策略文件有错误，先改正它", "the policy file has mistakes: correct them first"))
    if is_so(before):
        return _not_changed(already)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        root = None
    made = change(root) if isinstance(root, yaml.MappingNode) and root.value else None
    after = read_policy(made[0]).policy if made is not None else None
    if made is None or after is None or not is_right(before, after):
        return _not_changed(
            Text(
                f"这个文件的写法无法自动修改：{by_hand.zh}",
                f"this file cannot be edited automatically: {by_hand.en}",
            )
        )
    return Edited(made[0], made[1], Text("", ""))


def _not_changed(why: Text) -> Edited:
    return Edited(None, 0, why)


def pair_of(mapping: yaml.MappingNode, name: str) -> tuple[yaml.Node, yaml.Node] | None:
    return next((pair for pair in mapping.value if pair[0].value == name), None)


def replaced(text: str, begin: int, end: int, piece: str) -> Made:
    """Replaces the text at a place by ``piece``; returns the line where it starts."""
    return text[:begin] + piece + text[end:], text.count("\n", 0, begin) + 1 + piece.startswith(("\n", "\r\n"))
