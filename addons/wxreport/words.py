"""The fixed sentences of the text report, in both languages."""

import time
from collections.abc import Mapping
from types import MappingProxyType

from wxpolicy.call.record import SessionFacts
from wxpolicy.certificates.store_names import shown_stores
from wxpolicy.finding import Severity
from wxpolicy.policy import ANY_APPID
from wxpolicy.terms import PLATFORM_NAMES
from wxpolicy.terms import Platform
from wxpolicy.terms import Scope
from wxpolicy.terms import Text
from wxreport.english import plural
from wxreport.places import Place
from wxreport.readable import readable_url
from wxreport.summary import Section
from wxreport.summary import Summary

# The client in captures that do not tell which device called.
UNKNOWN_DEVICE = "unknown"

SECTIONS: Mapping[Section, Text] = MappingProxyType(
    {
        Section.DEBUG_ONLY: Text("仅调试可用：打开调试能用，正式版失败", "WORKS ONLY WITH DEBUGGING ON"),
        Section.AMBIGUOUS: Text("正式版可能失败：看不出是哪个 API", "MAY FAIL IN RELEASE: SEVERAL APIS FIT"),
        Section.VIOLATION: Text("打开调试也失败", "FAILS WITH DEBUGGING ON, TOO"),
        Section.OTHER_PLATFORM: Text("本设备能用，其他平台失败", "PASSES HERE, FAILS ON ANOTHER PLATFORM"),
        Section.WARNING: Text("警告", "WARNINGS"),
        Section.NOTE: Text("提示", "NOTES"),
        Section.NOT_OBSERVABLE: Text("无法判断：代理看不到的", "NOT OBSERVABLE BY A PROXY"),
    }
)
NOT_JUDGED = Text("未检查的流量", "TRAFFIC NOT JUDGED")
SESSION_ITSELF = Text("本次记录的情况", "THIS RECORDING")
NEXT = Text("接下来", "NEXT")
SUGGEST = Text("列出合法域名缺少的全部条目：", "list all missing domain list entries:")
EVERY_CALL = Text("逐条查看每次调用：", "list every call, one per line:")

EXAMPLE = Text("例如", "example")
CALLS = Text("调用", "calls")
ALL_CALLS = Text("全部调用", "all calls")
RELEASE = Text("正式版", "release build")
DEBUG = Text("打开调试", "debugging on")
PLATFORMS = Text("平台", "platforms")
FIX = Text("修复", "fix")
CLAUSE = Text("依据", "source")
AS_IT_WENT = Text("本次实际", "this session")


def headline(summary: Summary, session: SessionFacts) -> Text:
    """The one-line summary; it first says whether everything was recorded and read."""
    result = _result(summary, session)
    if not session.unread and session.dropped_records:
        lost = session.dropped_records
        return Text(
            f"有 {lost} 条记录未能写入，报告不完整：{result.zh}",
            f"{plural(lost, 'record')} could not be written, so this report is incomplete. {result.en}",
        )
    if not session.unread:
        return result
    if session.is_capture and not summary.calls and not _seen(session):
        return Text("抓包文件无法读取，没有检查任何调用", "The capture could not be read: no call was judged")
    if session.is_capture:
        return Text(f"抓包文件没有完整读取：{result.zh}", f"The capture could not be read completely. {result.en}")
    if not summary.calls:
        return Text("会话已损坏，读不出任何调用", "The session is damaged: no call could be read")
    return Text(
        f"会话已损坏，没有全部读出：{result.zh}",
        f"The session is damaged and could not be read completely. {result.en}",
    )


