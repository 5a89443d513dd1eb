"""Writes records in the format that was asked for. Import it after ``_venv.enter()``."""

import os
import sys
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def opened(file: str | None):
    """Standard output, or ``file`` as UTF-8. Raises OSError."""
    if file and file != "-":
        with open(file, "w", encoding="utf-8", newline="\n") as out:
            yield out
        return
    yield sys.stdout
    sys.stdout.flush()


def left_early() -> int:
    """Whoever reads has left (| head), which is no fault: the rest of the output has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def failed(file: str | None, error: OSError, lang: str) -> int:
    """Says why nothing could be written; the exit status for it."""
    name = file or "stdout"
    print(f"{name} 无法写入：{error.strerror}" if lang == "zh" else f"{name} cannot be written: {error.strerror}", file=sys.stderr)
    return 2


def shown(out, records: Iterable, facts: Callable, how: str, lang: str, *, with_secrets: bool = False):
    """Writes the records as ``how`` and gives their Summary; ``facts`` is asked once all were read."""
    from wxreport.html_page import render_html
    from wxreport.jsonlines import iter_jsonl
    from wxreport.jsonlines import session_line
    from wxreport.junit import render_junit
    from wxreport.summary import summarise
    from wxreport.text import render_text

    def line(record) -> str:
        (made,) = iter_jsonl((record,), lang, with_secrets=with_secrets)
        return made

    if how == "jsonl":
        return framed(out, records, lambda record: line(record) + "\n", "", "", lambda: "", with_secrets=with_secrets)
    if how == "json":
        return framed(
            out, records, line, '{"calls": [\n', ",\n",
            lambda: f'\n],\n"session": {session_line(facts(), lang)}}}\n', with_secrets=with_secrets,
        )  # fmt: skip
    summary = summarise(records, with_secrets=with_secrets)
    render = {"html": render_html, "junit": render_junit}.get(how)
    if render is not None:
        out.write(render(summary, facts(), lang))
    else:
        print(render_text(summary, facts(), lang, color=out.isatty()), file=out)
    return summary


def framed(
    out, records: Iterable, dumped: Callable, begin: str, between: str, end: Callable[[], str], *, with_secrets: bool = False
):
    """Writes each record as ``dumped`` while it is counted; gives the Summary. One record in memory at a time."""
    from wxreport.summary import summarise

    def passing() -> Iterator:
        before = ""
        for record in records:
            out.write(before + dumped(record))
            before = between
            yield record

    out.write(begin)
    summary = summarise(passing(), with_secrets=with_secrets)
    out.write(end())
    return summary
