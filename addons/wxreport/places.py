"""Where a cause was found: every URL, device and time, with equal ones merged. Limited in number, because URLs come
from the wire."""

from dataclasses import dataclass
from dataclasses import field

MOST_PLACES_OF_A_CAUSE = 1000
MOST_PLACES = 20_000


PlaceKey = tuple[str, str, str]  # method, URL, device


@dataclass(slots=True)
class Place:
    """Calls of one device to one URL. Times are seconds since the epoch, as in the records."""

    method: str
    url: str
    device: str
    first_at: float
    last_at: float
    calls: int = 0


@dataclass(slots=True)
class Places:
    """In the order of first appearance; ``more_calls`` counts those that did not fit."""

    found: dict[PlaceKey, Place] = field(default_factory=dict)
    more_calls: int = 0

    def add(self, method: str, url: str, device: str, at: float, *, has_room: bool) -> bool:
        """Counts one call; True if it needed a new place. ``has_room``: whether the whole report has room for one."""
        return self.take(Place(method, url, device, at, at, 1), has_room=has_room)

    def take(self, found: Place, *, has_room: bool) -> bool:
        """The same for the calls of a place that was counted elsewhere."""
        key = (found.method, found.url, found.device)
        place = self.found.get(key)
        if place is None:
            if not has_room or len(self.found) >= MOST_PLACES_OF_A_CAUSE:
                self.more_calls += found.calls
                return False
            self.found[key] = found
            return True
        place.calls += found.calls
        place.first_at, place.last_at = min(place.first_at, found.first_at), max(place.last_at, found.last_at)
        return False

    def first(self, count: int) -> list[Place]:
        return list(self.found.values())[:count]

    def calls_beyond(self, count: int) -> int:
        """How many calls the first ``count`` places omit."""
        return self.more_calls + sum(place.calls for place in list(self.found.values())[count:])