def _result(summary: Summary, session: SessionFacts) -> Text:
    causes = len(summary.causes[Section.DEBUG_ONLY])
    if causes:
        return Text(
            f"{summary.debug_only} 次调用仅调试可用，共 {causes} 个原因",
            f"{plural(summary.debug_only, 'call')} would work only with debugging on, for {plural(causes, 'reason')}",
        )
    if summary.release_fail:
        return Text(
            f"{summary.release_fail} 次调用会失败，打开或关闭调试都一样",
            f"{plural(summary.release_fail, 'call')} would fail, with debugging on or off",
        )
    if not summary.calls:
        return _nothing_judged(session)
    all_calls = _all(summary.calls, bool(session.unread))
    elsewhere = len(summary.causes[Section.OTHER_PLATFORM])
    if elsewhere:
        return Text(
            f"{all_calls.zh}在这台设备的正式版能成功，但有 {elsewhere} 个问题会让其他平台失败",
            f"{all_calls.en} would succeed in a release build on this device, but {plural(elsewhere, 'fault')} would make calls fail on another platform",
        )
    return Text(f"{all_calls.zh}在正式版能成功", f"{all_calls.en} would succeed in a release build")


def unknown_clients(count: int) -> Text:
    """Whose rules decide if the calling client does not belong to the platform."""
    return Text(
        f"{count} 次调用来自小程序客户端以外的程序（如 curl、测试工具）：证书按策略中的全部平台检查",
        f"{plural(count, 'call')} came from other clients than mini-program clients (such as curl or tests): their"
        " certificates are judged for all platforms of the policy",
    )


def _nothing_judged(session: SessionFacts) -> Text:
    """Traffic without a judged call must not look like a clean run."""
    seen = _seen(session)
    if session.scope == Scope.ALL:
        of = Text("", "")
    elif session.appid == ANY_APPID:
        of = Text("小程序的", " of a mini-program")
    else:
        of = Text(f"小程序 {session.appid} 的", f" of mini-program {session.appid}")
    if seen:
        return Text(
            f"没有检查任何调用：看到 {seen} 次其他请求，其中没有{of.zh}调用",
            f"Nothing was judged: no call{of.en} among {plural(seen, 'other request')}",
        )
    if session.scope == Scope.ALL:
        return Text("没有看到任何调用", "No call was seen")
    return Text("没有看到小程序的任何调用", "No call of a mini-program was seen")


def _seen(session: SessionFacts) -> int:
    """How much traffic there was that was not judged."""
    return sum(session.counts.values()) + sum(session.foreign_appids.values())


def in_force(policy: Mapping[str, str]) -> Text:
    """One of several policies of a session."""
    told = f"{policy['appid']} · {policy['mode']} · {policy['file']}"
    return Text(f"策略 {told}", f"policy {told}")


def as_recorded(name: str, scope: Scope, policy_scope: Scope) -> Text:
    """``scope``: the scope that a session was recorded in, and is judged in."""
    return Text(
        f"{name} 按录制时的 scope {scope} 检查，而不是策略文件中的 {policy_scope}（可用 --scope 指定）",
        f"{name} was judged in scope {scope}, in which it was recorded, not in the policy's {policy_scope} (use --scope to change this)",
    )


def beyond_scope(count: int) -> Text:
    return Text(
        f"有 {count} 次调用不在 scope 之内，但录制时是调用，仍然检查（可用 --scope 排除）",
        f"{plural(count, 'call')} outside the scope {'was' if count == 1 else 'were'} judged because they were recorded as calls (use --scope to leave them out)",
    )


def place(place: Place, form: str) -> Text:
    """One URL of one device: when, from where, how often. ``form`` is a format for strftime."""
    first, last = (time.strftime(form, time.localtime(at)) for at in (place.first_at, place.last_at))
    device = "" if place.device == UNKNOWN_DEVICE else f"{place.device} "
    when = first if first == last else f"{first}–{last}"
    begin = f"{when} {device}{place.method} {readable_url(place.url)}"
    if place.calls == 1:
        return Text(begin, begin)
    return Text(f"{begin}（{place.calls} 次）", f"{begin} ({place.calls} calls)")


