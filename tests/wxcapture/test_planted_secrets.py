"""Secrets planted in every shape and at every place of a call: no export, page or terminal shows one.

PLANTED=2000000 in the environment plants that many; by default a share of them.
"""

import json
import logging
import os
import random
import re
from types import SimpleNamespace

import pytest
from mitmproxy import http
from mitmproxy import websocket
from mitmproxy.test import tflow
from wsproto.frame_protocol import Opcode

from testenv.secret_shapes import HEADERS
from testenv.secret_shapes import KEYS
from testenv.secret_shapes import TEXT
from testenv.secret_shapes import planted
from testenv.secret_shapes import secret_text
from wxcapture.har_entry import entry
from wxcapture.har_secrets import Secrets
from wxgate.page import shown_call
from wxgate.page.shown_traffic import traffic
from wxgate.start import launcher
from wxgate.steering.commands import Commands
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import SessionFacts
from wxpolicy.call.record import Verdict
from wxpolicy.call.referer import settle_referer
from wxpolicy.catalogue import message_of
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Outcome
from wxpolicy.terms import Text
from wxpolicy.text.json_line import json_line
from wxredact.records import redact_facts
from wxreport.html_page import render_html
from wxreport.jsonlines import iter_jsonl
from wxreport.jsonlines import session_line
from wxreport.junit import render_junit
from wxreport.summary import summarise
from wxreport.text import render_text

MOST = int(os.environ.get("PLANTED", "20000"))
SECRET = re.compile(r"S3\w{8,30}?9z")
URLS = [text for name, _, text in TEXT if name.startswith(("a URL", "Bearer escaped", "JWT in a path"))]
A_CALL = 40
FACTS = SessionFacts(name="planted", path="sessions/planted")


class Planter:
    def __init__(self, seed: int) -> None:
        self.choose = random.Random(seed)
        self.count = 0

    def text(self, shape: str, key: str | None = None) -> str:
        made = planted(shape, key or self.choose.choice(KEYS), secret_text(self.choose))
        self.count += len(SECRET.findall(made))
        return made

    def flow(self) -> http.HTTPFlow:
        flow = tflow.tflow(resp=True)
        flow.websocket = websocket.WebSocketData()
        for message in (flow.request, flow.response):
            _, mime_type, text = self.choose.choice(TEXT)
            message.headers["content-type"] = mime_type or "text/plain"
            message.content = self.text(text).encode()
            for _, name, value in self.choose.sample(HEADERS, 6):
                key = self.choose.choice(KEYS)
                message.headers.add(self.text(name, key), self.text(value, key))
        for _ in range(6):
            text = self.text(self.choose.choice(TEXT)[2])
            flow.websocket.messages.append(websocket.WebSocketMessage(Opcode.TEXT, True, text.encode()))
        return flow

    def record(self, flow: http.HTTPFlow) -> CallRecord:
        referer = self.text("https://evil.example.com/?a=1&KEY=SECRET")
        fail = Verdict(
            Outcome.FAIL, 600002, "request:fail url not in domain list:" + self.text("https://u:SECRET@a.com/")
        )
        return CallRecord(
            id=flow.id, started_at=1.7e9, device="10.0.0.2", client="ios", appid="wx0123456789abcdef", version="1", api="request",
            api_confidence="likely", method="POST", url=self.url(), http_status=200, outcome=Outcome.FAIL, errno=600002, errmsg=fail.errmsg,
            mode="debug", acted="pass", release=fail, debug=Verdict(Outcome.SUCCESS, None, "request:ok"),
            findings=tuple(settle_referer(referer, Policy(appid="wx0123456789abcdef")).findings),
        )  # fmt: skip

    def url(self) -> str:
        shape = self.choose.choice(URLS)
        return self.text(shape if shape.startswith("http") else "wss://u:SECRET@a.com/?KEY=SECRET")


def har(records, flows, secrets):
    pairs = zip(records, flows, strict=True)
    return "\n".join(json_line(entry(record, flow, None, secrets)) for record, flow in pairs)


def exports(records, flows):
    yield (
        "har",
        har(records, flows, Secrets()),
    )
    trouble = Text(*(f"出错：https://a.com/?token={secret_text(random.Random(2))}",) * 2)
    facts = redact_facts(SessionFacts(name="planted", notices=(trouble,), unread=(trouble,)))
    for lang in ("zh", "en", None):
        yield "jsonl", "\n".join(iter_jsonl(records, lang))
        yield "json", session_line(facts, lang)
    for lang in ("zh", "en"):
        summary = summarise(records)
        for render in (render_text, render_html, render_junit):
            yield render.__name__, render(summary, facts, lang)
    for record, flow in zip(records, flows, strict=True):
        policy = Policy()
        yield "page", json.dumps(shown_call.row(record, PolicySet([policy])), ensure_ascii=False)
        yield "page", json.dumps(shown_call.head(record, policy, with_secrets=False), ensure_ascii=False)
        yield "page", json.dumps(traffic(record, flow, Secrets(), None), ensure_ascii=False)
    for record, flow in zip(records, flows, strict=True):
        flow.metadata["miniprogram"] = record.as_json("en")
    yield "mp.explain", Commands(SimpleNamespace(), SimpleNamespace()).explain(flows)
    line = launcher._Masked("%(message)s")
    for record in records:
        said = (record.url, message_of(record.findings[0]).zh, record.errmsg)
        told = logging.LogRecord("a", logging.ERROR, "", 0, "failed on %s: %s (%s)", said, None)
        yield "terminal", line.format(told)


@pytest.mark.skipif(MOST < 1, reason="PLANTED=0")
def test_no_planted_secret_survives_in_any_export_or_terminal():
    total = rounds = 0
    while total < MOST:
        planter = Planter(rounds)
        flows = [planter.flow() for _ in range(A_CALL)]
        records = [planter.record(flow) for flow in flows]
        for where, shown in exports(records, flows):
            assert (found := SECRET.findall(shown)) == [], (where, found[:3], rounds)
        total += planter.count
        rounds += 1
    print(f"{total} planted secrets, none seen")


def test_a_secret_that_is_not_masked_would_be_found():
    planter = Planter(1)
    flow = planter.flow()
    record = planter.record(flow)
    shown = har([record], [flow], Secrets(kept=True))
    assert SECRET.search(shown) and SECRET.search("\n".join(iter_jsonl([record], "en", with_secrets=True)))
