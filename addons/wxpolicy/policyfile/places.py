"""The settings of policy.yaml for single hosts and URLs: ``hosts``, ``exclude``, ``apis``."""

from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from types import MappingProxyType

from wxpolicy.policy import DeclaredApi
from wxpolicy.policy import HostPlace
from wxpolicy.policy import ListedDomain
from wxpolicy.policy import excludes
from wxpolicy.policyfile.mistakes import Notes
from wxpolicy.policyfile.mistakes import code_line
from wxpolicy.policyfile.values import place_of
from wxpolicy.policyfile.values import read_choice
from wxpolicy.policyfile.values import read_list
from wxpolicy.policyfile.values import read_scalar
from wxpolicy.policyfile.values import shown
from wxpolicy.policyfile.yamltree import Mapping
from wxpolicy.policyfile.yamltree import Node
from wxpolicy.policyfile.yamltree import Refused
from wxpolicy.policyfile.yamltree import Scalar
from wxpolicy.terms import Api
from wxpolicy.terms import Text
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable
from wxpolicy.url.hosts import HostKind
from wxpolicy.url.hosts import read_host
from wxpolicy.url.urls import DEFAULT_PORTS
from wxpolicy.url.urls import Url
from wxpolicy.url.urls import read_url

Domains = MappingType[Api, tuple[ListedDomain, ...]]

# wx.connectSocket is recognised by its handshake, and need not be declared.
_DECLARABLE = (Api.REQUEST.value, Api.UPLOAD_FILE.value, Api.DOWNLOAD_FILE.value)
_OTHER_API_NAMES = {"upload": "uploadFile", "download": "downloadFile"}


def read_hosts(key: Scalar, value: Node, notes: Notes) -> MappingType[str, HostPlace]:
    """``hosts``: the address of a name, as in a hosts file, optionally with another port."""
    places: dict[str, HostPlace] = {}
    lines: dict[str, int] = {}
    for inner, inner_value in _pairs(key, value, "hosts: {api.example.com: 10.0.0.5:8443}", notes):
        host = read_host(inner.text)
        if host.kind is not HostKind.DOMAIN or host.tail_dot or "*" in inner.text:
            meant = _host_in(inner.text)
            notes.mistake(inner.at, inner.text, _A_NAME, code_line(f"{meant or 'api.example.com'}: 10.0.0.5"))
            continue
        text = read_scalar(inner, inner_value, _AN_ADDRESS, code_line(f"{host.ascii}: 10.0.0.5"), notes)
        place = _place(text) if text is not None else None
        if text is not None and place is None:
            meant = _host_in(text) or "10.0.0.5:8443"
            notes.mistake(inner_value.at, text, _AN_ADDRESS, code_line(f"{host.ascii}: {meant}"))
        elif host.ascii in places and places[host.ascii] != place:
            _note_twice(inner, host.ascii, lines[host.ascii], notes)
        elif place is not None:
            places[host.ascii] = place
            lines.setdefault(host.ascii, inner.at.line)
            notes.places.setdefault((key.text, host.ascii), inner.at)
    return MappingProxyType(places)


def read_connect(text: str) -> tuple[str, HostPlace] | Text:
    """HOST=ADDR[:PORT] on the command line; what is wrong with it if it is invalid."""
    name, equals, where = text.partition("=")
    host, place = read_host(name.strip()), _place(where.strip())
    if equals and place is not None and host.kind is HostKind.DOMAIN and not host.tail_dot and "*" not in name:
        return host.ascii, place
    found = printable(beginning(text))
    meant = host.ascii if host.kind is HostKind.DOMAIN else "api.example.com"
    return Text(
        f"找到 {found}，应为 域名=地址 或 域名=地址:端口，例如 {meant}=10.0.0.5:8443",
        f"found {found}, expected HOST=ADDR or HOST=ADDR:PORT, for example {meant}=10.0.0.5:8443",
    )


def read_apis(key: Scalar, value: Node, notes: Notes) -> tuple[DeclaredApi, ...]:
    """``apis``: the API of a URL, or of all URLs with this prefix. The longest comes first."""
    found: dict[str, DeclaredApi] = {}
    lines: dict[str, int] = {}
    for inner, inner_value in _pairs(key, value, "apis: {https://api.example.com/form: request}", notes):
        url = read_url(inner.text)
        if url.invalid is not None or url.scheme not in ("https", "http") or url.host.kind is HostKind.INVALID:
            expected = Text(
                f"应为 https:// 开头的 URL{_because(url).zh}",
                f"expected a URL that starts with https://{_because(url).en}",
            )
            meant = _host_in(inner.text) or "api.example.com/form"
            notes.mistake(inner.at, inner.text, expected, code_line(f"https://{meant}: request"))
            continue
        word = read_choice(inner, inner_value, _DECLARABLE, notes, _OTHER_API_NAMES)
        if word is None:
            continue
        port = url.port if url.port is not None else DEFAULT_PORTS[url.scheme]
        declared = DeclaredApi(url.scheme, url.host.ascii, port, url.path, Api(word))
        prefix = f"{url.scheme}://{url.host.ascii}:{port}{url.path}"
        if prefix in found and found[prefix].api is not declared.api:
            _note_twice(inner, inner.text, lines[prefix], notes)
            continue
        found.setdefault(prefix, declared)
        lines.setdefault(prefix, inner.at.line)
    return tuple(sorted(found.values(), key=lambda declared: -len(declared.path)))


