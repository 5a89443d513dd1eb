"""The addons in the order in which a call meets them."""

from wxgate.app_states import AppStates
from wxgate.bodies import Bodies
from wxgate.certificates import CertificateGate
from wxgate.client_trust import ClientTrust
from wxgate.commands import Commands
from wxgate.counters import Counters
from wxgate.device_page import DevicePage
from wxgate.domains import Domains
from wxgate.doorstep import Doorstep
from wxgate.encoding import Encoding
from wxgate.engine import Engine
from wxgate.marks import Marks
from wxgate.narrator import Narrator
from wxgate.network_failures import NetworkFailures
from wxgate.open_calls import OpenCalls
from wxgate.page.server import Page
from wxgate.policy_source import PolicySource
from wxgate.prober import Prober
from wxgate.recorder import Recorder
from wxgate.redirects import Redirects
from wxgate.referer import FixedReferer
from wxgate.scenario_run import ScenarioRun
from wxgate.scope import Scope
from wxgate.session import Session
from wxgate.session import SessionEnd
from wxgate.state_commands import StateCommands
from wxgate.status import Status
from wxgate.timekeeper import Timekeeper
from wxgate.trust_source import TrustSource
from wxgate.tunnels import Tunnels
from wxgate.upstreams import Upstreams


def pipeline() -> list[object]:
    """One fresh set of addons, wired to each other."""
    source = PolicySource()
    counters = Counters()
    calls = OpenCalls()
    session = Session(source, counters)
    trust = TrustSource()
    source.checks.append(trust.check)
    prober = Prober(source, trust, session.notice)
    upstreams = Upstreams(source, trust, calls, prober.offers)
    states = AppStates(source, session)
    return [
        # What stands before any call
        Engine(late=[Tunnels(source, counters, session.record_later), upstreams]),
        source,
        session,
        ClientTrust(source, counters, session.handshake, session.say),
        prober,
        Doorstep(),
        DevicePage(states),
        # A call's way in
        Scope(source, calls, counters),
        Domains(source, calls),
        FixedReferer(source, calls),
        CertificateGate(source, calls, upstreams),
        Timekeeper(source, calls, states),
        Bodies(source, calls),
        # and back
        Redirects(source, calls),
        Status(source, calls),
        Encoding(source, calls),
        NetworkFailures(calls),
        # What is left of it
        Narrator(calls, session),
        Marks(calls, session),
        Recorder(calls, session),
        Commands(source, session),
        # Who steers the apps' states
        Page(source, session, counters, states),
        ScenarioRun(states),
        StateCommands(states),
        SessionEnd(session),
    ]
