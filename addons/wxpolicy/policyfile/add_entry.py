"""Adds a server domain to a policy file's text: one line changed or added, see ``edited``."""

import yaml

from wxpolicy.policy import Policy
from wxpolicy.policyfile.edited import Edited
from wxpolicy.policyfile.edited import Made
from wxpolicy.policyfile.edited import edited
from wxpolicy.policyfile.edited import pair_of
from wxpolicy.policyfile.edited import replaced
from wxpolicy.terms import Api
from wxpolicy.terms import Text


def add_entry(text: str, api: Api, entry: str) -> Edited:
    """``entry`` as in "https://api.example.com"."""
    return edited(
        text,
        lambda root: _with_entry(text, root, api, entry),
        is_so=lambda policy: entry in _entries(policy, api),
        already=Text(f"{entry} 已经在 {api.value} 中", f"{entry} is already in {api.value}"),
        is_right=lambda before, after: _entries(after, api) == {*_entries(before, api), entry},
        by_hand=Text(
            f"请在 domains.{api.value} 下加一行 - {entry}", f'add the line "- {entry}" under domains.{api.value}'
        ),
    )


def _entries(policy: Policy, api: Api) -> set[str]:
    return {listed.origin for listed in policy.listed(api)}


def _with_entry(text: str, root: yaml.MappingNode, api: Api, entry: str) -> Made | None:
    domains = pair_of(root, "domains")
    lists = domains[1] if domains is not None else None
    if not isinstance(lists, yaml.MappingNode) or not lists.value:
        return None
    of_api = pair_of(lists, api.value)
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
    # The last item's line is kept completely, including a comment after it.
    last = entries.value[-1].end_mark.index
    end_of_line = text.find("\n", last)
    dash = " " * entries.start_mark.column + "- "
    if end_of_line < 0:
        return _inserted(text, len(text), f"\n{dash}{entry}")
    newline = "\r\n" if text[end_of_line - 1] == "\r" else "\n"
    return _inserted(text, end_of_line + 1, f"{dash}{entry}{newline}")


def _inserted(text: str, at: int, piece: str) -> Made:
    return replaced(text, at, at, piece)
