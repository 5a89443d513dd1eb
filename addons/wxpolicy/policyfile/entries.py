"""One entry of a server-domain list: read it, or say everything that is wrong with it.

An entry is ``https://host`` (``wss://host`` for connectSocket) and nothing
else (seed-2017 §1; in edition current also ``:port``, platform §1). The entry
is taken apart from left to right; each part is judged by itself, so that an
entry with three faults gives three.
"""

import re
from dataclasses import dataclass

from wxpolicy.editions import Edition
from wxpolicy.editions.edition import PortRule
from wxpolicy.finding import Code
from wxpolicy.policy import ListedDomain
from wxpolicy.policyfile.entryhost import judge_host
from wxpolicy.policyfile.entryhost import placeholder
from wxpolicy.policyfile.mistakes import code_line
from wxpolicy.policyfile.tlds import Filing
from wxpolicy.policyfile.tlds import filing_of
from wxpolicy.terms import Api
from wxpolicy.terms import Text
from wxpolicy.text.printable import beginning
from wxpolicy.url.hosts import Host
from wxpolicy.url.hosts import read_host

# Blanks, control characters and the invisible ones that pasting brings along.
_BLANKS = r"\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff"
# mp.weixin.qq.com separates entries with semicolons.
_SEPARATOR = re.compile(f"[{_BLANKS},;，；、|]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://")
_BROKEN_SCHEME = re.compile(r"(https?|wss?)(?:[:：][/\\／]*|[/\\／]{2,})", re.IGNORECASE)
_TAIL = re.compile(r"[/?#\\／？＃]")
_PORT = re.compile(r"[1-9][0-9]{0,4}")

_MAX_PIECES_SHOWN = 3
# A scheme, a name of 253 characters (RFC 1035) in any spelling, and something pasted after it.
MAX_ENTRY_LENGTH = 4096


@dataclass(frozen=True, slots=True)
class Fault:
    """One problem of an entry: what was expected, and what to write instead."""

    code: Code
    expected: Text
    instead: Text


@dataclass(frozen=True, slots=True)
class Entry:
    """``domain`` is None if there is any fault; ``repaired`` is the entry as it probably should be, or None."""

    domain: ListedDomain | None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    repaired: str | None = None


@dataclass(slots=True)
class _Parts:
    """The remaining part of an entry while it is parsed; ``wrong`` pairs codes with what was expected."""

    rest: str
    wrong: list[tuple[Code, Text]]
    scheme: str
    port: int | None = None


def read_entry(text: str, api: Api, edition: Edition) -> Entry:
    """Read one entry of the list of ``api``. Never raises.

    A wrong scheme, port, path or host is a fault; upper case, internationalised
    names and a name that can hardly be filed are warnings.
    """
    wanted = edition.schemes[api]
    if len(text) > MAX_ENTRY_LENGTH:
        return Entry(None, (Fault(Code.URL_INVALID, _TOO_LONG, placeholder(wanted)),))
    # 1)
    pieces = [piece for piece in _SEPARATOR.split(text) if piece]
    if len(pieces) > 1 and all(_looks_whole(piece) for piece in pieces):
        return _several(pieces, api, edition)
    parts = _Parts("".join(pieces), [], wanted)
    if parts.rest != text:
        parts.wrong.append((Code.URL_INVALID, _BLANKS_INSIDE))
    # 2) to 5), from left to right
    _take_scheme(parts, api)
    _take_tail(parts)
    _take_user(parts)
    _take_port(parts, edition, edition.ports[api])
    # 6)
    host = read_host(parts.rest)
    host_wrong, advice = judge_host(host, wanted, edition)

    repaired = None
    if advice is None:
        repaired = ListedDomain(text, wanted, host.ascii, parts.port).origin
    wrong = parts.wrong + host_wrong
    if wrong:
        instead = code_line(repaired) if repaired else advice or placeholder(wanted)
        return Entry(None, tuple(Fault(code, expected, instead) for code, expected in wrong), (), repaired)
    domain = ListedDomain(text, wanted, host.ascii, parts.port)
    return Entry(domain, (), tuple(_warnings(domain, host)), repaired)


