"""Long work in a thread that leaves the event loop responsive."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any
from typing import TypeVar

# How long the loop waits for the GIL while such work runs, each time it has released it for a system
# call: a callback makes many. Python's own 5 ms would add up to a stall.
SWITCH_INTERVAL_S = 0.0003
_T = TypeVar("_T")


async def in_thread(work: Callable[..., _T], *arguments: Any) -> _T:
    """In a thread: whenever the loop has waited for a moment, it gets the GIL. One piece of work at a time."""
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    try:
        return await asyncio.to_thread(work, *arguments)
    finally:
        sys.setswitchinterval(usual_s)
