"""A session written to a file in one of the formats. Third-party libraries are imported where they are used."""

from collections.abc import Iterable
from contextlib import closing
from typing import Any

from wxcommand import output


def written(
    reader: Any,
    records: Iterable[Any],
    how: str,
    file: str | None,
    lang: str,
    *,
    with_secrets: bool = False,
    counts_on: bool = True,
) -> Any:
    """Writes the records of ``reader`` as ``how``; ``file`` is None for standard output. Gives their Summary; raises OSError."""
    with output.opened(file, how, counts_on=counts_on) as out:
        if how == "har":
            return _har(out, reader, records, with_secrets)
        return output.shown(out, records, reader.facts, how, lang, with_secrets=with_secrets)


def _har(out: output.Output, reader: Any, records: Iterable[Any], with_secrets: bool) -> Any:
    from wxcapture.har_entry import entry
    from wxcapture.har_secrets import Secrets
    from wxcapture.har_writer import frame
    from wxcapture.session_calls import Flows
    from wxgate.call.facts import call_facts
    from wxpolicy.text.json_line import json_line

    secrets = Secrets(with_secrets)
    with closing(Flows(reader.folder)) as flows:
        reader.trouble += flows.trouble

        def made(record: Any) -> str:
            flow = flows.of(record.id)
            return json_line(entry(record, flow, call_facts(flow) if flow is not None else None, secrets))

        begin, between, end = frame()
        return output.framed(out, records, made, begin, between, end)
