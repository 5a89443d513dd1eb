"""What became of one portion of a source."""

from collections import Counter
from dataclasses import dataclass
from dataclasses import field

from wxpolicy.terms import Text
from wxreport.summary import Summary


@dataclass(slots=True)
class Part:
    """``text`` are its calls in a format of single calls, with what stands between two; ``summary`` is of them.

    ``is_empty``: there was nothing in it to be judged or counted. ``unreadable`` counts records that are damaged.
    ``broke_off``: the rest of its source cannot be read. ``is_undone``: it depends on what comes before or behind it,
    and has to be done again by whoever has done those.
    """

    summary: Summary
    text: str = ""
    done: int = 0  # of its source, when it was cut off
    is_empty: bool = True
    counts: Counter[str] = field(default_factory=Counter)
    foreign_appids: Counter[str] = field(default_factory=Counter)
    untrusting: Counter[str] = field(default_factory=Counter)
    beyond_scope: int = 0
    mistakes: list[Text] = field(default_factory=list)
    unreadable: int = 0
    broke_off: bool = False
    is_undone: bool = False
    # Whoever follows a redirect asks for its target: (device, appid, URL) of each call.
    asked: frozenset[tuple[str, str | None, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands before the first call, between two, behind each, and behind the last."""

    begin: str = ""
    between: str = ""
    behind: str = ""
    end: str = ""
