"""Sets or removes the address of a host in a policy file's text: one line changed, see ``edited``."""

import json
import re
from dataclasses import replace

import yaml

from wxpolicy.policy import HostPlace
from wxpolicy.policy import Policy
from wxpolicy.policyfile.edited import Edited
from wxpolicy.policyfile.edited import Made
from wxpolicy.policyfile.edited import edited
from wxpolicy.policyfile.edited import pair_of
from wxpolicy.policyfile.edited import replaced
from wxpolicy.terms import Text
from wxpolicy.url.hosts import read_host

_HOSTS = "hosts"
# What YAML accepts unquoted, also in a flow mapping.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(:[0-9]+)?")


def set_host(text: str, host: str, place: HostPlace | None) -> Edited:
    """``host`` as an A-label name; ``place`` None removes it."""

    def wanted(policy: Policy) -> dict[str, HostPlace]:
        others = {name: where for name, where in policy.hosts.items() if name != host}
        return others if place is None else others | {host: place}

    line = f"{host}: {_quoted(place)}" if place is not None else host
    return edited(
        text,
        lambda root: _with_place(text, root, host, place),
        is_so=lambda policy: dict(policy.hosts) == wanted(policy),
        already=Text(f"{host} 已经是这个地址", f"{host} already has this address"),
        is_right=lambda before, after: (
            replace(after, hosts=before.hosts) == before and dict(after.hosts) == wanted(before)
        ),
        by_hand=Text(f"请自己编辑 hosts 下的 {line}", f"edit {line} under hosts yourself"),
    )


def _quoted(place: HostPlace) -> str:
    text = str(place)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _with_place(text: str, root: yaml.MappingNode, host: str, place: HostPlace | None) -> Made | None:
    newline = "\r\n" if "\r\n" in text else "\n"
    found = pair_of(root, _HOSTS)
    if found is None:
        return _begun(text, root, host, place, newline) if place is not None else None
    hosts = found[1]
    if not isinstance(hosts, yaml.MappingNode):
        return None
    pairs = hosts.value
    number = next((at for at, (name, _) in enumerate(pairs) if read_host(name.value).ascii == host), None)
    if number is not None and place is not None:
        value = pairs[number][1]
        return replaced(text, value.start_mark.index, value.end_mark.index, _quoted(place))
    if number is not None:
        return _without(text, found[0], hosts, number)
    if place is None:
        return None
    line = f"{host}: {_quoted(place)}"
    if hosts.flow_style:
        at = pairs[-1][1].end_mark.index if pairs else hosts.start_mark.index + 1
        return replaced(text, at, at, f", {line}" if pairs else line)
    # Below the last one, including a comment after it.
    return _line_after(text, pairs[-1][1].end_mark.index, " " * hosts.start_mark.column + line, newline)


def _begun(text: str, root: yaml.MappingNode, host: str, place: HostPlace, newline: str) -> Made | None:
    line = f"{_HOSTS}: {{{host}: {_quoted(place)}}}"
    if root.flow_style:
        at = root.value[0][0].start_mark.index
        return replaced(text, at, at, f"{line}, ")
    return _line_after(text, len(text.rstrip()), line, newline)


def _without(text: str, key: yaml.Node, hosts: yaml.MappingNode, number: int) -> Made:
    pairs = hosts.value
    name, value = pairs[number]
    if hosts.flow_style:
        begin, end = name.start_mark.index, value.end_mark.index
        if number + 1 < len(pairs):
            end = pairs[number + 1][0].start_mark.index
        elif number:
            begin = pairs[number - 1][1].end_mark.index
        return replaced(text, begin, end, "")
    # The whole line; and the key with its last line.
    first = key if len(pairs) == 1 else name
    begin = text.rfind("\n", 0, first.start_mark.index) + 1
    end = text.find("\n", value.end_mark.index)
    return replaced(text, begin, len(text) if end < 0 else end + 1, "")


def _line_after(text: str, at: int, line: str, newline: str) -> Made:
    end = text.find("\n", at)
    if end < 0:
        return replaced(text, len(text), len(text), f"{newline}{line}{newline}")
    return replaced(text, end + 1, end + 1, f"{line}{newline}")
