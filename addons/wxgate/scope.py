"""Which traffic is judged: opens a call for it, counts the rest and lets it pass untouched."""

from mitmproxy import ctx
from mitmproxy import http

from wxgate.counters import Counters
from wxgate.facts import call_facts
from wxgate.facts import call_url
from wxgate.guard import Gate
from wxgate.guard import gate
from wxgate.open_calls import OpenCall
from wxgate.open_calls import OpenCalls
from wxgate.policy_source import PolicySource
from wxpolicy.call import CallFacts
from wxpolicy.classify import DECLARING_HEADER
from wxpolicy.classify import Kind
from wxpolicy.classify import classify
from wxpolicy.classify import client_of
from wxpolicy.classify import is_image_in_any_scope
from wxpolicy.classify import kind_of
from wxpolicy.policy import ANY_APPID
from wxpolicy.policy import Policy
from wxpolicy.referer import Sender
from wxpolicy.referer import read_sender
from wxpolicy.terms import Scope as PolicyScope


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
        sender = read_sender(facts.headers.get("referer"))
        if not self._counts(facts, sender, policy):
            return
        self.calls.open(
            OpenCall(
                flow=flow,
                policy=policy,
                facts=facts,
                classification=classify(facts),
                client=client_of(facts.headers.get("user-agent", "")),
                sender=sender,
                url=call_url(facts),
            )
        )

    def _counts(self, facts: CallFacts, sender: Sender | None, policy: Policy) -> bool:
        if policy.scope is PolicyScope.ALL:
            # 1) Every HTTP(S) call counts, but for what a browser itself declares an image.
            if is_image_in_any_scope(facts):
                self.counters.unjudged("image")
                return False
            return True
        # 2) A mini-program's traffic is told by its Referer; the rest is none of our business.
        if sender is None:
            self.counters.unjudged("other")
            return False
        # 3) Another mini-program's calls pass, but are never silently ignored.
        if policy.appid not in (ANY_APPID, sender.appid):
            self.counters.foreign(sender.appid)
            return False
        # 4) Images and pages of a web-view are not under the whitelist.
        kind = kind_of(facts)
        if kind is not Kind.CALL:
            self.counters.unjudged(kind.value)
            return False
        return True


def is_own_page(flow: http.HTTPFlow) -> bool:
    """Whether a request is for a page that the proxy itself serves."""
    request = flow.request
    own = ctx.options.onboarding_host
    return request.scheme == "http" and request.port == 80 and request.host == request.pretty_host == own
