"""A progress bar for a file that is read to its end, on the terminal and nowhere else."""

import sys
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import TextIO
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn
from rich.progress import DownloadColumn
from rich.progress import Progress
from rich.progress import TextColumn
from rich.progress import TimeRemainingColumn

from wxpolicy.terms import Text

# A smaller file is read before a bar could be.
LONG_FILE_BYTES = 4 * 1024 * 1024
_REPORT_EVERY = 5

CHECKING = Text("检查抓包", "Checking the capture")

Item = TypeVar("Item")


def with_byte_progress(
    items: Iterable[Item],
    size_bytes: int,
    lang: str,
    done: Callable[[Item], int],
    label: Text = CHECKING,
    out: TextIO | None = None,
) -> Iterator[Item]:
    """The items as they are, with a bar on ``out`` (stderr) if that is a terminal; ``done`` gives the bytes read when an item comes."""
    out = sys.stderr if out is None else out
    if size_bytes < LONG_FILE_BYTES or not out.isatty():
        yield from items
        return
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(),
        console=Console(file=out), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task(label.in_lang(lang), total=size_bytes)
        for number, item in enumerate(items):
            if number % _REPORT_EVERY == 0:
                bar.update(task, completed=done(item))
            yield item
