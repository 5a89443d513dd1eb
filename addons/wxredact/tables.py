"""Rows of cells: CSV, TSV and text tables, where a column's name is far above its values."""

import re

from wxredact.names import LONGEST_NAME
from wxredact.names import is_no_secret
from wxredact.names import is_secret_key
from wxredact.values import MASK

_DELIMITERS = "\t|,;"
_CELLS = {
    delimiter: re.compile(
        rf'(?P<value>[ \t]*"(?:[^"]|"")*+"?[ ]*|[^{re.escape(delimiter)}\r\n]*+)(?P<end>{re.escape(delimiter)}|\r?\n|\r|\Z)'
    )
    for delimiter in _DELIMITERS
}
_NAME = re.compile(r"[^\W\d][\w .$#/()-]{0,63}")
_RULE = re.compile(r"[-:=+ |]*\Z")


def mask_table(text: str, is_csv: bool = False) -> str:
    """Masks the column of a secret's name, and the next cell in rows of name and value."""
    line_end = text.find("\n")
    if line_end < 0 and not is_csv:
        first = text
    else:
        first = next((line for line in text[:8192].splitlines() if line.strip() and not line.startswith("#")), "")
    for delimiter in _DELIMITERS:
        if delimiter in first and (masked := _mask_rows(text, first, delimiter, is_csv)) is not None:
            return masked
    return text


def _mask_rows(text: str, first: str, delimiter: str, is_csv: bool) -> str | None:
    """None if the text is not such a table."""
    names = [_plain(found["value"]) for found in _CELLS[delimiter].finditer(first)][:-1] or [_plain(first)]
    names = _row(first, delimiter)
    secret = {index for index, name in enumerate(names) if _is_name(name)}
    has_header = bool(secret) and len(names) > 1 and all(not name or _NAME.fullmatch(name) for name in names)
    is_rows = delimiter in "\t|" or is_csv or (len(names) == 2 and not any(" " in name for name in names))
    if has_header and _has_second_row(text, first, len(names), delimiter):
        return _mask_columns(text, first, secret, delimiter)
    return _mask_behind_names(text, delimiter) if is_rows else None


def _row(line: str, delimiter: str) -> list[str]:
    names = []
    for found in _CELLS[delimiter].finditer(line):
        names.append(_plain(found["value"]))
        if found["end"] != delimiter:
            break
    return names


def _plain(cell: str) -> str:
    return cell.strip().strip('"').strip()


def _is_name(cell: str) -> bool:
    return 0 < len(cell) <= LONGEST_NAME and _NAME.fullmatch(cell) is not None and is_secret_key(cell)


def _has_second_row(text: str, first: str, width: int, delimiter: str) -> bool:
    begin = text.find(first) + len(first)
    for line in text[begin : begin + 65536].splitlines():
        if line.strip() and not _RULE.match(line):
            return len(_row(line, delimiter)) == width or '"' in line
    return False


def _mask_columns(text: str, first: str, secret: set[int], delimiter: str) -> str:
    begin = text.find(first) + len(first)
    pieces, column = [text[:begin]], 0
    started = False
    for found in _CELLS[delimiter].finditer(text, begin):
        value = found["value"]
        if started and column in secret and value.strip() and not _RULE.match(value):
            value = _masked(value)
        pieces += [value, found["end"]]
        if found["end"] == delimiter:
            column += 1
        else:
            column, started = 0, True
        if found.end() == len(text):
            break
    return "".join(pieces)


def _mask_behind_names(text: str, delimiter: str) -> str:
    pieces, behind = [], ""
    for found in _CELLS[delimiter].finditer(text):
        value = found["value"]
        plain = _plain(value)
        if behind and plain and not is_no_secret(behind, plain):
            value = _masked(value)
            plain = ""
        pieces += [value, found["end"]]
        behind = plain.rstrip(":") if found["end"] == delimiter and _is_name(plain.rstrip(":")) else ""
        if found.end() == len(text):
            break
    return "".join(pieces)


def _masked(cell: str) -> str:
    """With the cell's own quotes and blanks."""
    inner = cell.strip()
    quote = '"' if inner.startswith('"') else ""
    return cell.replace(inner, f"{quote}{MASK}{quote}", 1)
