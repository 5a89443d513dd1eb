"""SCHEME_NOT_SECURE for a raw tunnel: what is neither HTTPS nor WSS is none of the four APIs.

seed-2017 §1: only https and wss are spoken by them.
"""

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.call.verdicts import judge_domains
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence
from wxpolicy.terms import Text

TUNNEL = Classification((Api.REQUEST, Api.CONNECT_SOCKET), Confidence.AMBIGUOUS)


def judge_tunnel(facts: CallFacts, policy: Policy, host: str, port: int) -> tuple[Finding, ...]:
    """A raw tunnel to ``host:port`` as a call of ``TUNNEL``: no release build can make it."""
    return (*judge_domains(facts, TUNNEL, policy), _not_http(host, port))


def _not_http(host: str, port: int) -> Finding:
    return Finding(
        Code.SCHEME_NOT_SECURE,
        Text(
            zh=f"到 {host}:{port} 的隧道里既不是 HTTPS 也不是 WSS",
            en=f"What runs in the tunnel to {host}:{port} is neither HTTPS nor WSS",
        ),
        Text(
            zh="小程序的网络 API 只支持 https 与 wss：请改用其中之一。",
            en="A mini-program's network APIs speak https and wss only: use one of them.",
        ),
        "seed-2017 §1",
        subject=host,
    )
