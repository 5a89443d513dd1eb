"""An upstream that fails is a network failure to the client as well.

mitmproxy would answer for it with a 502 of its own, which a mini-program takes
for success (mitmproxy facts, trap 3). That holds for all traffic: without the
proxy nobody would have seen a 502.
"""

from mitmproxy import http

from wxgate.open_calls import OpenCall
from wxgate.open_calls import OpenCalls
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.terms import Text

CLAUSE = "seed-2017 §3; platform §3"


class NetworkFailures:
    def __init__(self, calls: OpenCalls) -> None:
        self.calls = calls

    def error(self, flow: http.HTTPFlow) -> None:
        """Runs once a call has failed, before the client is told."""
        assert flow.error
        call = self.calls.of(flow)
        if call is not None and not call.refused:
            call.network_trouble = flow.error.msg
            call.findings.append(_client_left(call) if _by_client(flow) else _upstream_failed(call))
        if flow.killable:
            flow.kill()


def _by_client(flow: http.HTTPFlow) -> bool:
    assert flow.error
    return (
        not flow.client_conn.connected
        or flow.error.msg.startswith("Client disconnected")
        or "by client" in flow.error.msg
    )


def _upstream_failed(call: OpenCall) -> Finding:
    reason = call.network_trouble
    return Finding(
        Code.NETWORK_ERROR,
        Text(
            zh=f"服务器没有给出完整的回应：{reason}",
            en=f"The server gave no complete answer: {reason}",
        ),
        Text(
            zh="这与域名策略无关：请确认域名解析、服务器端口和网关是否正常。",
            en="This has nothing to do with the domain policy: check DNS, the server's port and its gateway.",
        ),
        CLAUSE,
        subject=call.flow.request.host,
    )


def _client_left(call: OpenCall) -> Finding:
    return Finding(
        Code.NETWORK_ERROR,
        Text(
            zh="客户端在收到完整回应前断开了（页面关闭、abort 或调试结束）",
            en="The client hung up before the answer was complete (page closed, abort, or end of debugging)",
        ),
        Text(
            zh="若并非有意中止，请检查代码中的 abort() 与页面跳转。",
            en="If that was not meant, look for abort() and page changes in the code.",
        ),
        CLAUSE,
        Severity.NOTE,
        subject=call.flow.request.host,
    )
