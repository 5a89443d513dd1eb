"""The addons in the order in which a call passes them."""

from dataclasses import dataclass

from wxgate.call.addon import Calls
from wxgate.call.live_calls import LiveCalls
from wxgate.call.tunnels import Tunnels
from wxgate.connections.client_bounds import ClientBounds
from wxgate.connections.client_trust import ClientTrust
from wxgate.connections.hosts import Hosts
from wxgate.connections.local_addresses import LocalAddresses
from wxgate.connections.open_files import OpenFiles
from wxgate.connections.prober import Prober
from wxgate.connections.socket_bounds import SocketBounds
from wxgate.connections.trust_source import TrustSource
from wxgate.connections.tunnel_dns import TunnelDns
from wxgate.connections.upstreams import Upstreams
from wxgate.layers.own import Layers
from wxgate.page.past_sessions import beside
from wxgate.page.server import Page
from wxgate.page.store_thread import opened
from wxgate.phone.arrivals import Arrivals
from wxgate.phone.own_calls import OwnCalls
from wxgate.phone.page import PhonePage
from wxgate.phone.page_requests import PageRequests
from wxgate.recording.counters import Counters
from wxgate.recording.recorder import Recorder
from wxgate.recording.session import Session
from wxgate.recording.session import SessionEnd
from wxgate.start.engine import Engine
from wxgate.start.policy_source import PolicySource
from wxgate.start.warm_up import WarmUp
from wxgate.steering.adb_watch import AdbWatch
from wxgate.steering.app_states import AppStates
from wxgate.steering.commands import Commands
from wxgate.steering.remembered import Remembered
from wxgate.steering.scenario_run import ScenarioRun
from wxgate.steering.state_commands import StateCommands


@dataclass(frozen=True, slots=True)
class Pipeline:
    """``addons`` in their order, and those of them that the code which starts a session needs."""

    addons: list[object]
    source: PolicySource
    session: Session
    page: Page


def pipeline() -> Pipeline:
    """One new set of addons, connected to each other."""
    source = PolicySource()
    counters = Counters()
    calls = LiveCalls()
    session = Session(source, counters)
    trust = TrustSource()
    source.checked.subscribe(trust.check)
    prober = Prober(source, trust, session.notice)
    upstreams = Upstreams(source, trust, calls, prober.found)
    states = AppStates(source, session)
    tunnels = Tunnels(source, counters, session.record_later, session.say)
    layers = Layers()
    open_files = OpenFiles(session.notice)
    client_bounds = ClientBounds(layers, counters, session.notice)
    hosts = Hosts(source, layers, session.notice)
    judging = Calls(
        source, calls, counters, states, upstreams, Recorder(session), layers, open_files.limit_in, hosts.is_placed
    )
    layers.listen(
        client_left=judging.told.client_left,
        connect_first=tunnels.waits_for_a_greeting,
        permit=judging.told.permit,
        is_judged=judging.told.is_judged,
        is_current=hosts.is_current,
        layer_failed=judging.told.layer_failed,
        limit_reached=judging.told.limit_reached,
        limit_passed=client_bounds.passed,
        taken_back=client_bounds.taken_back,
    )
    local_addresses = LocalAddresses(layers, hosts, counters, judging.told.peer_is_local, session.notice)
    arrivals = Arrivals(session.say)
    client_trust = ClientTrust(source, counters, session.handshake, session.say, arrivals)
    remembered = Remembered(states.joined, session, beside)
    page = Page(source, session, counters, states, arrivals, client_trust, remembered)
    addons: list[object] = [
        # What runs before any call
        Engine(late=[tunnels, upstreams], layers=layers, notice=session.notice),
        layers,
        open_files,
        client_bounds,
        trust,
        source,
        session,
        client_trust,
        prober,
        PageRequests(layers),
        PhonePage(states, arrivals, OwnCalls(opened(session), client_trust.refusing)),
        # Every call, from its request head to its record
        judging,
        # The address of an upstream connection is set before it is inspected
        hosts,
        local_addresses,
        TunnelDns(),
        SocketBounds(layers, judging.told.limit_reached),
        Commands(source, session),
        # What sets the state of apps
        remembered,
        page,
        ScenarioRun(states),
        AdbWatch(states, session.say),
        StateCommands(states),
        WarmUp(),
        SessionEnd(session),
    ]
    return Pipeline(addons, source, session, page)
