"""What to do with a call after an event: the only thing that the mitmproxy side carries out."""

from dataclasses import dataclass
from enum import StrEnum

from wxpolicy.finding import Finding
from wxpolicy.state.app import Event as AppEvent


class Action(StrEnum):
    PASS = "pass"  # continue
    HOLD = "hold"  # send nothing and read no more of the body, until a later event decides
    REFUSE = "refuse"  # end it as a network failure before any more of it is forwarded
    CUT = "cut"  # end it as a network failure at any point


@dataclass(frozen=True, slots=True)
class Decision:
    """``findings`` are the new ones. ``referer`` is the header's value when the call is forwarded, None leaves it
    unchanged. ``watches_body``: the bytes of the response body are to be passed to ``Judgement.ledger``;
    ``converts_body``: the client is to receive what the mini-program would pass to its code. ``others`` is what happens
    to other calls of the same app, each to be fed to the judgement of its ``call_id``; ``wake_at_ms`` is when that app
    must be asked again (``App.due``), None if nothing is pending."""

    action: Action = Action.PASS
    findings: tuple[Finding, ...] = ()
    referer: str | None = None
    watches_body: bool = False
    converts_body: bool = False
    others: tuple[AppEvent, ...] = ()
    wake_at_ms: float | None = None


PASS = Decision()
