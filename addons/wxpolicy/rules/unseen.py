"""What a capture cannot show of a call, as findings: never passed, always said.

TLS_HANDSHAKE_FAILED stands for all of certificates and TLS here. Whatever a
phone minds in a certificate, a chain or a TLS version makes its handshake fail;
a capture that holds no server certificate shows none of it, so that one code is
``not_observable`` and no CERT_ code is guessed. CHARSET_NOT_UTF8 likewise
stands for the encoding where a capture holds decoded text or no body, and
NETWORK_ERROR for a call without an answer. Notes without a subject: a report
says each once.
"""

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Text


def unseen(what: str) -> Finding:
    """``what`` is "certificate", "encoding" or "answer": what the capture does not show."""
    return {"certificate": _certificate, "encoding": _encoding, "answer": _answer}[what]()


def _certificate() -> Finding:
    return _unseen(
        Code.TLS_HANDSHAKE_FAILED,
        Text(
            "这份抓包里没有服务器证书，无法判断证书链、有效期和 TLS 版本是否满足各平台要求。",
            "This capture holds no server certificate: chain, validity and TLS version could not be judged.",
        ),
        Text(
            "用 scripts/run.py 让这次调用经过代理：每次连接都会按各平台的规则检查证书。",
            "Run the call through scripts/run.py: it judges the certificate of every connection by each platform's rules.",
        ),
        "platform §5",
    )


def _encoding() -> Finding:
    return _unseen(
        Code.CHARSET_NOT_UTF8,
        Text(
            "这份抓包里没有返回内容的原始字节（没有保存，或已被工具解码成文本），无法判断它的编码。",
            "This capture does not hold the answer's own bytes (left out, or decoded by the tool): its encoding could not be judged.",
        ),
        Text(
            "用 scripts/run.py 录制，或导出为 mitmproxy 的流量文件（.mitm）再检查。",
            "Record with scripts/run.py, or export a mitmproxy flow file (.mitm) and check that.",
        ),
        "seed-2017 §3",
    )


def _answer() -> Finding:
    """Why there is no answer (refused by a tool, aborted, a dead server) is the capture's secret."""
    return _unseen(
        Code.NETWORK_ERROR,
        Text(
            "这份抓包里该调用没有得到（完整的）回应，跳转、状态码和返回内容无法判断。",
            "In this capture the call has no answer, or not all of it: redirects, status and content could not be judged.",
        ),
        Text(
            "确认抓包时服务器可用且页面没有提前关闭，再录制一次。",
            "Make sure that the server was up and the page stayed open, then record again.",
        ),
        "seed-2017 §3; platform §3",
        Severity.WARNING,
    )


def _unseen(code: Code, message: Text, fix: Text, clause: str, severity: Severity = Severity.NOTE) -> Finding:
    return Finding(code, message, fix, clause, severity, Status.NOT_OBSERVABLE)
