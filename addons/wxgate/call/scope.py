"""Which traffic is judged: opens a call for it, counts the rest and lets it pass untouched."""

from mitmproxy import ctx
from mitmproxy import http

from wxgate.call.facts import call_facts
from wxgate.call.facts import call_url
from wxgate.call.guard import Gate
from wxgate.call.guard import gate
from wxgate.call.open_calls import OpenCall
from wxgate.call.open_calls import OpenCalls
from wxgate.page.device_page import HOST as DEVICE_PAGE
from wxgate.recording.counters import Counters
from wxgate.start.policy_source import PolicySource
from wxpolicy.call.classify import DECLARING_HEADER
from wxpolicy.call.classify import classify
from wxpolicy.call.classify import client_of
from wxpolicy.call.classify import misdeclared
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.referer import Sender
from wxpolicy.call.referer import read_sender
from wxpolicy.call.standing import Standing
from wxpolicy.call.standing import standing_of
from wxpolicy.policy import Policy


class Scope(Gate):
    """The first gate of a call: everything after it sees only calls that count."""

    def __init__(self, source: PolicySource, calls: OpenCalls, counters: Counters) -> None:
        super().__init__(source, calls)
        self.counters = counters

    @gate
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        if is_own_page(flow) or flow.is_replay == "request":
            return
        policy = self.policy
        facts = call_facts(flow)
        flow.request.headers.pop(DECLARING_HEADER, None)
        sender = read_sender(facts.headers.get("referer"), policy.edition)
        if not self._counts(facts, sender, policy):
            return
        if (wrong := misdeclared(facts)) is not None:
            self.counters.misdeclared(wrong)
        self.calls.open(
            OpenCall(
                flow=flow,
                policy=policy,
                facts=facts,
                classification=classify(facts),
                client=client_of(facts.headers.get("user-agent", ""), policy.edition),
                sender=sender,
                url=call_url(facts),
            )
        )

    def _counts(self, facts: CallFacts, sender: Sender | None, policy: Policy) -> bool:
        standing = standing_of(facts, sender, policy)
        if standing is Standing.FOREIGN and sender is not None:
            self.counters.foreign(sender.appid)
        elif standing is not Standing.CALL:
            self.counters.unjudged(standing.value)
        return standing is Standing.CALL


def is_own_page(flow: http.HTTPFlow) -> bool:
    """Whether a request is for a page that the proxy itself serves."""
    request = flow.request
    own = (ctx.options.onboarding_host, DEVICE_PAGE)
    return request.scheme == "http" and request.port == 80 and request.host == request.pretty_host in own
