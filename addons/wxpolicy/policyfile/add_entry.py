"""One more server domain in a policy file's text: one line changed or added, comments and all else kept.

The text is edited, not written anew. Whatever its form, the result is read back:
where it does not hold exactly one entry more, nothing is changed and a person is asked.
"""

from dataclasses import dataclass

import yaml

from wxpolicy.policy import Policy
from wxpolicy.policyfile.reader import read_policy
from wxpolicy.terms import Api
from wxpolicy.terms import Text

_DOMAINS = "domains"


@dataclass(frozen=True, slots=True)
class Added:
    """``text`` is None where it was not changed, and ``why`` then says why not. ``line`` counts from 1."""

    text: str | None
    line: int
    why: Text


def add_entry(text: str, api: Api, entry: str) -> Added:
    """``entry`` as in "https://api.example.com". Never raises for a text that reads as a policy."""
    before = read_policy(text, "policy.yaml").policy
    if before is None:
        return _not_changed(Text("策略文件有错误，先改正它", "the policy file has mistakes: correct them first"))
    if entry in _entries(before, api):
        return _not_changed(Text(f"{entry} 已经在 {api.value} 中", f"{entry} is in {api.value} already"))
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        root = None
    made = _edited(text, root, api, entry) if isinstance(root, yaml.MappingNode) else None
    after = read_policy(made[0], "policy.yaml").policy if made is not None else None
    if made is None or after is None or _entries(after, api) != {*_entries(before, api), entry}:
        return _not_changed(
            Text(
                f"这个文件的写法无法自动修改：请在 domains.{api.value} 下加一行 - {entry}",
                f'this file\'s form cannot be edited by itself: add the line "- {entry}" under domains.{api.value}',
            )
        )
    return Added(made[0], made[1], Text("", ""))


def _not_changed(why: Text) -> Added:
    return Added(None, 0, why)


def _entries(policy: Policy, api: Api) -> set[str]:
    return {listed.origin for listed in policy.listed(api)}


def _edited(text: str, root: yaml.MappingNode, api: Api, entry: str) -> tuple[str, int] | None:
    """The text with the entry in it, and the line where that stands; None for a form that is not known."""
    domains = _pair(root, _DOMAINS)
    lists = domains[1] if domains is not None else None
    if not isinstance(lists, yaml.MappingNode) or not lists.value:
        return None
    of_api = _pair(lists, api.value)
    if of_api is None:
        first = lists.value[0][0].start_mark
        if lists.flow_style:
            return _inserted(text, first.index, f"{api.value}: [{entry}], ")
        return _inserted(text, first.index, f"{api.value}: [{entry}]\n{' ' * first.column}")
    entries = of_api[1]
    if not isinstance(entries, yaml.SequenceNode):
        return None
    if entries.flow_style:
        end = entries.value[-1].end_mark.index if entries.value else entries.start_mark.index + 1
        return _inserted(text, end, f", {entry}" if entries.value else entry)
    # The last item's line, with the comment behind it, is kept whole.
    last = entries.value[-1].end_mark.index
    end_of_line = text.find("\n", last)
    dash = " " * entries.start_mark.column + "- "
    if end_of_line < 0:
        return _inserted(text, len(text), f"\n{dash}{entry}")
    newline = "\r\n" if text[end_of_line - 1] == "\r" else "\n"
    return _inserted(text, end_of_line + 1, f"{dash}{entry}{newline}")


def _pair(mapping: yaml.MappingNode, name: str) -> tuple[yaml.Node, yaml.Node] | None:
    return next((pair for pair in mapping.value if pair[0].value == name), None)


def _inserted(text: str, at: int, piece: str) -> tuple[str, int]:
    return text[:at] + piece + text[at:], text.count("\n", 0, at) + 1 + piece.startswith("\n")
