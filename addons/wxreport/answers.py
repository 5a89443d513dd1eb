"""What a call's callback receives, for each API that the call may be."""

from collections.abc import Sequence

from wxpolicy.call.record import Verdict


def answer(verdict: Verdict, apis: Sequence[str]) -> str:
    """errMsg, and errno if there is one: "request:fail timeout / downloadFile:fail timeout (errno 5)". ``apis`` are
    those that the traffic fits equally well, the recorded one first."""
    own, _, rest = verdict.errmsg.partition(":")
    told = [verdict.errmsg, *(f"{api}:{rest}" for api in apis if api != own and rest)]
    number = "" if verdict.errno is None else f" (errno {verdict.errno})"
    return " / ".join(told) + number
