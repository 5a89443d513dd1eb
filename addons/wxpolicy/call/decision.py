"""What is to be done with a call after an event: the only thing that the mitmproxy side carries out."""

from dataclasses import dataclass
from enum import StrEnum

from wxpolicy.finding import Finding
from wxpolicy.state.app import Event as AppEvent


class Action(StrEnum):
    PASS = "pass"  # go on
    HOLD = "hold"  # send nothing and read no more of the body, until another event decides
    REFUSE = "refuse"  # end it as a network failure before anything more of it is passed on
    CUT = "cut"  # end it as a network failure wherever it is


@dataclass(frozen=True, slots=True)
class Decision:
    """``findings`` are the new ones. ``referer`` is what the header must say when the call leaves, None leaves it.

    ``watches_body``: the bytes of the answer's body are to go through ``Judgement.ledger``;
    ``converts_body``: the client is to receive what the mini-program would hand to the code.
    ``others`` is what now happens to other calls of the same app, each to be fed to the
    judgement of its ``call_id``; ``wake_at_ms`` is when that app must be asked again
    (``App.due``), None where nothing is pending.
    """

    action: Action = Action.PASS
    findings: tuple[Finding, ...] = ()
    referer: str | None = None
    watches_body: bool = False
    converts_body: bool = False
    others: tuple[AppEvent, ...] = ()
    wake_at_ms: float | None = None


PASS = Decision()
