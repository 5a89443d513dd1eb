"""The result of one portion of a source."""

from collections import Counter
from dataclasses import dataclass
from dataclasses import field

from wxpolicy.terms import Text
from wxreport.summary import Summary


@dataclass(slots=True)
class Part:
    """``text`` are its calls in a format of single calls, with separators; ``summary`` is that of these calls.

    ``is_empty``: there was nothing to judge or count. ``unreadable`` counts damaged records. ``broke_off``: the rest of
    its source cannot be read. ``is_undone``: it depends on earlier or later portions, and has to be done again after
    them.
    """

    summary: Summary
    text: str = ""
    done: int = 0  # of its source, at its end
    is_empty: bool = True
    counts: Counter[str] = field(default_factory=Counter)
    foreign_appids: Counter[str] = field(default_factory=Counter)
    untrusting: Counter[str] = field(default_factory=Counter)
    beyond_scope: int = 0
    mistakes: list[Text] = field(default_factory=list)
    unreadable: int = 0
    broke_off: bool = False
    is_undone: bool = False
    # The targets of requests, for redirects: (device, appid, URL) of each call.
    asked: frozenset[tuple[str, str | None, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Frame:
    """The text before the first call, between two, after each, and after the last."""

    begin: str = ""
    between: str = ""
    behind: str = ""
    end: str = ""
