"""A progress bar for long work, on the terminal and nowhere else."""

import sys
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import TextIO
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn
from rich.progress import MofNCompleteColumn
from rich.progress import Progress
from rich.progress import TextColumn
from rich.progress import TimeRemainingColumn

from wxpolicy.terms import Text

# Fewer are done before a bar could be read.
LONG_WORK = 2_000
_REPORT_EVERY = 500

READING = Text("读取会话", "Reading the session")

Item = TypeVar("Item")


def with_progress(
    items: Iterable[Item],
    total: int,
    lang: str,
    label: Text = READING,
    out: TextIO | None = None,
    done: Callable[[Item], int] | None = None,
) -> Iterator[Item]:
    """The items as they are, with a bar on ``out`` (stderr) while they are taken, if that is a terminal.

    ``total`` is how many are expected; 0 where that cannot be told. Items that are more than one each
    say with ``done`` how many were done when they come.
    """
    out = sys.stderr if out is None else out
    if total < LONG_WORK or not out.isatty():
        yield from items
        return
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(file=out), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task(label.in_lang(lang), total=total)
        for number, item in enumerate(items):
            if done is not None or number % _REPORT_EVERY == 0:
                bar.update(task, completed=number if done is None else done(item))
            yield item
