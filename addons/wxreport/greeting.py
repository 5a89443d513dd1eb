"""What a person needs to know once the proxy listens."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import segno

from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope
from wxpolicy.terms import Text
from wxpolicy.url.hosts import with_brackets

MODES = {
    Mode.RELEASE: Text("按正式版执行全部规则", "every rule of a release build is imposed"),
    Mode.DEBUG: Text(
        "像打开调试一样跳过域名、TLS 与证书检查，并记录正式版会怎样",
        "domain, TLS and certificate checks are skipped as with debugging on; what release would do is recorded",
    ),
    Mode.OBSERVE: Text("不改动任何流量，只判断和记录", "nothing is altered, everything is judged and recorded"),
}
SCOPES = {
    Scope.MINIPROGRAM: Text(
        "只检查带有该小程序 Referer 的请求，手机的其他流量原样通过",
        "only calls with this mini-program's Referer; a phone's other traffic passes untouched",
    ),
    Scope.ALL: Text("检查测试程序、模拟器或 H5 的每一次调用", "every call of a test harness, simulator or H5 build"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the proxy is to be found. ``hosts`` are this machine's addresses, one at least.

    ``page_url`` is None where no page is served. ``wireguard`` is the configuration for
    a phone's WireGuard app where the proxy speaks that, else None.
    """

    hosts: tuple[str, ...]
    port: int
    certificate_file: str
    session: str
    session_is_continued: bool = False
    page_url: str | None = None
    wireguard: str | None = None

    @property
    def lan_host(self) -> str:
        """The address for another device: the first that is not this machine's own."""
        return next((host for host in self.hosts if not host.startswith("127.")), self.hosts[0])


def greeting(policy: Policy, policy_file: str, place: Place, lang: str) -> Iterator[str]:
    """The lines printed at the start, in one language."""

    def in_lang(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    if place.wireguard is not None:
        yield in_lang(
            f"代理已启动（WireGuard，UDP 端口 {place.port}）：手机的全部流量都会经过它。在手机的 WireGuard 应用里扫码，或新建隧道并填入：",
            f"The proxy is up (WireGuard, UDP port {place.port}): all of the phone's traffic passes it. In the phone's WireGuard app, scan the code or make a tunnel of:",
        )
        yield from (f"  {line}" for line in _for_the_phone(place).splitlines())
        yield in_lang(
            "隧道连通后，在手机上打开它安装并信任证书：",
            "With the tunnel on, open this on the phone to install and trust the certificate:",
        )
        yield "  http://mitm.it/"
    else:
        yield in_lang(
            "代理已启动。把手机或开发者工具的 HTTP 代理设为：",
            "The proxy is up. Set the HTTP proxy of the phone or the devtools to one of:",
        )
        for host in place.hosts:
            yield f"  {with_brackets(host)}:{place.port}"
        yield in_lang(
            "安装并信任证书（设好代理后打开，或直接扫码）：",
            "Install and trust the certificate (open with the proxy set, or scan the code):",
        )
        yield f"  http://mitm.it/    http://{with_brackets(place.lan_host)}:{place.port}/"
    yield in_lang(f"  本机文件：{place.certificate_file}", f"  file on this machine: {place.certificate_file}")
    yield ""
    yield in_lang(
        f"策略 {policy_file}（改动保存后立即生效）：",
        f"Policy {policy_file} (a save takes effect at once for new calls):",
    )
    yield f"  appid    {policy.appid}"
    yield f"  edition  {policy.edition.name}"
    yield f"  mode     {policy.mode.value}: {MODES[policy.mode].in_lang(lang)}"
    yield f"  scope    {policy.scope.value}: {SCOPES[policy.scope].in_lang(lang)}"
    counts = "  ".join(f"{api.value} {len(policy.listed(api))}" for api in Api)
    yield in_lang(f"  域名     {counts}", f"  domains  {counts}")
    for name, where in policy.hosts.items():
        yield in_lang(f"  hosts    {name} 连到 {where}", f"  hosts    {name} lives at {where}")
    if place.page_url:
        yield in_lang(f"在本机浏览器里查看：{place.page_url}", f"See it in this machine's browser: {place.page_url}")
    if place.wireguard is None:
        yield in_lang(
            "手机前后台（在手机上打开，须经过代理）：http://miniprogram.test/",
            "Background and foreground, from the phone itself, through the proxy: http://miniprogram.test/",
        )
    if place.session_is_continued:
        yield in_lang(
            f"{place.session} 里已有会话：新的调用接着写进去，报告会包含以前的调用。",
            f"{place.session} holds a session already: new calls are added to it, and its report tells of the old ones too.",
        )
    yield in_lang(
        f"会话记录在 {place.session}；按 Ctrl-C 结束并查看报告。",
        f"The session is recorded in {place.session}. Ctrl-C ends it with the report.",
    )


def to_scan(place: Place) -> str | None:
    """What a phone scans: its WireGuard configuration, or where it gets the certificate; None where no phone can reach it."""
    if place.lan_host.startswith("127."):
        return None
    if place.wireguard is not None:
        return _for_the_phone(place)
    return f"http://{with_brackets(place.lan_host)}:{place.port}/"


def _for_the_phone(place: Place) -> str:
    """mitmproxy's Endpoint is the address that was listened on (0.0.0.0), which leads nowhere from a phone."""
    assert place.wireguard is not None
    return re.sub(r"(?m)^Endpoint = .*$", f"Endpoint = {with_brackets(place.lan_host)}:{place.port}", place.wireguard)


def qr_code(url: str) -> str:
    """The URL as a QR code for a terminal."""
    out = io.StringIO()
    segno.make(url, error="l").terminal(out, compact=True)
    return out.getvalue()
