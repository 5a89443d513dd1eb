"""What a benchmark found, and how it is taken: rounds of the product and of bare mitmdump by turns. Standard library only."""

import statistics
import threading
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One thing measured, a value a round. ``of`` names who was measured: what stands first is compared with what stands last."""

    part: str
    case: str
    unit: str
    of: dict[str, list[float]]
    more: dict[str, float] = field(default_factory=dict)
    place: str = ""  # in the code

    @property
    def medians(self) -> dict[str, float]:
        return {name: statistics.median(values) for name, values in self.of.items()}

    @property
    def ratios(self) -> list[float]:
        """Of the rounds: each round's two stood side by side in time."""
        names = list(self.of)
        if len(names) < 2:
            return []
        return [ours / theirs for ours, theirs in zip(self.of[names[0]], self.of[names[-1]], strict=True) if theirs]

    @property
    def ratio(self) -> float | None:
        return statistics.median(self.ratios) if self.ratios else None

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"medians": self.medians, "ratio": self.ratio, "ratios": self.ratios}

    def as_text(self) -> str:
        said = [f"{self.part:11} {self.case:38}"]
        said += [f"{name} {_number(value)}" for name, value in self.medians.items()]
        said.append(self.unit)
        if self.ratio is not None:
            said.append(f" ratio {self.ratio:.2f} ({min(self.ratios):.2f} to {max(self.ratios):.2f})")
        said += [f" {name} {_number(value)}" for name, value in self.more.items()]
        if self.place:
            said.append(f" {self.place}")
        return " ".join(said)


def by_turns(rounds: int, measures: Sequence[Callable[[], None]]) -> None:
    """Takes every measure once a round, each round in the opposite order, so that the machine's moods meet all."""
    for number in range(rounds):
        for measure in measures if number % 2 == 0 else reversed(measures):
            measure()


def at_once(runs: Sequence[Callable[[], None]]) -> None:
    """Each in a thread of its own; raises what the first of them raised."""
    failed: list[BaseException] = []

    def guarded(run: Callable[[], None]) -> None:
        try:
            run()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
