"""The addons in the order in which a call meets them."""

from wxgate.call.bodies import Bodies
from wxgate.call.certificates import CertificateGate
from wxgate.call.domains import Domains
from wxgate.call.encoding import Encoding
from wxgate.call.network_failures import NetworkFailures
from wxgate.call.open_calls import OpenCalls
from wxgate.call.redirects import Redirects
from wxgate.call.referer import FixedReferer
from wxgate.call.scope import Scope
from wxgate.call.status import Status
from wxgate.call.timekeeper import Timekeeper
from wxgate.call.tunnels import Tunnels
from wxgate.connections.client_trust import ClientTrust
from wxgate.connections.prober import Prober
from wxgate.connections.trust_source import TrustSource
from wxgate.connections.upstreams import Upstreams
from wxgate.page.device_page import DevicePage
from wxgate.page.doorstep import Doorstep
from wxgate.page.server import Page
from wxgate.recording.counters import Counters
from wxgate.recording.marks import Marks
from wxgate.recording.narrator import Narrator
from wxgate.recording.recorder import Recorder
from wxgate.recording.session import Session
from wxgate.recording.session import SessionEnd
from wxgate.start.engine import Engine
from wxgate.start.policy_source import PolicySource
from wxgate.steering.app_states import AppStates
from wxgate.steering.commands import Commands
from wxgate.steering.scenario_run import ScenarioRun
from wxgate.steering.state_commands import StateCommands


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
        trust,
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
        # Logging and recording
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
