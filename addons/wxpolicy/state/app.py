"""One mini-program on one device: its slots, its lifecycle and its deadlines.

Everything is per device and appid, so waiting calls of one device never delay those of another. A call meets, in this
order: the background (seed-2017 §2), a slot, its timeout.
"""

from dataclasses import dataclass

from wxpolicy.policy import Policy
from wxpolicy.state.deadlines import Deadlines
from wxpolicy.state.deadlines import TimedOut
from wxpolicy.state.either import Either
from wxpolicy.state.lifecycle import Change
from wxpolicy.state.lifecycle import InBackground
from wxpolicy.state.lifecycle import Interrupted
from wxpolicy.state.lifecycle import Lifecycle
from wxpolicy.state.lifecycle import Phase
from wxpolicy.state.slots import Admitted
from wxpolicy.state.slots import Exceeded
from wxpolicy.state.slots import Queued
from wxpolicy.state.slots import Slots
from wxpolicy.state.slots import Started
from wxpolicy.terms import Api

# What the caller must carry out: let a call continue, or end it as a network failure.
Event = Started | TimedOut | Interrupted


@dataclass(frozen=True, slots=True)
class Begun:
    """``standing`` is the state of the new call; ``events`` are about other calls."""

    standing: Admitted | Queued | Exceeded | InBackground
    events: tuple[Event, ...] = ()


