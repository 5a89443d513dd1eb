"""Server-domain lists in each of their forms, whole or as the ``domains`` of policy.yaml.

Forms (platform §1): the API names of this policy; ``requestdomain`` and the
like of the admin API (modify_domain, getwxadevinfo, get_effective_domain); ``request, socket,
upload, download`` of devtools; the admin page's table as pasted text.
"""

import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from types import MappingProxyType

from wxpolicy.editions import DEFAULT
from wxpolicy.editions import Edition
from wxpolicy.finding import Code
from wxpolicy.policy import ListedDomain
from wxpolicy.policyfile.brokenjson import broken_json
from wxpolicy.policyfile.brokenjson import looks_like_json
from wxpolicy.policyfile.entries import Fault
from wxpolicy.policyfile.entries import read_entry
from wxpolicy.policyfile.mistakes import START
from wxpolicy.policyfile.mistakes import Mistake
from wxpolicy.policyfile.mistakes import Notes
from wxpolicy.policyfile.mistakes import Place
from wxpolicy.policyfile.mistakes import code_line
from wxpolicy.policyfile.pasted import read_pasted
from wxpolicy.policyfile.values import note_unknown_key
from wxpolicy.policyfile.values import place_of
from wxpolicy.policyfile.values import read_list
from wxpolicy.policyfile.values import shown
from wxpolicy.policyfile.yamltree import Mapping
from wxpolicy.policyfile.yamltree import Node
from wxpolicy.policyfile.yamltree import Refused
from wxpolicy.policyfile.yamltree import Scalar
from wxpolicy.policyfile.yamltree import decoded
from wxpolicy.policyfile.yamltree import lines_of
from wxpolicy.policyfile.yamltree import read_tree
from wxpolicy.terms import Api
from wxpolicy.terms import Text

API_OF_LIST: MappingType[str, Api] = MappingProxyType(
    {
        "request": Api.REQUEST,
        "uploadFile": Api.UPLOAD_FILE,
        "downloadFile": Api.DOWNLOAD_FILE,
        "connectSocket": Api.CONNECT_SOCKET,
        "upload": Api.UPLOAD_FILE,
        "download": Api.DOWNLOAD_FILE,
        "socket": Api.CONNECT_SOCKET,
        "requestdomain": Api.REQUEST,
        "uploaddomain": Api.UPLOAD_FILE,
        "downloaddomain": Api.DOWNLOAD_FILE,
        "wsrequestdomain": Api.CONNECT_SOCKET,
    }
)
# Lists of wx.createUDPSocket and wx.createTCPSocket, which do not use an HTTP proxy.
_SOCKET_LISTS = frozenset({"udpdomain", "tcpdomain", "udp", "tcp"})
_OTHER_NAMES = MappingProxyType(
    {"wsrequest": "connectSocket", "websocket": "connectSocket", "ws": "connectSocket", "http": "request"}
)
_ICP_OK = re.compile(r"(?:^|\s)#\s*icp-ok\b")

Domains = MappingType[Api, tuple[ListedDomain, ...]]


@dataclass(frozen=True, slots=True)
class DomainLists:
    """``domains`` has the valid entries for each of the four APIs. If ``mistakes`` is not empty, others are missing."""

    domains: Domains
    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...]


def read_domain_lists(text: str | bytes, source: str = "domains.json", edition: Edition = DEFAULT) -> DomainLists:
    """Read lists that were exported elsewhere, JSON or YAML, in any of the three forms. Never raises.

    Keys that are no list of a server domain (``action``, ``errcode``, ``webviewdomain`` ...) give a warning.
    """
    notes = Notes(source)
    domains: Domains = MappingProxyType(dict.fromkeys(Api, ()))
    plain = decoded(text, notes)
    if plain is not None and (pasted := read_pasted(plain)) is not None:
        domains = read_lists(pasted, edition, lines_of(plain), notes, foreign=True)
    elif plain is not None:
        is_json = looks_like_json(plain)
        if is_json:
            # JSON may be indented with tabs, which YAML refuses; within JSON strings a raw tab is not allowed.
            plain = plain.replace("\t", " ")
        root = _effective(read_tree(plain, notes))
        if root is None and is_json and (broken := broken_json(plain, source)) is not None:
            # YAML's error would not help someone who exported JSON.
            return DomainLists(domains, (broken,), ())
        if isinstance(root, Mapping) and any(key.text in API_OF_LIST for key, _ in root.pairs):
            domains = read_lists(root, edition, lines_of(plain), notes, foreign=True)
        elif not notes.mistakes:
            at, found = (root.at, shown(root)) if root is not None else (START, "")
            notes.mistake(at, found, _NO_LISTS, code_line('{"requestdomain": ["https://api.example.com"]}'))
    return DomainLists(domains, notes.mistakes, notes.warnings)


def _effective(root: Node | None) -> Node | None:
    """From get_effective_domain's answer, the lists that are in force; anything else is returned as it is."""
    for key, value in root.pairs if isinstance(root, Mapping) else ():
        if key.text == "effective_domain" and isinstance(value, Mapping):
            return value
    return root


