"""Redirects that the client may or may not follow: the next hop, when it arrives, tells more about the call before
it."""

from collections.abc import Callable

from wxgate.call.live_calls import LiveCall
from wxgate.call.live_calls import PassedOn
from wxgate.steering.app_states import now_ms
from wxpolicy.call.events import HopCame
from wxpolicy.call.events import ResponseHead
from wxpolicy.call.hops import Hops


class Redirects:
    """``changed`` is called with a call about which more became known after its response had passed."""

    def __init__(self, changed: Callable[[PassedOn], None]) -> None:
        self._changed = changed
        self._hops: Hops[PassedOn] = Hops()

    def answered(self, call: LiveCall, head: ResponseHead) -> None:
        """The head of a response with findings is about to be sent to its client."""
        if call.refused:
            return
        passed_on = PassedOn(call.judgement)
        if self._hops.pass_on(call.judgement, head, passed_on, now_ms()):
            call.passed_on = passed_on

    def began(self, call: LiveCall) -> None:
        """A call that was judged by its target: it may be the next hop of an earlier one."""
        passed_on = self._hops.followed_by(call.judgement, now_ms())
        if passed_on is not None:
            passed_on.judgement.feed(HopCame(is_refused=call.refused), now_ms())
            self._changed(passed_on)
