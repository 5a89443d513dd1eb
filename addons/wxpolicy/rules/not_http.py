"""SCHEME_NOT_SECURE for a raw tunnel: traffic that is neither HTTPS nor WSS is none of the four APIs.

seed-2017 §1: they only use https and wss.

Passes:
    a CONNECT in which TLS begins
Fails:
    a CONNECT in which SSH or plain MQTT begins
"""

from collections.abc import Iterator

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.rules.order import discover
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence

STAGE = Stage.TUNNEL

TUNNEL = Classification((Api.REQUEST, Api.CONNECT_SOCKET), Confidence.AMBIGUOUS)


def check(host: str, port: int) -> Iterator[Finding]:
    """No release build can make it."""
    yield Finding(Code.SCHEME_NOT_SECURE, {"host": host, "port": port, "reason": "tunnel"}, clause="seed-2017 §1")


def judge_tunnel(facts: CallFacts, policy: Policy, host: str, port: int) -> tuple[Finding, ...]:
    """A raw tunnel to ``host:port`` as a call of ``TUNNEL``: where it goes, and what it is."""
    target = (finding for rule in discover(Stage.TARGET) for finding in rule.check(facts, TUNNEL, policy))
    return (*target, *check(host, port))
