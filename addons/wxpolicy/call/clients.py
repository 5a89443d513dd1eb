"""What kind of client sent a call, and which platforms' certificate rules apply to it."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from wxpolicy.editions import DEFAULT
from wxpolicy.editions import Edition
from wxpolicy.finding import Code
from wxpolicy.finding import Family
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Client
from wxpolicy.terms import Platform

# The platform's own clients whose certificate rules have not been measured (platform §9 [seen]).
UNMEASURED = frozenset({Client.HARMONY})


def client_of(user_agent: str, edition: Edition = DEFAULT) -> Client:
    """The kind of client, by the marks of the edition's platform (platform §4, User-Agent)."""
    return (_client_of if len(user_agent) <= _LONGEST_KEPT else _client_of.__wrapped__)(user_agent, edition)


# Asked several times for every call. A User-Agent comes from the wire: long ones are not cached.
_LONGEST_KEPT = 512


@lru_cache(maxsize=256)
def _client_of(user_agent: str, edition: Edition) -> Client:
    agent = user_agent.lower()
    for client, marks in edition.user_agents:
        if all(mark in agent for mark in marks):
            return client
    return Client.UNKNOWN


def platforms_of(client: Client) -> tuple[Platform, ...]:
    """The platforms whose certificate rules apply to this client.

    All of them (the strictest) for a client that does not belong to the platform, such as curl; none for one that has
    not been measured. Desktop clients use the system's TLS and trust as the devtools do (platform §6).
    """
    if client is Client.IOS:
        return (Platform.IOS,)
    if client is Client.ANDROID:
        return (Platform.ANDROID,)
    if client is Client.UNKNOWN:
        return tuple(Platform)
    if client in UNMEASURED:
        return ()
    return (Platform.DEVTOOLS,)


def as_known_for(client: Client, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings for ``client``: if it has not been measured, the effect of certificates is not observable."""
    if client not in UNMEASURED:
        return tuple(findings)
    return tuple(_not_observable(finding) for finding in findings)


def _not_observable(finding: Finding) -> Finding:
    # A handshake that was not judged gives no permit, whoever calls: that is no rule of a client's.
    if finding.family is not Family.CERTIFICATE or not finding.fails or finding.code is Code.CERT_NOT_SEEN:
        return finding
    return replace(finding, severity=Severity.WARNING, status=Status.NOT_OBSERVABLE)
