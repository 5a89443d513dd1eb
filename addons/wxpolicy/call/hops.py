"""Redirects to refused targets that were forwarded to the client, until it follows one or its time is up.

The client is recognised by device, mini-program and URL: a request for the exact target of a redirect, within the time
limit of the call, follows it (platform §1 [doc]: a call with ``redirect: "manual"`` completes with the 3xx, and no
further hop is requested).
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic
from typing import TypeVar

from wxpolicy.call.events import ResponseHead
from wxpolicy.call.judgement import Judgement
from wxpolicy.rules.redirect import may_be_followed
from wxpolicy.rules.redirect import target_url
from wxpolicy.rules.redirect import url_key

# Each is compared with every new call; a forgotten one stays not observable.
MOST = 100

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class _Passed(Generic[Kept]):
    device: str
    appid: str | None
    target: str
    until_ms: float
    call: Kept


class Hops(Generic[Kept]):
    """``Kept`` is what its owner needs of a call."""

    def __init__(self) -> None:
        self._passed: deque[_Passed[Kept]] = deque(maxlen=MOST)

    def __len__(self) -> int:
        return len(self._passed)

    def targets(self) -> Iterator[tuple[str, str | None, str]]:
        """The requests that each waits for: device, mini-program, URL."""
        return ((each.device, each.appid, each.target) for each in self._passed)

    def pass_on(self, call: Judgement, head: ResponseHead, kept: Kept, now_ms: float) -> bool:
        """The response is sent to its client; False if it is not such a redirect."""
        if not any(may_be_followed(finding) for finding in call.findings):
            return False
        target = target_url(call.facts, head)
        if target:
            until_ms = now_ms + call.policy.network_timeout_ms[call.classification.api]
            self._passed.append(_Passed(call.facts.device, call.appid, target, until_ms, kept))
        return bool(target)

    def followed_by(self, call: Judgement, now_ms: float) -> Kept | None:
        """The call of which this one is the next hop, which is then forgotten. None if there is none."""
        if not self._passed:
            return None
        url = url_key(call.facts)
        for each in self._passed:
            if each.target == url and (each.device, each.appid) == (call.facts.device, call.appid):
                self._passed.remove(each)
                return each.call if now_ms <= each.until_ms else None
        return None
