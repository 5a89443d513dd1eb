"""A session written to a file in one of the formats. Third-party libraries are imported where they are used."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from wxcommand import output

# With fewer calls, the work is done before other processes have started.
LONG_WORK = 3_000


def written(
    reader: Any, how: str, file: str | None, lang: str, *, with_secrets: bool = False, counts_on: bool = True
) -> Any:
    """Writes the session in ``reader`` as ``how``; ``file`` is None for standard output. Returns its Summary; raises
    OSError."""
    from wxcommand.parts.calls import Recorded
    from wxcommand.parts.workers import Workers
    from wxcommand.parts.workers import processors
    from wxreport.progress import with_progress

    total = reader.count()
    work = Recorded(reader.folder, how, lang, with_secrets)
    with Workers(work, processors() if total >= LONG_WORK else 1) as workers:
        parts = with_progress(_parts(reader, workers, how), total, lang, done=lambda part: part.done)
        with output.opened(file, how, counts_on=counts_on) as out:
            return output.shown(out, parts, reader.facts, how, lang, with_secrets=with_secrets)


def _parts(reader: Any, workers: Any, how: str) -> Iterator[Any]:
    from wxcapture.session_calls import Flows

    if how == "har":
        with closing(Flows(reader.folder)) as flows:
            reader.trouble += flows.trouble
    done = unreadable = 0
    for portion, part in workers.in_order(reader.portions()):
        done += len(portion)
        unreadable += part.unreadable
        part.done = done
        yield part
    reader.say_unreadable(unreadable)
