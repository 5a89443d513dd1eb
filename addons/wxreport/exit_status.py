"""The exit status of a session's report: one table for run, report and check.

If several apply, unreadable input comes first (2), then findings (1), then too few judged calls (4): an empty run never
passes in a pipeline that asked for findings.
"""

from wxpolicy.call.record import SessionFacts
from wxpolicy.terms import Text
from wxreport.summary import Summary

CLEAN, FOUND, UNREAD, NOTHING_JUDGED = 0, 1, 2, 4


def exit_status(
    summary: Summary, session: SessionFacts, fail_on: str, require_calls: int | None = None, *, unread: bool = False
) -> int:
    """``unread``: the input could not be read completely, and the session's facts do not say so."""
    if unread or session.unread or session.dropped_records:
        return UNREAD
    if is_found(summary, fail_on):
        return FOUND
    return NOTHING_JUDGED if summary.calls < required(fail_on, require_calls) else CLEAN


def is_found(summary: Summary, fail_on: str) -> bool:
    """Whether what ``--fail-on`` names was found. Findings for other platforms than the caller's do not count."""
    found = {
        "violation": summary.release_fail,
        "possible": summary.release_fail + summary.may_fail,
        "debug-only": summary.debug_only,
    }
    return bool(found.get(fail_on, 0))


def required(fail_on: str, require_calls: int | None) -> int:
    """How many calls must have been judged. With --fail-on it is at least one."""
    if require_calls is not None:
        return require_calls
    return 0 if fail_on == "never" else 1


def too_few(summary: Summary, fail_on: str, require_calls: int | None) -> Text:
    """Why the status is 4."""
    wanted = required(fail_on, require_calls)
    if not summary.calls:
        return Text(
            "退出码 4：没有检查到任何调用。客户端没有使用代理，或它的请求不在 scope 之内（测试工具与 H5 请用 --scope all）",
            "exit status 4: no call was judged. The client does not use the proxy, or its calls are outside the scope "
            "(test tools and H5 builds need --scope all)",
        )
    return Text(
        f"退出码 4：只检查了 {summary.calls} 次调用，--require-calls 要求至少 {wanted} 次",
        f"exit status 4: {summary.calls} calls were judged, but --require-calls requires at least {wanted}",
    )
