"""What the user needs to know when the proxy listens."""

import io
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass

import segno

from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope
from wxpolicy.terms import Text
from wxpolicy.url.hosts import with_brackets
from wxreport.entrance import Entrance
from wxreport.entrance import is_loopback

# The phone's own page, by its name and, where no name resolves, by an address that is routed into the proxy.
PHONE_PAGE = "http://miniprogram.test/"
PHONE_PAGE_BY_ADDRESS = "http://192.0.2.53/"
MODES = {
    Mode.RELEASE: Text("执行正式版的全部限制", "all restrictions of a release build apply"),
    Mode.DEBUG: Text(
        "与打开调试一样跳过域名、TLS 与证书检查，并记录正式版会怎样",
        "domain, TLS and certificate checks are skipped, as with debugging on; the release verdict is recorded",
    ),
    Mode.OBSERVE: Text("不改变任何流量，只检查和记录", "nothing is changed; everything is judged and recorded"),
}
SCOPES = {
    Scope.MINIPROGRAM: Text(
        "只检查带有该小程序 Referer 的调用，其他流量原样通过",
        "only calls with this mini-program's Referer; all other traffic passes unchanged",
    ),
    Scope.ALL: Text("检查测试程序、模拟器或 H5 的每一次调用", "every call of a test harness, simulator or H5 build"),
}


