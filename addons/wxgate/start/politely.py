"""Long work beside the calls."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any
from typing import TypeVar

# How long the loop waits for the interpreter while such work goes on, each time that it had let it go for a system
# call: a callback makes many. Python's own 5 ms would add up to a stall.
POLITE_SWITCH_S = 0.0003
_T = TypeVar("_T")


async def politely(work: Callable[..., _T], *arguments: Any) -> _T:
    """In a thread: whenever the loop has waited for a moment, it is the loop's turn. One at a time."""
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(POLITE_SWITCH_S)
    try:
        return await asyncio.to_thread(work, *arguments)
    finally:
        sys.setswitchinterval(usual_s)