def read_exclude(
    key: Scalar, value: Node, domains: Domains, apis: tuple[DeclaredApi, ...], notes: Notes
) -> tuple[str, ...] | None:
    """``exclude``: hosts that are no call of ours; ``*.`` and a name stands for all below it.

    A host that the rest of the file counts on cannot be taken out.
    """
    items = read_list(key, value, '"*.google.com"', notes)
    if items is None:
        return None
    patterns: dict[str, None] = {}
    for item in items:
        below = item.text.startswith("*.")
        host = read_host(item.text[2:] if below else item.text)
        if host.kind is HostKind.INVALID or host.tail_dot or (below and host.kind is not HostKind.DOMAIN):
            meant = _host_in(item.text.removeprefix("*.")) or "example.com"
            notes.mistake(item.at, item.text, _A_PATTERN, code_line(f'"*.{meant}"' if below else meant))
            continue
        pattern = f"*.{host.ascii}" if below else host.ascii
        patterns[pattern] = None
        for where, counted_on in _counted_on(domains, apis):
            if excludes((pattern,), counted_on):
                expected = Text(
                    f"{counted_on} 已写在 {where} 中，不能排除",
                    f"{counted_on} is listed under {where} and cannot be excluded",
                )
                instead = Text("删除这一项，或在那里删除这个域名", "delete this item, or the host there")
                notes.mistake(item.at, item.text, expected, instead)
                break
    return tuple(patterns)


def _counted_on(domains: Domains, apis: tuple[DeclaredApi, ...]) -> Iterator[tuple[str, str]]:
    for api, entries in domains.items():
        yield from ((f"domains.{api.value}", entry.host) for entry in entries)
    yield from (("apis", declared.host) for declared in apis)


def _pairs(key: Scalar, value: Node, example: str, notes: Notes) -> Iterator[tuple[Scalar, Node]]:
    """The pairs of a mapping with arbitrary keys; a mistake if it is not a mapping."""
    if isinstance(value, Mapping):
        yield from value.pairs
    elif not isinstance(value, Refused):
        expected = Text(f"{key.text} 下每行写一个“键: 值”", f"{key.text} must have `key: value` lines")
        notes.mistake(place_of(key, value), shown(value) or f"{key.text}:", expected, code_line(example))


def _place(text: str) -> HostPlace | None:
    """``10.0.0.5``, ``10.0.0.5:8443``, ``::1``, ``[::1]:8443`` or a name, with or without a port."""
    bare = read_host(text)
    if bare.kind is HostKind.IPV6 and not text.startswith("["):
        return HostPlace(bare.ascii)
    url = read_url(f"https://{text}")
    if url.invalid is not None or url.userinfo or url.path != "/" or text.endswith(("/", "#", "?")):
        return None
    return HostPlace(url.host.ascii, url.port)


def _host_in(text: str) -> str | None:
    """The host in something that looks like a URL or an entry of a list."""
    url = read_url(text if "://" in text else f"https://{text}")
    return url.host.ascii if url.invalid is None and url.host.kind is not HostKind.INVALID else None


def _because(url: Url) -> Text:
    why = url.invalid
    return Text(f"（{why.zh}）", f" ({why.en})") if why is not None else Text("", "")


def _note_twice(key: Scalar, name: str, line: int, notes: Notes) -> None:
    expected = Text(f"{name} 在第 {line} 行已有不同的值", f"line {line} has another value for {name}")
    notes.mistake(key.at, key.text, expected, Text("两行只留一行", "only one of the two lines"))


_A_NAME = Text("应为一个域名，不带协议、端口和通配符", "expected a host name, without scheme, port or wildcard")
_AN_ADDRESS = Text(
    "应为 IP 地址或主机名，可以带端口（如 10.0.0.5:8443）", "expected an address or host name, with or without a port"
)
_A_PATTERN = Text(
    "应为域名，或用 *. 开头表示它的所有子域名；不带协议和端口",
    "expected a host, or *. with a host for all its subdomains, without scheme or port",
)
