"""A call that is judged by hand: its events, on a clock of its own."""

from dataclasses import replace

from testenv.domain_calls import listing
from wxpolicy.call import events
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.call.judgement import Judgement
from wxpolicy.call.record_maker import record_of
from wxpolicy.editions.referer_form import Sender
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.policy import Background
from wxpolicy.policy import Concurrency

APPID = "wx0123456789abcdef"
POLICY = replace(
    listing(request=["https://api.example.com"], connectSocket=["wss://ws.example.com"]),
    appid=APPID,
    concurrency=Concurrency(request=1),
    background=Background(grace_ms=5000),
)
REFERER = f"https://servicewechat.com/{APPID}/0/page-frame.html"


def head(host="api.example.com", scheme="https", **headers):
    headers = {"referer": REFERER, "content-type": "application/json", **headers}
    if scheme == "wss":
        headers["upgrade"] = "websocket"
    names = (CarriedName(Where.CONNECT, host, 443), CarriedName(Where.HOST, host))
    facts = CallFacts("192.168.1.5", "GET", scheme, names, "/a", headers)
    return events.RequestHead(facts, f"{scheme}://{host}/a", Sender(APPID, "0"))


class Call:
    """A judgement on a clock of its own."""

    def __init__(self, first=None, policy=POLICY, app=None, call_id="one"):
        self.first = first or head()
        self.app = app
        self.judgement = Judgement(call_id, policy, self.first, app=app)

    def feed(self, event, at_ms=0.0):
        return self.judgement.feed(event, at_ms)

    def begin(self, at_ms=0.0):
        self.feed(self.first, at_ms)
        return self.feed(events.Admission(), at_ms)

    def record(self, at_ms=0.0, **end):
        return record_of(self.judgement, events.Ended(**end), 1000.0, at_ms)


def ledger_of(body, content_type="application/json"):
    ledger = Ledger(content_type, "")
    ledger.feed(body)
    return ledger.finish()
