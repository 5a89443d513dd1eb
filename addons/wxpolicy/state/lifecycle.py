"""One mini-program on one device, in the foreground or in the background.

seed-2017 §2: "小程序进入后台运行后（非置顶聊天），如果 5s 内网络请求没有结束，会回调错误信息 fail interrupted；在回到前台之前，网络请求接口调用都会无法调用。"

What the clause does not say:
1. Calls that start within the grace are allowed, and end with all others at its end.
2. Only a change starts a grace: another "background" message never extends one.
3. "pinned" exempts in edition 2017 only (platform §1: edition current has no
   such clause; there the pin is remembered and has no effect).
4. Pinned within the grace: nothing is cut. Unpinned in the background: a full grace starts then, as if the app had gone
   to the background at that moment.
5. The grace's last moment is outside it: at exactly ``grace_ms`` calls are cut and
   refused, and a "foreground" that comes then is too late.
6. ``grace_ms`` is the one in force when the grace begins.
"""

from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    """What can happen to an app, in the terms of a scenario file."""

    BACKGROUND = "background"
    FOREGROUND = "foreground"
    PINNED = "pinned"
    UNPINNED = "unpinned"


class Phase(StrEnum):
    """The state of an app at one moment."""

    FOREGROUND = "foreground"
    EXEMPT = "exempt"  # in the background, pinned to the chat top
    GRACE = "grace"  # in the background, calls still running
    BACKGROUND = "background"  # no call is running, none may start


@dataclass(frozen=True, slots=True)
class InBackground:
    """A call is refused. The grace lasted from ``grace_began_ms`` to ``grace_ended_ms``."""

    grace_began_ms: float
    grace_ended_ms: float


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A call is cut (errno 600003). ``at_ms`` is the end of the grace, the same for all its calls.

    ``begun_ms`` later than ``grace_began_ms``: the call started in the background.
    """

    call_id: str
    begun_ms: float
    grace_began_ms: float
    at_ms: float


@dataclass(frozen=True, slots=True)
class _Grace:
    began_ms: float
    end_ms: float


class Lifecycle:
    """Whether an app's calls may start, and when running ones are cut.

    A call is anything unfinished: running, waiting in the concurrency queue, or an open WebSocket. ``pin_exempts`` is
    True in edition 2017.
    """

    def __init__(self, grace_ms: float, pin_exempts: bool, pinned: bool = False) -> None:
        self._grace_ms = grace_ms
        self._pin_exempts = pin_exempts
        self._pinned = pinned
        self._in_foreground = True
        self._grace: _Grace | None = None  # None in the foreground and while exempt
        self._begun_ms: dict[str, float] = {}

    @property
    def pinned(self) -> bool:
        return self._pinned

    @property
    def calls(self) -> tuple[str, ...]:
        """The unfinished calls, in the order in which they started."""
        return tuple(self._begun_ms)

    def phase(self, now_ms: float) -> Phase:
        if self._in_foreground:
            return Phase.FOREGROUND
        if self._grace is None:
            return Phase.EXEMPT
        return Phase.GRACE if now_ms < self._grace.end_ms else Phase.BACKGROUND

    def begin(self, call_id: str, now_ms: float) -> InBackground | None:
        """A call starts; None if it may. A refused call leaves no trace."""
        if self._grace and now_ms >= self._grace.end_ms:
            return InBackground(self._grace.began_ms, self._grace.end_ms)
        self._begun_ms.setdefault(call_id, now_ms)
        return None

    def end(self, call_id: str) -> None:
        """A call is over, however it ended. Idempotent; unknown ids are ignored."""
        self._begun_ms.pop(call_id, None)

    def apply(self, change: Change, now_ms: float) -> tuple[Interrupted, ...]:
        """Changes the app's state. Returns the calls to cut: those whose grace had already ended."""
        cut = self.due(now_ms)
        if change in (Change.BACKGROUND, Change.FOREGROUND):
            self._in_foreground = change is Change.FOREGROUND
        else:
            self._pinned = change is Change.PINNED
        return cut + self._follow(now_ms)

    def set_rules(self, grace_ms: float, pin_exempts: bool, now_ms: float) -> tuple[Interrupted, ...]:
        """The policy was edited. A pin that no longer exempts counts as unpinned now, and vice versa."""
        cut = self.due(now_ms)
        self._grace_ms, self._pin_exempts = grace_ms, pin_exempts
        return cut + self._follow(now_ms)

    def next_deadline_ms(self) -> float | None:
        """When to call ``due``: the end of the grace, or None if nothing can be cut."""
        return self._grace.end_ms if self._grace and self._begun_ms else None

    def due(self, now_ms: float) -> tuple[Interrupted, ...]:
        """The calls to cut by now, in the order in which they started; each is returned once and then forgotten."""
        grace = self._grace
        if grace is None or now_ms < grace.end_ms:
            return ()
        cut = tuple(
            Interrupted(call_id, begun_ms, grace.began_ms, grace.end_ms) for call_id, begun_ms in self._begun_ms.items()
        )
        self._begun_ms.clear()
        return cut

    def _follow(self, now_ms: float) -> tuple[Interrupted, ...]:
        """Starts or drops the grace after a change; a grace of 0 ms ends at once."""
        if self._in_foreground or (self._pinned and self._pin_exempts):
            self._grace = None
        elif self._grace is None:
            self._grace = _Grace(now_ms, now_ms + self._grace_ms)
        return self.due(now_ms)
