"""A CallFilter as SQL over the columns of ``calls``, all of which are in the index ``calls_listed``."""

from collections.abc import Callable

from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.filters import Term
from wxsession.schema import storable

# A condition with its values.
Condition = tuple[str, list[str | int | float]]


def where(wanted: CallFilter) -> Condition:
    """The text after WHERE, "1" for every call."""
    parts: list[str] = []
    values: list[str | int | float] = []
    for bound, sign in ((wanted.since, ">="), (wanted.until, "<")):
        if bound is not None:
            parts.append(f"calls.started_at {sign} ?")
            values.append(bound)
    for alternatives in wanted.conditions():
        some = [_term(term) for term in alternatives]
        parts.append(f"({' OR '.join(sql for sql, _ in some)})")
        values += [value for _, more in some for value in more]
    return " AND ".join(parts) or "1", values


def _term(term: Term) -> Condition:
    sql, values = _SQL[term.field](storable(term.value) or "")
    return (f"NOT ({sql})" if term.is_negated else sql), values


def _equal(column: str) -> Callable[[str], Condition]:
    return lambda value: (f"coalesce(calls.{column}, '') = ? COLLATE NOCASE", [value])


def _within(*columns: str) -> Callable[[str], Condition]:
    sql = " OR ".join(f"coalesce(calls.{column}, '') LIKE ? ESCAPE '\\'" for column in columns)
    return lambda value: (sql, [_pattern(value)] * len(columns))


def _number(*columns: str) -> Callable[[str], Condition]:
    sql = " OR ".join(f"coalesce(CAST(calls.{column} AS TEXT), '') = ?" for column in columns)
    return lambda value: (sql, [value] * len(columns))


def _pattern(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


_SQL: dict[Field, Callable[[str], Condition]] = {
    Field.CODE: _within("codes"),
    Field.API: _equal("api"),
    Field.HOST: _within("host"),
    Field.DEVICE: _equal("device"),
    Field.APPID: _equal("appid"),
    Field.ERRNO: _number("errno", "release_errno"),
    Field.OUTCOME: _equal("outcome"),
    Field.RELEASE: _equal("release_outcome"),
    Field.MODE: _equal("mode"),
    Field.METHOD: _equal("method"),
    Field.STATUS: _number("http_status"),
    Field.DEBUG_ONLY: _number("debug_only"),
    Field.TEXT: _within("url", "codes", "release_errmsg", "device", "appid"),
    Field.ID: lambda value: ("calls.id = ?", [value]),
}
