"""Portions of a capture or a session, judged again."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from wxcapture.captured import Captured
from wxcapture.captured import Mistake
from wxcapture.captured import Skipped
from wxcapture.captured import Untrusting
from wxcapture.following import Following
from wxcapture.offline import OfflineJudge
from wxcapture.portions import Files
from wxcapture.portions import FlowReading
from wxcapture.portions import Portion
from wxcapture.portions import read_portion
from wxcommand.parts.calls import FRAMES
from wxcommand.parts.calls import written
from wxcommand.parts.part import Part
from wxpolicy.call.record import CallRecord
from wxpolicy.terms import Scope
from wxpolicy.terms import Text
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable
from wxredact.redact import redact_url
from wxreport.parts import part_of


@dataclass(frozen=True, slots=True)
class Task:
    """A portion of one source, ``scope`` being that of its calls."""

    portion: Portion
    scope: Scope


class Judging:
    """The work. ``again`` creates the same work in a new process, from values that can be pickled."""

    def __init__(
        self,
        judge: OfflineJudge,
        reading: FlowReading,
        how: str,
        lang: str,
        *,
        with_secrets: bool,
        again: tuple[Callable[..., "Judging"], tuple[object, ...]],
    ) -> None:
        self.judge = judge
        self.files = Files(reading)
        self._how, self._lang, self._with_secrets = how, lang, with_secrets
        self._again = again

    def __reduce__(self) -> tuple[Callable[..., "Judging"], tuple[object, ...]]:
        return self._again

    def __call__(self, task: Task) -> Part:
        """Independently of other portions; undone if the result depends on them."""
        if task.portion.is_read:
            return Part(part_of(()), is_undone=True)  # doing it takes less time than sending it
        return self._part(task, Following(self.judge), is_alone=True)

    def in_turn(self, task: Task, following: Following) -> Part:
        """After everything that ``following`` has seen."""
        return self._part(task, following, is_alone=False)

    def rest(self, following: Following) -> Part:
        """The calls that still wait after all were seen."""
        records = list(following.rest())
        part = Part(part_of(()), is_empty=not records)
        self._write(part, records)
        return part

    def _part(self, task: Task, following: Following, *, is_alone: bool) -> Part:
        judge, files = self.judge, self.files
        judge.policies = judge.policies.in_scope(task.scope)
        judge.counts, judge.foreign_appids, judge.beyond_scope = Counter(), Counter(), 0
        files.unreadable, files.is_broken_off = 0, False
        following.asked.clear()
        part = Part(part_of(()), done=task.portion.done)
        records: list[CallRecord] = []
        for item in read_portion(task.portion, files):
            if isinstance(item, Mistake):
                part.mistakes.append(item.text)
                continue
            part.is_empty = False
            if isinstance(item, Captured):
                try:
                    records += following.records(item)
                except Exception as error:  # a fault of ours: never a verdict, and the other calls continue
                    part.mistakes.append(_not_judged(item.url, error))
                if is_alone and not following.is_idle:
                    part.is_undone = True
                    return part
            elif isinstance(item, Skipped):
                judge.counts[item.kind] += 1
            elif isinstance(item, Untrusting):
                part.untrusting[f"{item.device} {item.host}"] += 1
        part.counts, part.foreign_appids, part.beyond_scope = judge.counts, judge.foreign_appids, judge.beyond_scope
        part.unreadable, part.broke_off = files.unreadable, files.is_broken_off
        part.asked = frozenset(following.asked)
        self._write(part, records)
        return part

    def _write(self, part: Part, records: list[CallRecord]) -> None:
        part.summary = part_of(records, with_secrets=self._with_secrets)
        if self._how in FRAMES:
            made = written(records, self._how, self._lang, with_secrets=self._with_secrets)
            part.text = FRAMES[self._how].between.join(made)


def _not_judged(url: str, error: Exception) -> Text:
    what, shown = f"{type(error).__name__}: {error}", printable(beginning(redact_url(url)))
    return Text(
        f"INTERNAL_ERROR：{shown} 未能检查（{what}）：这是本工具的缺陷，请反馈",
        f"INTERNAL_ERROR: {shown} could not be judged ({what}): a fault of this tool, please report it",
    )