class App:
    """A call that was refused, cut or is over holds nothing here.

    Every method first settles what was due before ``now_ms``. In mode observe the caller ignores the events, except for
    the record: a call that was cut here and continues is unknown, and ending it later does nothing.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._slots = {api: Slots(policy.concurrency.limit(api), policy.excess_of(api)) for api in Api}
        self._lifecycle = Lifecycle(
            policy.background.grace_ms, policy.edition.pinned_is_exempt, policy.background.pinned
        )
        self._deadlines = Deadlines()
        self._api: dict[str, Api] = {}
        self._either = Either(self._slots, self._api)
        # Of waiting calls: how long each has once it has a slot. None: its time is its own.
        self._waiting_ms: dict[str, int | None] = {}

    @property
    def pinned(self) -> bool:
        return self._lifecycle.pinned

    @property
    def call_count(self) -> int:
        """Unfinished calls: running, waiting, and open sockets."""
        return len(self._api)

    def phase(self, now_ms: float) -> Phase:
        return self._lifecycle.phase(now_ms)

    def running(self, api: Api) -> int:
        return self._slots[api].running

    def waiting(self, api: Api) -> tuple[str, ...]:
        """The waiting calls, the next to start first."""
        return self._slots[api].waiting

    def begin(
        self,
        call_id: str,
        api: Api,
        policy: Policy,
        now_ms: float,
        *,
        is_timed: bool = True,
        apis: tuple[Api, ...] = (),
    ) -> Begun:
        """The proxy has a call's request headers. ``policy`` is the one in force for it.

        ``apis`` are those that the call fits equally well, ``api`` first: it gets the longest of their timeouts, and a
        slot of any. ``is_timed`` is False if the client keeps the call's time itself. Time in the queue does not count
        (platform §1 [seen]): the timeout starts with the slot. A policy newer than the last call's is adopted. For a
        call that is begun again, its state is returned; its deadline stays.
        """
        events = self.due(now_ms) + self.adopt(policy, now_ms)
        if call_id in self._api:
            return Begun(self._slots[self._api[call_id]].ask(call_id, now_ms), events)
        refusal = self._lifecycle.begin(call_id, now_ms)
        if refusal:
            return Begun(refusal, events)
        readings = apis or (api,)
        place = self._either.place(call_id, readings)
        standing = self._slots[place].ask(call_id, now_ms)
        if isinstance(standing, Exceeded):
            self._lifecycle.end(call_id)
            self._either.forget(call_id)
            return Begun(standing, events)
        self._api[call_id] = place
        timeout_ms = max(policy.network_timeout_ms[each] for each in readings) if is_timed else None
        if isinstance(standing, Queued):
            self._waiting_ms[call_id] = timeout_ms
        elif timeout_ms is not None:
            self._deadlines.add(call_id, now_ms, timeout_ms)
        return Begun(standing, events)

    def opened(self, call_id: str, now_ms: float) -> tuple[Event, ...]:
        """A WebSocket handshake is done: its timeout no longer applies, its slot and the background still do."""
        self._deadlines.remove(call_id)
        return self.due(now_ms)

    def end(self, call_id: str, now_ms: float) -> tuple[Event, ...]:
        """A call is over: answered, failed, or its client disconnected, also while it waited. Idempotent.

        A call that ended by itself before its deadline was checked is not timed out.
        """
        self._lifecycle.end(call_id)
        self._deadlines.remove(call_id)
        return self._cut(self._deadlines.due(now_ms), self._lifecycle.due(now_ms), now_ms, gone=(call_id,))

    def apply(self, change: Change, now_ms: float) -> tuple[Event, ...]:
        """Foreground, background, pinned or unpinned."""
        events = self.due(now_ms)
        return events + self._cut((), self._lifecycle.apply(change, now_ms), now_ms)

    def adopt(self, policy: Policy, now_ms: float) -> tuple[Event, ...]:
        """Follows an edited policy: limits, ``excess``, edition, grace. Timeouts of calls in flight stay.

        ``background.pinned`` applies if the edit changed it; otherwise the app's last state stays.
        """
        if policy is self._policy:
            return ()
        events: tuple[Event, ...] = self.due(now_ms)
        before, self._policy = self._policy, policy
        interrupted = self._lifecycle.set_rules(policy.background.grace_ms, policy.edition.pinned_is_exempt, now_ms)
        if policy.background.pinned != before.background.pinned:
            change = Change.PINNED if policy.background.pinned else Change.UNPINNED
            interrupted += self._lifecycle.apply(change, now_ms)
        events += self._cut((), interrupted, now_ms)
        for api, slots in self._slots.items():
            started = slots.set_limit(policy.concurrency.limit(api), policy.excess_of(api), now_ms)
            events += self._timed(started, now_ms)
        return events + self._timed(self._either.settle(now_ms), now_ms)

    def next_deadline_ms(self) -> float | None:
        """When to call ``due`` next; None if nothing is pending."""
        pending = (self._deadlines.next_deadline_ms(), self._lifecycle.next_deadline_ms())
        return min((at_ms for at_ms in pending if at_ms is not None), default=None)

    def due(self, now_ms: float) -> tuple[Event, ...]:
        """What must happen by now. However late it is called, each call meets the end that came first."""
        return self._cut(self._deadlines.due(now_ms), self._lifecycle.due(now_ms), now_ms)

    def _cut(
        self,
        timed_out: tuple[TimedOut, ...],
        interrupted: tuple[Interrupted, ...],
        now_ms: float,
        gone: tuple[str, ...] = (),
    ) -> tuple[Event, ...]:
        """The calls that are cut, then those that get the slots of all that ended at this instant."""
        ends: dict[str, TimedOut | Interrupted] = {end.call_id: end for end in timed_out}
        for end in interrupted:
            other = ends.get(end.call_id)
            if other is None or end.at_ms < other.at_ms:
                ends[end.call_id] = end
        in_order = sorted(ends.values(), key=lambda end: end.at_ms)
        return (*in_order, *self._forget((*gone, *ends), now_ms))

    def _forget(self, call_ids: tuple[str, ...], now_ms: float) -> tuple[Started, ...]:
        by_api: dict[Api, list[str]] = {}
        for call_id in call_ids:
            self._lifecycle.end(call_id)
            self._deadlines.remove(call_id)
            self._waiting_ms.pop(call_id, None)
            self._either.forget(call_id)
            api = self._api.pop(call_id, None)
            if api is not None:
                by_api.setdefault(api, []).append(call_id)
        started = [each for api, gone in by_api.items() for each in self._slots[api].leave_all(gone, now_ms)]
        return self._timed((*started, *self._either.settle(now_ms)), now_ms)

    def _timed(self, started: tuple[Started, ...], now_ms: float) -> tuple[Started, ...]:
        """The calls that waited until now: their timeout starts."""
        for each in started:
            timeout_ms = self._waiting_ms.pop(each.call_id, None)
            if timeout_ms is not None:
                self._deadlines.add(each.call_id, now_ms, timeout_ms)
        return started
