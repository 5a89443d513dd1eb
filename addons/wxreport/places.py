"""Where a cause was met: every URL, device and time, alike ones folded. Bounded, because URLs come from the wire."""

from dataclasses import dataclass
from dataclasses import field

MOST_PLACES_OF_A_CAUSE = 1000
MOST_PLACES = 20_000


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
    """In the order of first appearance; ``more_calls`` is what did not fit."""

    found: dict[tuple[str, str, str], Place] = field(default_factory=dict)
    more_calls: int = 0

    def add(self, method: str, url: str, device: str, at: float, *, has_room: bool) -> bool:
        """Counts one call; True where it took a new place. ``has_room``: whether the report as a whole has one left."""
        place = self.found.get((method, url, device))
        is_new = place is None
        if place is None:
            if not has_room or len(self.found) >= MOST_PLACES_OF_A_CAUSE:
                self.more_calls += 1
                return False
            place = self.found[method, url, device] = Place(method, url, device, at, at)
        place.calls += 1
        place.first_at, place.last_at = min(place.first_at, at), max(place.last_at, at)
        return is_new

    def first(self, count: int) -> list[Place]:
        return list(self.found.values())[:count]

    def calls_beyond(self, count: int) -> int:
        """How many calls the first ``count`` places leave out."""
        return self.more_calls + sum(place.calls for place in list(self.found.values())[count:])