def further_calls(count: int) -> Text:
    return Text(f"……另有 {count} 次调用", f"... and {plural(count, 'more call')}")


def totals(summary: Summary, session: SessionFacts) -> Text:
    """The number of calls, the modes of the proxy, the number of devices; a capture does not show the latter two."""
    if session.is_capture:
        return Text(f"{summary.calls} 次调用", plural(summary.calls, "call"))
    modes = sorted(summary.by_mode.items())
    one = modes[0][0] if len(modes) == 1 else None
    return Text(
        f"{summary.calls} 次调用 · {len(summary.devices)} 台设备 · 代理模式 {one or '、'.join(f'{mode} {count} 次' for mode, count in modes)}",
        f"{plural(summary.calls, 'call')} · {plural(len(summary.devices), 'device')} · "
        f"proxy mode {one or ', '.join(f'{mode} ({count})' for mode, count in modes)}",
    )


def trust_stores(summary: Summary) -> Text | None:
    """Whose roots were used, for each platform; once if all platforms share them. None if no handshake was judged."""
    found = {Platform(platform): shown_stores(sorted(names)) for platform, names in summary.trust_stores.items()}
    if not found:
        return None
    shown = set(found.values())
    if len(shown) == 1 and len(found) > 1:
        (one,) = shown
        return Text(f"信任库：{one.zh}", f"trust store: {one.en}")
    each = [(PLATFORM_NAMES[platform], name) for platform, name in found.items()]
    return Text(
        "信任库：" + "；".join(f"{platform.zh} {name.zh}" for platform, name in each),
        "trust stores: " + "; ".join(f"{platform.en} {name.en}" for platform, name in each),
    )


def tally(success: int, fail: int, between: str = "  ") -> Text:
    """``between`` separates the two numbers: a page collapses several blanks."""
    return Text(f"成功 {success}{between}失败 {fail}", f"{success} success{between}{fail} fail")


def calls(count: int, devices: int) -> Text:
    if devices > 1:
        return Text(f"{count} 次，{devices} 台设备", f"{plural(count, 'call')}, {devices} devices")
    return Text(f"{count} 次", plural(count, "call"))


def platforms(spread: Mapping[Severity, tuple[Platform, ...]]) -> Text:
    """The severity on each platform, the most severe first."""
    verbs = {
        Severity.VIOLATION: Text("失败", "fails on"),
        Severity.WARNING: Text("可能失败", "may fail on"),
        Severity.NOTE: Text("通过", "passes on"),
    }
    weighed = [
        (verbs[severity], [PLATFORM_NAMES[each] for each in spread[severity]])
        for severity in verbs
        if spread.get(severity)
    ]
    return Text(
        "；".join(
            f"{'、'.join(name.zh for name in names)}{' ' if names[-1].zh.isascii() else ''}{text.zh}"
            for text, names in weighed
        ),
        "; ".join(f"{text.en} {', '.join(name.en for name in names)}" for text, names in weighed),
    )


def further_causes(count: int) -> Text:
    return Text(
        f"另有 {count} 个原因，用 --format jsonl 逐条查看",
        f"{plural(count, 'more cause')}: see them all with --format jsonl",
    )


def dropped(count: int) -> Text:
    return Text(
        f"RECORD_DROPPED：有 {count} 条记录未能写入，本报告不完整",
        f"RECORD_DROPPED: {plural(count, 'record')} could not be written; this report is incomplete",
    )


def more_causes(count: int) -> Text:
    return Text(
        f"原因过多，另有 {count} 个检查结果未列出", f"too many causes: {plural(count, 'more finding')} not shown"
    )


def _all(calls: int, in_part: bool) -> Text:
    if in_part:
        return Text(f"读出的 {calls} 次调用", f"The {plural(calls, 'call')} that could be read")
    return Text("这 1 次调用", "The call") if calls == 1 else Text(f"{calls} 次调用全部", f"All {calls} calls")
