"""Gates fail closed: mitmproxy forwards a call whose hook raised, so no hook of a gate may raise."""

import functools
import inspect
import logging
from collections.abc import Callable
from typing import Any

from mitmproxy import http

from wxgate.call.open_calls import OpenCalls
from wxgate.call.open_calls import internal_error
from wxgate.start.policy_source import PolicySource
from wxpolicy.policy import Policy
from wxpolicy.terms import Mode

logger = logging.getLogger(__name__)


class Gate:
    """An addon that may refuse calls. Its hooks carry ``@gate``."""

    def __init__(self, source: PolicySource, calls: OpenCalls) -> None:
        self.source = source
        self.calls = calls

    @property
    def policy(self) -> Policy:
        """The policy for a call that begins now; a call in flight has its own."""
        return self.source.policy


def gate(hook: Callable[..., Any]) -> Callable[..., Any]:
    """Turns an exception in a hook into a refused call with INTERNAL_ERROR.

    Observe mode alters nothing, so there the error is recorded and the call goes on.
    """
    name = f"{hook.__module__.rpartition('.')[2]}.{hook.__name__}"

    if inspect.iscoroutinefunction(hook):

        @functools.wraps(hook)
        async def guarded(self: Gate, flow: http.HTTPFlow) -> None:
            try:
                await hook(self, flow)
            except Exception as error:
                _fail_closed(self, flow, name, error)

    else:

        @functools.wraps(hook)
        def guarded(self: Gate, flow: http.HTTPFlow) -> None:
            try:
                hook(self, flow)
            except Exception as error:
                _fail_closed(self, flow, name, error)

    return guarded


def _fail_closed(addon: Gate, flow: http.HTTPFlow, name: str, error: Exception) -> None:
    logger.error("%s failed on %s: the call is refused", name, flow.id, exc_info=error)
    call = addon.calls.of(flow)
    if call is None:
        call = addon.calls.open_unread(flow, addon.policy)
    call.findings.insert(0, internal_error(name, error))
    if call.policy.mode is not Mode.OBSERVE:
        call.refuse()
