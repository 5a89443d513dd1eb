"""Calls that fit several APIs equally well, and the slots of these APIs.

Which API's slot such a call takes is not on the wire. It waits, or fails, only if it would under every reading: it
takes a slot where one is free, and moves if another call needs that slot.
"""

from collections.abc import Mapping

from wxpolicy.state.slots import Slots
from wxpolicy.state.slots import Started
from wxpolicy.terms import Api


class Either:
    """``places`` maps every unfinished call to the slots in which it runs or waits; it is kept up to date here."""

    def __init__(self, slots: Mapping[Api, Slots], places: dict[str, Api]) -> None:
        self._slots = slots
        self._places = places
        self._readings: dict[str, tuple[Api, ...]] = {}

    def place(self, call_id: str, apis: tuple[Api, ...]) -> Api:
        """In which slots a new call runs or waits."""
        if len(apis) > 1:
            self._readings[call_id] = apis
        for api in apis:
            if self._slots[api].has_room or self._make_room(api):
                return api
        return apis[0]

    def forget(self, call_id: str) -> None:
        self._readings.pop(call_id, None)

    def settle(self, now_ms: float) -> tuple[Started, ...]:
        """Slots have become free: returns the calls that start because another can use a different slot."""
        started: list[Started] = []
        moved = bool(self._readings)
        while moved:
            moved = False
            for api, slots in self._slots.items():
                if not slots.is_waited_for:
                    continue
                more = self._start_elsewhere(api, now_ms) or (slots.fill(now_ms) if self._make_room(api) else ())
                moved |= bool(more)
                started += more
        return tuple(started)

    def _start_elsewhere(self, api: Api, now_ms: float) -> tuple[Started, ...]:
        """The first of those that wait in ``api`` and may run in the slots of another API."""
        for call_id in self._slots[api].waiting:
            other = self._room_for(call_id, api)
            if other is not None:
                self._places[call_id] = other
                return (self._slots[api].start_in(self._slots[other], call_id, now_ms),)
        return ()

    def _make_room(self, api: Api) -> bool:
        """Whether a call that runs in ``api`` could be moved to another of its APIs."""
        if self._slots[api].is_over_full:
            return False
        for call_id in self._readings:
            if self._places.get(call_id) is api and self._slots[api].runs(call_id):
                other = self._room_for(call_id, api)
                if other is not None:
                    self._places[call_id] = other
                    self._slots[api].move_to(self._slots[other], call_id)
                    return True
        return False

    def _room_for(self, call_id: str, api: Api) -> Api | None:
        readings = self._readings.get(call_id, ())
        return next((other for other in readings if other is not api and self._slots[other].has_room), None)
