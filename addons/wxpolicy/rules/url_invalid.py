"""URL_INVALID: a call must carry a host, and every host and port that it carries must be one.

Fails in every build, with debugging on too: there is no host to compare
(platform §3, errno 600009).

Passes:
    https://api.example.com/  https://api.example.com:8443/  (the port is another rule's)
Fails:
    https://a..example.com/  https://api.example.com\\@evil.example/  https:///path
    https://api.example.com:0/  https://api.example.com:70000/
    Host: %61pi.example.com
"""

from collections.abc import Iterator

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.call.facts import Where
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.rules.names import NamedHost
from wxpolicy.rules.names import named_hosts
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxpolicy.url.hosts import HostKind
from wxpolicy.url.urls import MAX_PORT

CLAUSE = "platform §3"


def check(call: CallFacts, classification: Classification, policy: Policy) -> Iterator[Finding]:
    """One finding a host that is unreadable or has an impossible port, one if there is no host at all."""
    if not call.names:
        message = Text("请求没有带任何域名。", "The call names no host at all.")
        yield Finding(Code.URL_INVALID, message, WRITE_A_URL, CLAUSE)
    for named in named_hosts(call):
        wrong, fix = _wrong_host(named) or _disguised(named), WRITE_A_URL
        if wrong is None:
            wrong, fix = _wrong_port(named), A_POSSIBLE_PORT
        if wrong:
            yield Finding(Code.URL_INVALID, wrong, fix, CLAUSE, subject=named.shown)


def _wrong_host(named: NamedHost) -> Text | None:
    why = named.host.why
    if why is None:
        return None
    return Text(
        f"“{named.shown}”{named.where.zh}不是合法的域名：{why.zh}。",
        f'"{named.shown}"{named.where.en} is not a valid host: {why.en}.',
    )


def _disguised(named: NamedHost) -> Text | None:
    """A name that a client's URL parser would have written plainly before it compared or sent it.

    On the wire hosts are ASCII (RFC 9110, RFC 6066), and the list is compared
    exactly (platform §1). In a URL in code, Chinese letters are fine.
    """
    if named.host.kind is not HostKind.DOMAIN:
        return None
    for name in named.names:
        plain = name.host.rstrip(".").isascii() or name.where is Where.URL
        if not plain or "%" in name.host:
            return Text(
                f"{named.shown} 在 {name.where.value} 中写成了“{printable(name.host)}”：线上的域名必须是普通的 ASCII 写法。",
                f'{named.shown} is spelled "{printable(name.host)}" in {name.where.value}: on the wire a host is plain ASCII.',
            )
    return None


def _wrong_port(named: NamedHost) -> Text | None:
    for name in named.names:
        if name.port is not None and not 0 < name.port <= MAX_PORT:
            return Text(
                f"{named.shown} 的端口 {name.port}（见于 {name.where.value}）不在 1 到 {MAX_PORT} 之间。",
                f"Port {name.port} of {named.shown} (in {name.where.value}) is not within 1 to {MAX_PORT}.",
            )
    return None


A_POSSIBLE_PORT = Text(
    f"去掉 url 里的端口，或改为 1 到 {MAX_PORT} 之间的端口。",
    f"Take the port out of the url, or write one from 1 to {MAX_PORT}.",
)
WRITE_A_URL = Text(
    "检查代码里拼接 url 的地方，写成 https://域名/路径（connectSocket 用 wss://），域名前后和中间不要有空白、@ 或反斜杠。",
    "Check where the code puts the url together: write https://host/path (wss:// for connectSocket), with no blank,"
    " @ or backslash in or around the host.",
)