MOST_OLDER = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where the proxy can be reached: at least one entrance. ``page_url`` is None if no page is served."""

    entrances: tuple[Entrance, ...]
    certificate_file: str
    session: str
    session_is_continued: bool = False
    page_url: str | None = None
    # Names of sessions in the same folder, the most recently written first.
    older: tuple[str, ...] = ()
    command: str = ""  # of --exec, as it may be shown


def greeting(policies: Sequence[tuple[str, Policy]], place: Place, lang: str) -> Iterator[str]:
    """The lines printed at the start, in one language. ``policies`` are those in force, each with its file."""

    def in_lang(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    yield in_lang("代理已启动。", "The proxy is running.")
    if place.command:
        yield in_lang(
            f"下面的命令从环境变量得到代理与证书：{place.command}",
            f"This command gets proxy and certificate from its environment: {place.command}",
        )
    for entrance in place.entrances:
        # Whoever runs tests has no phone to set up.
        how = _places(entrance) if place.command and entrance.is_explicit else way_in(entrance)
        yield from (text.in_lang(lang) for text in how)
    yield in_lang(f"  证书文件：{place.certificate_file}", f"  certificate file: {place.certificate_file}")
    yield ""
    for file, policy in policies:
        yield from (text.in_lang(lang) for text in _in_force(file, policy))
    if place.page_url:
        yield in_lang(
            f"在本机浏览器中打开页面：{place.page_url}", f"Open the page in this machine's browser: {place.page_url}"
        )
        if place.older:
            names, more = ", ".join(place.older[:MOST_OLDER]), len(place.older) - MOST_OLDER
            yield in_lang(
                f"历史会话也可在页面中打开：{names}{f'，另有 {more} 个' if more > 0 else ''}",
                f"Past sessions open there too: {names}{f' and {more} more' if more > 0 else ''}",
            )
    if place.session_is_continued:
        yield in_lang(
            f"{place.session} 中已有会话：新的调用会追加进去，报告也包含以前的调用。",
            f"{place.session} already contains a session: new calls are added to it, and the report includes the old ones.",
        )
    yield in_lang(
        f"会话录制在 {place.session}；按 Ctrl-C 结束并打印报告。",
        f"The session is recorded in {place.session}. Press Ctrl-C to stop and print the report.",
    )


def _in_force(file: str, policy: Policy) -> Iterator[Text]:
    yield Text(
        f"策略 {file}（保存后对新的调用立即生效）：",
        f"Policy {file} (changes apply to new calls as soon as they are saved):",
    )
    yield _same(f"  appid    {policy.appid}")
    yield _same(f"  edition  {policy.edition.name}")
    mode, scope = MODES[policy.mode], SCOPES[policy.scope]
    yield Text(f"  mode     {policy.mode.value}: {mode.zh}", f"  mode     {policy.mode.value}: {mode.en}")
    yield Text(f"  scope    {policy.scope.value}: {scope.zh}", f"  scope    {policy.scope.value}: {scope.en}")
    counts = "  ".join(f"{api.value} {len(policy.listed(api))}" for api in Api)
    yield Text(f"  域名     {counts}", f"  domains  {counts}")
    for name, where in policy.hosts.items():
        yield Text(f"  hosts    {name} 连到 {where}", f"  hosts    {name} is at {where}")


def way_in(entrance: Entrance) -> Iterator[Text]:
    """How to connect a client through it."""
    if entrance.is_explicit:
        yield (
            Text("把手机或开发者工具的 HTTP 代理设为：", "Set the HTTP proxy of the phone or the devtools to:")
            if entrance.for_a_phone is not None
            else Text(
                f"把本机的开发者工具或程序的 HTTP 代理设为（手机连不到这里；要连手机请用 --listen 0.0.0.0:{entrance.port}）：",
                f"Set the HTTP proxy of the devtools or of programs on this machine to (no phone reaches it; for phones use --listen 0.0.0.0:{entrance.port}):",
            )
        )
        yield from _places(entrance)
        if entrance.kind == "upstream":
            yield Text(
                f"请求经上游代理 {entrance.target} 发出；域名由它解析，hosts 不起作用。",
                f"Requests go through the upstream proxy {entrance.target}, which resolves names; hosts has no effect.",
            )
        if entrance.scan is not None:
            yield Text(
                "在手机上打开（或扫码）下面的页面，按步骤设置代理、安装证书：",
                "Open this page on the phone (or scan the code) to set up proxy and certificate step by step:",
            )
            yield _same(f"  {entrance.scan}")
        yield Text(
            f"设好代理之后：{PHONE_PAGE}（证书、前后台、本设备的调用）",
            f"Once the proxy is set: {PHONE_PAGE} (certificate, background and foreground, this device's calls)",
        )
    elif entrance.tunnel is not None:
        yield Text(
            f"WireGuard（UDP 端口 {entrance.port}）：手机的全部流量都会经过代理。在手机的 WireGuard 应用中扫码，或用以下内容新建隧道：",
            f"WireGuard (UDP port {entrance.port}): all traffic of the phone goes through the proxy. In the phone's WireGuard app, scan the code or create a tunnel with:",
        )
        yield from (_same(f"  {line}") for line in entrance.tunnel.strip().splitlines())
        yield Text(
            "隧道不能覆盖的：UDP 只计数、不检查（QUIC 被拦截，调用改走 TCP）；ping（ICMP）不转发；使用另一个 VPN 的应用看不到。",
            "Not covered by the tunnel: UDP passes unjudged and is counted (QUIC is blocked, so that calls use TCP); ping (ICMP) is not forwarded; apps that use another VPN are not seen.",
        )
        yield Text(
            f"隧道连通后，在手机上打开 {PHONE_PAGE} 安装并信任证书；多台手机各用一条隧道才能区分。",
            f"With the tunnel on, open {PHONE_PAGE} on the phone to install and trust the certificate. Phones that share a tunnel cannot be told apart.",
        )
    elif entrance.kind == "transparent":
        gateway = entrance.for_a_phone or entrance.hosts[0]
        yield Text(
            f"透明代理：把手机的网关设为 {gateway}，并在本机把发往 80、443 端口的 TCP 重定向到端口 {entrance.port}；手机上不设置代理。",
            f"Transparent mode: set the phone's gateway to {gateway}, and redirect TCP to ports 80 and 443 to port {entrance.port} on this machine; set no proxy on the phone.",
        )
        yield Text(
            "没有重定向的流量不经过代理，也不计数：其他端口、UDP（QUIC），以及没有 ip6tables 规则的 IPv6。",
            "Traffic that is not redirected bypasses the proxy and is not counted: other ports, UDP (QUIC), and IPv6 unless ip6tables redirects it too.",
        )
        yield Text(
            f"然后在手机上打开 {PHONE_PAGE_BY_ADDRESS} 安装并信任证书。",
            f"Then open {PHONE_PAGE_BY_ADDRESS} on the phone to install and trust the certificate.",
        )
    elif entrance.kind == "socks5":
        yield Text("把客户端的 SOCKS5 代理设为：", "Set the client's SOCKS5 proxy to:")
        yield from _places(entrance)
        yield Text(
            f"然后打开 {PHONE_PAGE_BY_ADDRESS} 安装并信任证书。",
            f"Then open {PHONE_PAGE_BY_ADDRESS} to install and trust the certificate.",
        )
    elif entrance.kind == "reverse":
        yield Text(
            f"反向代理：发往以下地址的请求转发到 {entrance.target}，客户端不设置代理：",
            f"Reverse mode: requests to these addresses are forwarded to {entrance.target}; set no proxy in the client:",
        )
        yield from _places(entrance)
    else:
        yield _same(f"{entrance.kind}:")
        yield from _places(entrance)


def _places(entrance: Entrance) -> Iterator[Text]:
    for place in entrance.places:
        yield _same(f"  {place}")
    others = [host for host in entrance.hosts if not is_loopback(host)][1:]
    if others:
        yield Text(
            f"  （局域网地址很可能是 {with_brackets(entrance.hosts[0])}；连不上时试其他地址）",
            f"  (the LAN address is most likely {with_brackets(entrance.hosts[0])}; try the others if it cannot be reached)",
        )


def _same(text: str) -> Text:
    return Text(text, text)


def qr_code(url: str) -> str:
    """The URL as a QR code for a terminal."""
    out = io.StringIO()
    segno.make(url, error="l").terminal(out, compact=True)
    return out.getvalue()
