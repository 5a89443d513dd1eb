"""NETWORK_ERROR: a call that did not get its answer to the end, by nobody's rule.

seed-2017 §3: only an answer that arrived runs the success callback; a server
that breaks off fails the call in every build. A client that leaves first
(abort(), a page that is closed) is only noted.

Fails:
    the host does not resolve, the connection is reset, the body is shorter than promised
Notes:
    the client hung up
"""

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.terms import Text

_CLAUSE = "seed-2017 §3; platform §3"


def is_by_client(why: str) -> bool:
    """Whether mitmproxy's word for a failure says that the client left."""
    return why.startswith("Client disconnected") or "by client" in why


def upstream_failed(why: str, host: str) -> Finding:
    """``why`` is what is known of it, "" for nothing."""
    return Finding(
        Code.NETWORK_ERROR,
        Text(
            f"服务器没有给出完整的回应{f'：{why}' if why else ''}",
            f"The server gave no complete answer{f': {why}' if why else ''}",
        ),
        Text(
            "这与域名策略无关：请确认域名解析、服务器端口和网关是否正常。",
            "This has nothing to do with the domain policy: check DNS, the server's port and its gateway.",
        ),
        _CLAUSE,
        subject=host,
    )


def client_left(host: str) -> Finding:
    return Finding(
        Code.NETWORK_ERROR,
        Text(
            "客户端在收到完整回应前断开了（页面关闭、abort 或调试结束）",
            "The client hung up before the answer was complete (page closed, abort, or end of debugging)",
        ),
        Text(
            "若并非有意中止，请检查代码中的 abort() 与页面跳转。",
            "If that was not meant, look for abort() and page changes in the code.",
        ),
        _CLAUSE,
        Severity.NOTE,
        subject=host,
    )