def read_lists(root: Mapping, edition: Edition, lines: list[str], notes: Notes, foreign: bool = False) -> Domains:
    """The lists that are the keys of ``root``. ``lines`` is the file, for ``# icp-ok`` at the end of a line.

    ``foreign``: the file is another tool's, so unknown keys are no mistake.
    """
    domains: dict[Api, tuple[ListedDomain, ...]] = dict.fromkeys(Api, ())
    named: dict[Api, Scalar] = {}
    for key, value in root.pairs:
        api = API_OF_LIST.get(key.text)
        if api is None:
            _note_no_list(key, foreign, notes)
            continue
        if api in named and named[api].text != key.text:
            _note_same_list(key, named[api], api, notes)
        named.setdefault(api, key)
        domains[api] += _read_list(key, value, api, edition, lines, notes)
    return MappingProxyType(domains)


def _read_list(
    key: Scalar, value: Node, api: Api, edition: Edition, lines: list[str], notes: Notes
) -> tuple[ListedDomain, ...]:
    items = read_list(key, value, f"{edition.schemes[api]}://api.example.com", notes)
    if items is None:
        return ()
    most = edition.max_entries
    if most is not None and len(items) > most:
        expected = Text(
            f"每类最多配置 {most} 个域名，这里有 {len(items)} 个",
            f"a category can have at most {most} domains, but there are {len(items)}",
        )
        notes.warning(key.at, key.text, expected, Text("删除不再使用的域名", "delete domains that are no longer used"))
    first_at: dict[str, Place] = {}
    domains = []
    for item in items:
        domain = _read_item(item, api, edition, lines, notes)
        if domain is None:
            continue
        if domain.origin in first_at:
            line = first_at[domain.origin].line
            expected = Text(f"与第 {line} 行重复", f"this repeats line {line}")
            notes.warning(item.at, item.text, expected, Text("删除这一项", "delete this entry"))
            continue
        first_at[domain.origin] = item.at
        domains.append(domain)
    return tuple(domains)


def _read_item(item: Scalar, api: Api, edition: Edition, lines: list[str], notes: Notes) -> ListedDomain | None:
    entry = read_entry(item.text, api, edition)
    for fault in entry.faults:
        notes.mistake(item.at, item.text, fault.expected, fault.instead, fault.code)
    for warning in entry.warnings:
        if not _silenced(warning, item, lines):
            notes.warning(item.at, item.text, warning.expected, warning.instead, warning.code)
    return entry.domain


def _silenced(warning: Fault, item: Scalar, lines: list[str]) -> bool:
    line = lines[item.end.line - 1] if item.end.line <= len(lines) else ""
    return warning.code is Code.ICP_UNLIKELY and bool(_ICP_OK.search(line[item.end.column - 1 :]))


def _note_no_list(key: Scalar, foreign: bool, notes: Notes) -> None:
    if key.text in _SOCKET_LISTS:
        expected = Text(
            "UDP 和 TCP 的域名列表不起作用：HTTP 代理看不到这类连接",
            "lists of UDP and TCP have no effect: an HTTP proxy does not see these connections",
        )
        notes.warning(key.at, key.text, expected, Text("可以删除，也可以保留", "nothing; you may keep or delete it"))
    elif foreign:
        expected = Text("这个键不是服务器域名列表，已忽略", "this key is not a list of server domains and is ignored")
        notes.warning(key.at, key.text, expected, Text("不用修改", "nothing; you may keep it"))
    else:
        note_unknown_key(key, tuple(api.value for api in Api), notes, "domains.", {**_OTHER_NAMES, **_FORM_NAMES})


def _note_same_list(key: Scalar, first: Scalar, api: Api, notes: Notes) -> None:
    expected = Text(
        f"{key.text} 与第 {first.at.line} 行的 {first.text} 是同一个列表（{api}）",
        f"{key.text} is the same list as {first.text} on line {first.at.line} ({api})",
    )
    notes.mistake(key.at, key.text, expected, Text(f"把两个列表合并到 {api} 下", f"a single list under {api}"))


def read_domains_key(key: Scalar, value: Node, edition: Edition, lines: list[str], notes: Notes) -> Domains | None:
    """The ``domains`` of policy.yaml. None with a mistake if it is not a mapping."""
    if isinstance(value, Mapping):
        domains = read_lists(value, edition, lines, notes)
        if not value.pairs:
            expected = Text(
                "没有配置任何域名，正式版的请求会全部失败", "no domain is listed: a release build fails every call"
            )
            notes.warning(value.at, "{}", expected, code_line("domains: {request: [https://api.example.com]}"))
        return domains
    if not isinstance(value, Refused):
        expected = Text(
            "domains 下按 request、uploadFile、downloadFile、connectSocket 分别写列表",
            "domains must have one list each for request, uploadFile, downloadFile, connectSocket",
        )
        instead = code_line("domains: {request: [https://api.example.com]}")
        notes.mistake(place_of(key, value), shown(value) or "domains:", expected, instead)
    return None


_FORM_NAMES = MappingProxyType({name.lower(): api.value for name, api in API_OF_LIST.items()})
_NO_LISTS = Text(
    "没有找到域名列表；应有 requestdomain（或 request、uploadFile 等）这样的键",
    "no list of server domains found; expected keys such as requestdomain (or request, uploadFile ...)",
)
