"""Records of a capture in its order, except for redirects that wait to see whether their client follows them."""

from collections.abc import Collection
from collections.abc import Iterator
from dataclasses import dataclass

from wxcapture.captured import Captured
from wxcapture.offline import OfflineJudge
from wxcapture.offline import record_of_captured
from wxpolicy.call.events import HopCame
from wxpolicy.call.events import ResponseHead
from wxpolicy.call.hops import MOST
from wxpolicy.call.hops import Hops
from wxpolicy.call.judgement import Judgement
from wxpolicy.call.record import CallRecord
from wxpolicy.rules.redirect import url_key

Asked = tuple[str, str | None, str]


@dataclass(slots=True, eq=False)
class _Waiting:
    call: Captured
    judgement: Judgement


class Following:
    """Pass it every call of a capture, and ask for the rest at the end."""

    def __init__(self, judge: OfflineJudge) -> None:
        self._judge = judge
        self._hops: Hops[_Waiting] = Hops()
        self._waiting: list[_Waiting] = []
        # The clients that requested a URL, of the calls that were judged: device, mini-program, URL.
        self.asked: list[Asked] = []

    @property
    def is_idle(self) -> bool:
        """Whether later calls cannot depend on what was seen."""
        return not self._waiting and not len(self._hops)

    def concerns(self, asked: Collection[Asked]) -> bool:
        """Whether one of these may follow a redirect that was seen."""
        return any(target in asked for target in self._hops.targets())

    def records(self, call: Captured) -> Iterator[CallRecord]:
        """The records that are complete after this call: its own, that of an earlier one, or neither."""
        judgement = self._judge.judged(call)
        if judgement is None:
            return
        self.asked.append((judgement.facts.device, judgement.appid, url_key(judgement.facts)))
        record = record_of_captured(call, judgement)
        began_ms = call.started_at * 1000
        followed = self._hops.followed_by(judgement, began_ms)
        if followed is not None and followed in self._waiting:
            followed.judgement.feed(HopCame(is_refused=record.acted == "fail"), 0.0)
            self._waiting.remove(followed)
            yield record_of_captured(followed.call, followed.judgement)
        waiting = _Waiting(call, judgement)
        head = ResponseHead(call.answer.status, call.answer.headers) if call.answer is not None else None
        if head is None or not self._hops.pass_on(judgement, head, waiting, began_ms + call.duration_ms):
            yield record
            return
        self._waiting.append(waiting)
        if len(self._waiting) > MOST:
            yield self._given_up()

    def rest(self) -> Iterator[CallRecord]:
        """The redirects that no client was seen to follow."""
        while self._waiting:
            yield self._given_up()

    def _given_up(self) -> CallRecord:
        waiting = self._waiting.pop(0)
        return record_of_captured(waiting.call, waiting.judgement)
