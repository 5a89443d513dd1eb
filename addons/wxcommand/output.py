"""Writes records in the requested format.

Third-party libraries are imported where they are used: the environment may not exist yet.
"""

import argparse
import errno
import io
import os
import sys
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from typing import TextIO

if TYPE_CHECKING:
    from wxcommand.parts.part import Part
    from wxpolicy.call.record import SessionFacts
    from wxreport.summary import Summary


class Output:
    """Where records are written. If its reader closes the pipe (| head), that is not an error: the rest is discarded.

    The records that follow are still read for the exit status, unless nothing in them can change it (not
    ``counts_on``): then ``is_done``.
    """

    def __init__(self, stream: TextIO, *, counts_on: bool) -> None:
        self._stream = stream
        self._counts_on = counts_on
        self._is_left = False

    @property
    def is_done(self) -> bool:
        return self._is_left and not self._counts_on

    def write(self, text: str) -> None:
        if not self._is_left:
            with self._until_left():
                self._stream.write(text)

    def flush(self) -> None:
        if not self._is_left:
            with self._until_left():
                self._stream.flush()

    def isatty(self) -> bool:
        return self._stream.isatty()

    @contextmanager
    def _until_left(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # Windows has no specific error for a pipe without a reader.
            if not (isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL)):
                raise
            self._is_left = True
            _write_nowhere()


@contextmanager
def opened(file: str | None, how: str, *, counts_on: bool) -> "Iterator[Output]":
    """An Output to standard output, or to ``file`` as UTF-8, in a folder that is made if need be; ``counts_on``: see
    there. Raises OSError."""
    if file and file != "-":
        folder = os.path.dirname(os.path.abspath(file))
        if not os.path.exists(folder):
            os.makedirs(folder, exist_ok=True)
        with open(file, "w", encoding="utf-8", newline="\n") as stream:
            yield Output(stream, counts_on=counts_on)
        return
    if how != "text" and isinstance(sys.stdout, io.TextIOWrapper):
        # Programs read it, and these formats are UTF-8 by their own rules, whatever the terminal's encoding.
        sys.stdout.reconfigure(encoding="utf-8")
    out = Output(sys.stdout, counts_on=counts_on)
    yield out
    out.flush()


def failed(file: str | None, error: OSError, lang: str) -> int:
    """Reports why nothing could be written; returns the exit status for it."""
    from wxpolicy.text.system_errors import reason

    if not file or file == "-":
        # What is left in its buffer would fail again at the end of the program.
        _write_nowhere()
    name, why = file or "stdout", reason(error).in_lang(lang)
    complain(f"{name} 无法写入：{why}" if lang == "zh" else f"{name} cannot be written: {why}")
    return 2


def complain(text: str) -> None:
    """As ``say``, to standard error, if that is open."""
    try:
        say(text, to=sys.stderr)
    except OSError:
        pass


def say(text: str, *, to: TextIO | None = None) -> None:
    """Prints a line, by default to standard output; secrets that it quotes are masked."""
    from wxredact.bodies import redact_text

    print(redact_text(text), file=to, flush=True)


def ended(
    summary: "Summary", facts: "SessionFacts", options: argparse.Namespace, lang: str, *, unread: bool = False
) -> int:
    """The exit status; prints to standard error if it is that of too few calls, which no report format shows."""
    from wxreport.exit_status import NOTHING_JUDGED
    from wxreport.exit_status import exit_status
    from wxreport.exit_status import too_few

    status = exit_status(summary, facts, options.fail_on, options.require_calls, unread=unread)
    if status == NOTHING_JUDGED:
        complain(too_few(summary, options.fail_on, options.require_calls).in_lang(lang))
    return status


def _write_nowhere() -> None:
    """Redirects standard output to the null device, for Python's own last flush too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def shown(
    out: Output,
    parts: "Iterable[Part]",
    facts: "Callable[[], SessionFacts]",
    how: str,
    lang: str,
    *,
    with_secrets: bool = False,
) -> "Summary":
    """Writes the parts (wxcommand.parts) as ``how`` and returns their Summary; ``facts`` is called after all were
    read."""
    from wxcommand.parts.calls import FRAMES
    from wxredact.records import redact_facts
    from wxreport.html_page import render_html
    from wxreport.jsonlines import session_line
    from wxreport.junit import render_junit
    from wxreport.parts import add_part
    from wxreport.summary import Summary
    from wxreport.text import render_text

    def shown_facts() -> "SessionFacts":
        return facts() if with_secrets else redact_facts(facts())

    summary = Summary()
    frame = FRAMES.get(how)
    if frame is None:
        for part in parts:
            add_part(summary, part.summary)
        render = {"html": render_html, "junit": render_junit}.get(how)
        if render is not None:
            out.write(render(summary, shown_facts(), lang))
        else:
            print(render_text(summary, shown_facts(), lang, color=out.isatty()), file=out)
        return summary
    out.write(frame.begin)
    between = ""
    for part in parts:
        if out.is_done:
            break
        if part.text:
            out.write(between + part.text)
            between = frame.between
        add_part(summary, part.summary)
    if how == "json":
        out.write(f'\n],\n"session": {session_line(shown_facts(), lang)}}}\n')
    out.write(frame.end)
    return summary
