"""The fixed sentences of the text report, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

from wxpolicy.finding import Severity
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxreport.summary import Section
from wxreport.summary import Summary

SECTIONS: Mapping[Section, Text] = MappingProxyType(
    {
        Section.DEBUG_ONLY: Text("打开调试能用、关闭调试失败", "WORKS ONLY WITH DEBUGGING ON"),
        Section.VIOLATION: Text("其他失败（打开调试也一样）", "OTHER FAILURES (with debugging on, too)"),
        Section.OTHER_PLATFORM: Text("在这台设备上能用、在其他平台失败", "PASSES HERE, FAILS ON ANOTHER PLATFORM"),
        Section.WARNING: Text("警告", "WARNINGS"),
        Section.NOTE: Text("提示", "NOTES"),
        Section.NOT_OBSERVABLE: Text("本次会话无法判断的", "WHAT THIS SESSION CANNOT TELL"),
    }
)
NOT_JUDGED = Text("未检查的流量", "TRAFFIC THAT WAS NOT JUDGED")
SESSION_ITSELF = Text("会话本身", "THE SESSION ITSELF")

EXAMPLE = Text("例如", "for example")
RELEASE = Text("正式版", "release")
DEBUG = Text("打开调试", "debug")
PLATFORMS = Text("平台", "platforms")
MEND = Text("解决", "mend")
CLAUSE = Text("依据", "clause")

KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "other": Text("其他应用的请求", "requests of other apps"),
        "image": Text("图片", "images"),
        "webview": Text("web-view 页面", "web-view pages"),
        "mmtls": Text("微信 mmtls 连接", "WeChat mmtls connections"),
        "raw": Text("其他原始连接", "other raw connections"),
    }
)

NO_CALLS = (
    Text("客户端的代理是否指向本机？关闭后网页还能打开，说明没有经过代理", "Does the client use this proxy? If its pages still open with the proxy stopped, it does not"),
    Text("证书是否已安装并完全信任？", "Is the certificate installed and fully trusted?"),
    Text("scope 为 miniprogram 时只检查带小程序 Referer 的请求；测试工具与 H5 请用 --scope all", "In scope miniprogram only calls with a mini-program's Referer are judged; for test tools and H5 use --scope all"),
    Text("appid 写对了吗？不确定时可写 any", "Is the appid right? If in doubt, write any"),
)

# platform §4 and §6: true of every session, whatever was recorded.
NEVER_SEEN = (
    Text("https 地址里显式的 :443（隧道总会带端口号）", "an explicit :443 in an https URL (a tunnel always names a port)"),
    Text("客户端自己已拒绝的请求：请先关闭它的域名校验", "calls that the client itself refused: switch its own check off"),
    Text("不经过代理的流量：QUIC（HTTP/3）、forceCellularNetwork、云托管 callContainer", "traffic that does not pass the proxy: QUIC (HTTP/3), forceCellularNetwork, callContainer"),
    Text("手机上过期的域名列表：删除小程序后重新打开，或在开发者工具「详情-域名信息」刷新", "a stale domain list on the device: delete the mini-program and open it again, or refresh it in the devtools"),
)


def headline(summary: Summary) -> Text:
    """The one line that says how it stands."""
    causes = len(summary.causes[Section.DEBUG_ONLY])
    if causes:
        return Text(
            f"发现 {causes} 个原因会导致“打开调试能用、关闭调试失败”（涉及 {summary.debug_only} 次调用）",
            f"{_plural(causes, 'cause')} would fail only with debugging off ({_plural(summary.debug_only, 'call')})",
        )
    if summary.release_fail:
        return Text(
            f"{summary.release_fail} 次调用在正式版会失败，打开调试也一样",
            f"{_plural(summary.release_fail, 'call')} would fail in a release build, and with debugging on as well",
        )
    if not summary.calls:
        return Text("没有看到小程序的任何调用", "No call of a mini-program was seen")
    return Text(
        f"{summary.calls} 次调用在正式版都能成功",
        f"All {_plural(summary.calls, 'call')} would succeed in a release build",
    )


def totals(summary: Summary) -> Text:
    modes = ", ".join(f"{mode} {count}" for mode, count in sorted(summary.by_mode.items()))
    return Text(
        f"共 {summary.calls} 次调用：成功 {summary.success}，失败 {summary.fail}，仅调试可用 {summary.debug_only}；"
        f"模式 {modes}；设备 {len(summary.devices)} 台",
        f"{_plural(summary.calls, 'call')}: {summary.success} success, {summary.fail} fail, "
        f"{summary.debug_only} debug-only; mode {modes}; {_plural(len(summary.devices), 'device')}",
    )


def calls(count: int, devices: int) -> Text:
    if devices > 1:
        return Text(f"{count} 次，{devices} 台设备", f"{_plural(count, 'call')}, {devices} devices")
    return Text(f"{count} 次", _plural(count, "call"))


def platforms(spread: Mapping[Severity, tuple[Platform, ...]]) -> Text:
    """How much one thing weighs on which platforms, the gravest first."""
    said = {
        Severity.VIOLATION: Text("失败", "fails on"),
        Severity.WARNING: Text("可能失败", "may fail on"),
        Severity.NOTE: Text("通过", "passes on"),
    }
    weighed = [(said[severity], spread[severity]) for severity in said if severity in spread]
    return Text(
        "；".join(f"{'、'.join(names)} {text.zh}" for text, names in weighed),
        "; ".join(f"{text.en} {', '.join(names)}" for text, names in weighed),
    )


def foreign(appid: str, count: int) -> Text:
    return Text(
        f"小程序 {appid} 发出了 {count} 次请求：如要检查，请把它的 appid 写进 policy.yaml",
        f"{appid} made {_plural(count, 'call')}: put its appid into policy.yaml",
    )


def untrusting(device: str, host: str, count: int) -> Text:
    return Text(
        f"设备 {device} 上访问 {host} 的应用不信任代理的证书（{count} 次）：若是小程序，请安装证书并开启完全信任",
        f"on {device}, the app that calls {host} does not trust the proxy's certificate ({_times(count)}): if it is the mini-program, install the certificate and trust it fully",
    )


def unopened(hosts: str) -> Text:
    return Text(f"以下主机的连接未经解密直接转发：{hosts}", f"forwarded without being looked into: {hosts}")


def dropped(count: int) -> Text:
    return Text(
        f"RECORD_DROPPED：有 {count} 条记录未能写入，本报告不完整",
        f"RECORD_DROPPED: {_plural(count, 'record')} could not be written; this report is not complete",
    )


def more_causes(count: int) -> Text:
    return Text(f"原因过多，另有 {count} 项发现未列出", f"too many causes: {_plural(count, 'more finding')} not shown")


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
