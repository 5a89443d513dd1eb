"""Many calls in few statements."""

import json
from collections.abc import Iterator
from collections.abc import Sequence

from wxsession import schema
from wxsession.backlog import Item
from wxsession.schema import Statement


def statements_of(items: Sequence[Item]) -> Iterator[Statement]:
    """For one commit. Raises TypeError or ValueError for a record with a value that JSON cannot represent."""
    # The same call may have ended twice since the last commit (a WebSocket): the last record counts.
    made = {item.record.id: (item.record, item.place) for item in items if item.record and not item.is_change}
    last = {item.record.id: item.record for item in items if item.record}
    if made:
        yield from _inserted(
            schema.INSERT_CALLS, schema.INSERT_CALL, [schema.call_row(*each) for each in made.values()]
        )
    for item in items:
        if item.record and item.is_change:
            yield schema.CHANGE_CALL, schema.changed_row(item.record)
    if last:
        yield schema.DELETE_FINDINGS, (json.dumps(list(last)),)
    found = [
        schema.finding_row(call_id, position, finding)
        for call_id, record in last.items()
        for position, finding in enumerate(record.findings)
    ]
    if found:
        yield from _inserted(schema.INSERT_FINDINGS, schema.INSERT_FINDING, found)
    for item in items:
        yield from item.statements


def _inserted(all_at_once: str, each: str, rows: list[schema.Row]) -> Iterator[Statement]:
    text = json.dumps(rows, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if "\\u0000" in text:
        # SQLite ends a JSON string there.
        yield from ((each, row) for row in rows)
    else:
        yield all_at_once, (text,)