def _looks_whole(piece: str) -> bool:
    return "." in piece and not piece.endswith("//")


def _several(pieces: list[str], api: Api, edition: Edition) -> Entry:
    lines = [f"- {read_entry(piece, api, edition).repaired or piece}" for piece in pieces[:_MAX_PIECES_SHOWN]]
    more = " …" if len(pieces) > _MAX_PIECES_SHOWN else ""
    count = len(pieces)
    expected = Text(
        f"这一项里写了 {count} 个域名，每项只能写一个",
        f"one entry has {count} domains; each needs its own entry",
    )
    joined = beginning(" ".join(lines)) + more
    instead = Text(f"分成 {count} 行：{joined}", f"{count} lines: {joined}")
    return Entry(None, (Fault(Code.URL_INVALID, expected, instead),))


def _take_scheme(parts: _Parts, api: Api) -> None:
    schemes = []
    while match := _SCHEME.match(parts.rest):
        schemes.append(match[1].lower())
        parts.rest = parts.rest[match.end() :]
    broken = _BROKEN_SCHEME.match(parts.rest)
    wanted = parts.scheme
    if broken or (schemes and parts.rest[:1] in ("/", "\\")):
        parts.rest = parts.rest[broken.end() if broken else 0 :].lstrip("/\\／")
        if not schemes:
            parts.wrong.append(
                (
                    Code.URL_INVALID,
                    Text(f"协议写错了，应为 {wanted}://", f"the scheme is misspelled; expected {wanted}://"),
                )
            )
            return
    if len(schemes) > 1 or (schemes and broken):
        expected = Text(f"写了两个协议，只能有一个 {wanted}://", f"there are two schemes; expected one {wanted}://")
        parts.wrong.append((Code.URL_INVALID, expected))
    elif not schemes:
        parts.rest = parts.rest.lstrip("/")
        expected = Text(
            f"缺少协议，{api} 的域名以 {wanted}:// 开头",
            f"the scheme is missing; a domain of {api} starts with {wanted}://",
        )
        parts.wrong.append((Code.URL_INVALID, expected))
    elif schemes[0] != wanted:
        parts.wrong.append(_wrong_scheme(schemes[0], wanted, api))


def _wrong_scheme(scheme: str, wanted: str, api: Api) -> tuple[Code, Text]:
    if scheme in ("http", "ws"):
        return Code.SCHEME_NOT_SECURE, Text(
            f"不支持 {scheme}://，{api} 的域名只能用 {wanted}://",
            f"{scheme}:// is not secure; a domain of {api} starts with {wanted}://",
        )
    if scheme == "https":
        return Code.DOMAIN_WRONG_CATEGORY, Text(
            "connectSocket 的域名用 wss://；https:// 的域名写到 request、uploadFile 或 downloadFile 下",
            "a domain of connectSocket starts with wss://; https:// belongs under request, uploadFile or downloadFile",
        )
    if scheme == "wss":
        return Code.DOMAIN_WRONG_CATEGORY, Text(
            f"{api} 的域名用 https://；wss:// 的域名写到 connectSocket 下",
            f"a domain of {api} starts with https://; wss:// belongs under connectSocket",
        )
    return Code.URL_INVALID, Text(
        f"没有 {scheme}:// 这个协议，应为 {wanted}://",
        f"{scheme}:// is not supported in a server domain; use {wanted}://",
    )


def _take_tail(parts: _Parts) -> None:
    match = _TAIL.search(parts.rest)
    if not match:
        return
    tail = parts.rest[match.start() :]
    parts.rest = parts.rest[: match.start()]
    if tail == "/":
        expected = Text("域名末尾不能有 /", "a server domain cannot end with /")
    else:
        expected = Text("域名后面不能带路径、查询参数或 #", "a server domain cannot have a path, query or fragment")
    parts.wrong.append((Code.URL_INVALID, expected))


