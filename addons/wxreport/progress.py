"""Progress bars for long work, on a terminal only."""

import sys
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import TextIO
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn
from rich.progress import DownloadColumn
from rich.progress import MofNCompleteColumn
from rich.progress import Progress
from rich.progress import ProgressColumn
from rich.progress import TextColumn
from rich.progress import TimeRemainingColumn

from wxpolicy.terms import Text

# Less work is done before a bar could be read.
LONG_WORK = 2_000
LONG_FILE_BYTES = 4 * 1024 * 1024
# Items between two updates of a bar.
_CALLS, _PORTIONS = 500, 5

READING = Text("读取会话", "Reading the session")
CHECKING = Text("检查抓包", "Checking the capture")

Item = TypeVar("Item")


def with_progress(
    items: Iterable[Item],
    total: int,
    lang: str,
    out: TextIO | None = None,
    done: Callable[[Item], int] | None = None,
) -> Iterator[Item]:
    """Yields the items unchanged, with a bar on ``out`` (stderr) meanwhile, if that is a terminal.

    ``total`` is the expected number; 0 if it is unknown. If an item stands for more than one, ``done`` returns how many
    are done with it.
    """
    out = sys.stderr if out is None else out
    if total < LONG_WORK or not out.isatty():
        yield from items
        return
    every = _CALLS if done is None else 1
    yield from _with_bar(items, _bar(MofNCompleteColumn(), out), READING.in_lang(lang), total, every, done)


def with_byte_progress(
    items: Iterable[Item], size_bytes: int, lang: str, done: Callable[[Item], int], out: TextIO | None = None
) -> Iterator[Item]:
    """As ``with_progress``, for a file that is read to its end; ``done`` returns the bytes read with an item."""
    out = sys.stderr if out is None else out
    if size_bytes < LONG_FILE_BYTES or not out.isatty():
        yield from items
        return
    yield from _with_bar(items, _bar(DownloadColumn(), out), CHECKING.in_lang(lang), size_bytes, _PORTIONS, done)


def _bar(count: ProgressColumn, out: TextIO) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), count, TimeRemainingColumn(),
        console=Console(file=out), transient=True,
    )  # fmt: skip


def _with_bar(
    items: Iterable[Item], bar: Progress, label: str, total: int, every: int, done: Callable[[Item], int] | None
) -> Iterator[Item]:
    with bar:
        task = bar.add_task(label, total=total)
        for number, item in enumerate(items):
            if number % every == 0:
                bar.update(task, completed=number if done is None else done(item))
            yield item
