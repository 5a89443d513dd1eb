"""What a person needs to know once the proxy listens."""

import io
from collections.abc import Iterator
from collections.abc import Sequence

import segno

from wxpolicy.hosts import with_brackets
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope
from wxpolicy.terms import Text

MODES = {
    Mode.RELEASE: Text("按正式版执行全部规则", "every rule of a release build is imposed"),
    Mode.DEBUG: Text("像打开调试一样跳过域名、TLS 与证书检查，并记录正式版会怎样", "domain, TLS and certificate checks are skipped as with debugging on; what release would do is recorded"),
    Mode.OBSERVE: Text("不改动任何流量，只判断和记录", "nothing is altered, everything is judged and recorded"),
}
SCOPES = {
    Scope.MINIPROGRAM: Text("只检查带有该小程序 Referer 的请求，手机的其他流量原样通过", "only calls with this mini-program's Referer; a phone's other traffic passes untouched"),
    Scope.ALL: Text("检查所有 HTTP(S) 请求", "every HTTP(S) call"),
}


def greeting(policy: Policy, policy_file: str, hosts: Sequence[str], port: int, certificate_file: str, session: str, lang: str, page_url: str | None = None) -> Iterator[str]:
    """The lines printed at the start, in one language; ``hosts`` are this machine's addresses, one at least.

    ``page_url`` is None where no page is served.
    """

    def said(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    yield said("代理已启动。把手机或开发者工具的 HTTP 代理设为：", "The proxy is up. Set the HTTP proxy of the phone or the devtools to one of:")
    for host in hosts:
        yield f"  {with_brackets(host)}:{port}"
    yield said("安装并信任证书（设好代理后打开，或直接扫码）：", "Install and trust the certificate (open with the proxy set, or scan the code):")
    lan = [host for host in hosts if not host.startswith("127.")]
    yield f"  http://mitm.it/    http://{with_brackets((lan or hosts)[0])}:{port}/"
    yield said(f"  本机文件：{certificate_file}", f"  file on this machine: {certificate_file}")
    yield ""
    yield said(f"策略 {policy_file}（改动保存后立即生效）：", f"Policy {policy_file} (a save takes effect at once for new calls):")
    yield f"  appid    {policy.appid}"
    yield f"  edition  {policy.edition.value}"
    yield f"  mode     {policy.mode.value}: {MODES[policy.mode].said(lang)}"
    yield f"  scope    {policy.scope.value}: {SCOPES[policy.scope].said(lang)}"
    counts = "  ".join(f"{api.value} {len(policy.listed(api))}" for api in Api)
    yield said(f"  域名     {counts}", f"  domains  {counts}")
    if page_url:
        yield said(f"在本机浏览器里查看：{page_url}", f"See it in this machine's browser: {page_url}")
    yield said("手机前后台（在手机上打开，须经过代理）：http://miniprogram.test/", "Background and foreground, from the phone itself, through the proxy: http://miniprogram.test/")
    yield said(f"会话记录在 {session}；按 Ctrl-C 结束并查看报告。", f"The session is recorded in {session}. Ctrl-C ends it with the report.")


def qr_code(url: str) -> str:
    """The URL as a QR code for a terminal."""
    out = io.StringIO()
    segno.make(url, error="l").terminal(out, compact=True)
    return out.getvalue()