def _take_user(parts: _Parts) -> None:
    if "@" in parts.rest:
        parts.rest = parts.rest.rpartition("@")[2]
        parts.wrong.append(
            (
                Code.URL_INVALID,
                Text(
                    "域名中不能有用户名和密码（@ 之前的部分）",
                    "a server domain cannot have a user name or password (the part before @)",
                ),
            )
        )


def _take_port(parts: _Parts, edition: Edition, rule: PortRule) -> None:
    in_brackets = re.fullmatch(r"(\[[^\]]*\])[:：]?(.*)", parts.rest)
    colons = parts.rest.count(":") + parts.rest.count("：")
    if in_brackets:
        host, port, has_port = in_brackets[1], in_brackets[2], len(parts.rest) > len(in_brackets[1])
    elif colons == 1:
        host, port = re.split("[:：]", parts.rest)
        has_port = True
    else:
        return
    parts.rest = host
    if not has_port:
        return
    if rule is PortRule.NEVER:
        expected = Text(
            f"域名不能带端口号（{edition.name} 版规则）",
            f"a server domain cannot have a port in edition {edition.name}",
        )
        parts.wrong.append((Code.PORT_NOT_ALLOWED, expected))
    elif _PORT.fullmatch(port) and int(port) <= 65535:
        parts.port = int(port)
    else:
        expected = Text("端口应为 1 到 65535 的整数", "a port is a whole number from 1 to 65535")
        parts.wrong.append((Code.URL_INVALID, expected))


def _warnings(domain: ListedDomain, host: Host) -> list[Fault]:
    warnings = []
    instead = code_line(domain.origin)
    if host.spelled.lower() != host.ascii:
        expected = Text(f"国际化域名按 {host.ascii} 比较", f"this name is compared as {host.ascii}")
        warnings.append(Fault(Code.URL_INVALID, expected, instead))
    elif domain.text != domain.origin:
        warnings.append(Fault(Code.URL_INVALID, Text("域名请用小写", "write server domains in lower case"), instead))
    if domain.port == 443:
        expected = Text(
            "带 :443 的条目只匹配写明 :443 的 URL", "an entry with :443 matches only URLs with an explicit :443"
        )
        bare = f"{domain.scheme}://{domain.host}"
        warnings.append(Fault(Code.PORT_NOT_ALLOWED, expected, code_line(bare)))
    filing = filing_of(domain.host)
    if filing is not Filing.POSSIBLE:
        tld = domain.host.rpartition(".")[2]
        expected = _RESERVED_TLD if filing is Filing.RESERVED else _UNFILEABLE_TLD
        expected = Text(expected.zh.format(tld=tld), expected.en.format(tld=tld))
        warnings.append(Fault(Code.ICP_UNLIKELY, expected, _ICP_ADVICE))
    return warnings


_TOO_LONG = Text("这一项太长，不可能是一个域名", "this entry is too long to be a domain")
_BLANKS_INSIDE = Text(
    "域名里不能有空格、换行、逗号、分号或看不见的字符",
    "a server domain cannot contain blanks, line breaks, commas, semicolons or invisible characters",
)
_RESERVED_TLD = Text(
    "以 .{tld} 结尾的是保留名，公网上不存在，不能备案；只适合测试环境",
    "names in .{tld} are reserved and cannot get an ICP filing; use them in test environments only",
)
_UNFILEABLE_TLD = Text(
    "以 .{tld} 结尾的域名多半不能在国内备案（ICP），没有备案就配置不上；这只是推测，客户端运行时不检查备案",
    "names in .{tld} probably cannot get an ICP filing, and a domain without one cannot be listed; "
    "this is a guess, clients do not check it at run time",
)
_ICP_ADVICE = Text(
    "换用已备案的域名；确认没有问题时，在这一行末尾加上 # icp-ok",
    "a domain with an ICP filing; if you are sure, add # icp-ok at the end of the line",
)
