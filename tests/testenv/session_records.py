"""Records as a session holds them, with only what a test is about said."""

from wxpolicy.call.record import CallRecord
from wxpolicy.call.verdicts import weigh
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import from_prose
from wxpolicy.terms import Api
from wxpolicy.terms import Text


def unlisted(host: str) -> Finding:
    return from_prose(
        Code.DOMAIN_NOT_LISTED,
        Text(f"{host} 没有配置", f"{host} is not listed"),
        Text("加一行", "add a line"),
        "seed-2017 §1",
        subject=host,
    )


def record(number: int, *findings: Finding, **fields) -> CallRecord:
    """Call ``number`` of a debug session: what was found on it fails a release build alone."""
    verdicts = weigh(findings, Api.REQUEST)
    values = {
        "id": f"call-{number}", "started_at": 1000.0 + number, "device": "10.0.0.2", "client": "android",
        "appid": "wx0123456789abcdef", "version": "0", "api": "request", "api_confidence": "likely", "method": "GET",
        "url": f"https://api.example.com/{number}?名=值", "http_status": 200, "outcome": verdicts.debug.outcome,
        "errno": None, "errmsg": verdicts.debug.errmsg, "mode": "debug", "acted": "pass", "release": verdicts.release,
        "debug": verdicts.debug, "findings": findings, "duration_ms": 12,
    }  # fmt: skip
    return CallRecord(**(values | fields))
