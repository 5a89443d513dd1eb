"""Where a host lives, set or taken out in a policy file's text: one line changed, comments and all else kept.

As with ``add_entry``, the result is read back: where it does not hold exactly that change, nothing is changed.
"""

import json
import re
from dataclasses import replace

import yaml

from wxpolicy.policy import HostPlace
from wxpolicy.policyfile.add_entry import Added
from wxpolicy.policyfile.reader import read_policy
from wxpolicy.terms import Text
from wxpolicy.url.hosts import read_host

_HOSTS = "hosts"
# What YAML takes as it is, in a list in braces too.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(:[0-9]+)?")


def set_host(text: str, host: str, place: HostPlace | None) -> Added:
    """``host`` as an A-label name; ``place`` None takes it out. Never raises for a text that reads as a policy."""
    before = read_policy(text, "policy.yaml").policy
    if before is None:
        return _not_changed(Text("策略文件有错误，先改正它", "the policy file has mistakes: correct them first"))
    wanted = {name: where for name, where in before.hosts.items() if name != host}
    if place is not None:
        wanted[host] = place
    if dict(before.hosts) == wanted:
        return _not_changed(Text(f"{host} 已经是这样", f"{host} is so already"))
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        root = None
    made = _edited(text, root, host, place) if isinstance(root, yaml.MappingNode) and root.value else None
    after = read_policy(made[0], "policy.yaml").policy if made is not None else None
    if made is None or after is None or dict(after.hosts) != wanted or replace(after, hosts=before.hosts) != before:
        line = f"{host}: {_quoted(place)}" if place is not None else host
        return _not_changed(
            Text(
                f"这个文件的写法无法自动修改：请自己编辑 hosts 下的 {line}",
                f"this file's form cannot be edited by itself: edit {line} under hosts yourself",
            )
        )
    return Added(made[0], made[1], Text("", ""))


def _not_changed(why: Text) -> Added:
    return Added(None, 0, why)


def _quoted(place: HostPlace) -> str:
    text = str(place)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _edited(text: str, root: yaml.MappingNode, host: str, place: HostPlace | None) -> tuple[str, int] | None:
    """The text and the line that has changed; None for a form that is not known."""
    newline = "\r\n" if "\r\n" in text else "\n"
    found = next((pair for pair in root.value if pair[0].value == _HOSTS), None)
    if found is None:
        return _begun(text, root, host, place, newline) if place is not None else None
    hosts = found[1]
    if not isinstance(hosts, yaml.MappingNode):
        return None
    pairs = hosts.value
    number = next((at for at, (name, _) in enumerate(pairs) if read_host(name.value).ascii == host), None)
    if number is not None and place is not None:
        value = pairs[number][1]
        return _replaced(text, value.start_mark.index, value.end_mark.index, _quoted(place))
    if number is not None:
        return _without(text, found[0], hosts, number)
    if place is None:
        return None
    line = f"{host}: {_quoted(place)}"
    if hosts.flow_style:
        at = pairs[-1][1].end_mark.index if pairs else hosts.start_mark.index + 1
        return _replaced(text, at, at, f", {line}" if pairs else line)
    # Below the last one, with the comment behind it.
    return _line_after(text, pairs[-1][1].end_mark.index, " " * hosts.start_mark.column + line, newline)


def _begun(text: str, root: yaml.MappingNode, host: str, place: HostPlace, newline: str) -> tuple[str, int] | None:
    line = f"{_HOSTS}: {{{host}: {_quoted(place)}}}"
    if root.flow_style:
        at = root.value[0][0].start_mark.index
        return _replaced(text, at, at, f"{line}, ")
    return _line_after(text, len(text.rstrip()), line, newline)


def _without(text: str, key: yaml.Node, hosts: yaml.MappingNode, number: int) -> tuple[str, int]:
    pairs = hosts.value
    name, value = pairs[number]
    if hosts.flow_style:
        begin, end = name.start_mark.index, value.end_mark.index
        if number + 1 < len(pairs):
            end = pairs[number + 1][0].start_mark.index
        elif number:
            begin = pairs[number - 1][1].end_mark.index
        return _replaced(text, begin, end, "")
    # The whole line; and the key with its last line.
    first = key if len(pairs) == 1 else name
    begin = text.rfind("\n", 0, first.start_mark.index) + 1
    end = text.find("\n", value.end_mark.index)
    return _replaced(text, begin, len(text) if end < 0 else end + 1, "")


def _line_after(text: str, at: int, line: str, newline: str) -> tuple[str, int]:
    end = text.find("\n", at)
    if end < 0:
        return _replaced(text, len(text), len(text), f"{newline}{line}{newline}")
    return _replaced(text, end + 1, end + 1, f"{line}{newline}")


def _replaced(text: str, begin: int, end: int, piece: str) -> tuple[str, int]:
    return text[:begin] + piece + text[end:], text.count("\n", 0, begin) + 1 + piece.startswith(("\n", "\r\n"))
