"""Calls and flows as a session keeps them: each flow carries its call's record."""

from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.terms import Outcome
from wxsession.netstrings import dumped


def made(number: int, **changes) -> CallRecord:
    verdict = Verdict(Outcome.SUCCESS, None, "request:ok")
    fields = dict(
        id=f"call-{number}", started_at=1000.0 + number, device="10.0.0.2", client="android", appid="wx0123456789abcdef",
        version="0", api="request", api_confidence="likely", method="GET", url=f"https://api.example.com/{number}",
        http_status=200, outcome=Outcome.SUCCESS, errno=None, errmsg="request:ok", mode="debug", acted="pass",
        release=verdict, debug=verdict, duration_ms=12, tls={"version": "TLSv1.3"}, apis=("request",),
    )  # fmt: skip
    return CallRecord(**(fields | changes))


def flow(call: CallRecord, body: bytes = b"") -> bytes:
    return dumped({"version": 20, "id": call.id, "metadata": {"miniprogram": call.as_json("en")}, "body": body})
