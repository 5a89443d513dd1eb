"""XML and HTML: a secret is the text of an element; its name is that of the element, an attribute, or the preceding
text."""

import re

from wxredact.names import LONGEST_NAME
from wxredact.names import holds_something
from wxredact.names import is_no_secret
from wxredact.names import is_secret_key
from wxredact.names import names_a_secret
from wxredact.names import names_something
from wxredact.values import MASK

_TAG = re.compile(r"""<(?P<name>[A-Za-z_][\w:.-]*+)(?P<rest>(?:"[^"]*+"|'[^']*+'|[^<>"'])*+)>""")
_ATTRIBUTE = re.compile(r"""(?<![\w:.-])(?P<key>[\w:.-]++)\s*+=\s*+(?P<value>"[^"]*+"|'[^']*+'|[^\s"'>]++)""")
_ESCAPED = re.compile(
    r"&lt;(?P<name>[\w:.-]{1,100}+)(?P<rest>(?:(?!&[lg]t;)[^<>]){0,300})&gt;(?P<value>(?:(?!&lt;).)*+)", re.DOTALL
)
_TEXT = re.compile(r"\s*+(?P<open><!\[CDATA\[)?(?P<value>[^<]*+)")
# <td>token</td> <td>X</td>, <key>token</key> <string>X</string>: the text after the one that is a name.
_NEXT = re.compile(
    r"\s{0,200}</[\w:.-]{1,50}>\s{0,200}(?:<(?:/?(?:td|th|tr|dt|dd|span|b|strong|code|em|i|p|li|div|value|string|data|v|val|content)\b[^<>]{0,200})>\s{0,200}){1,4}(?P<value>[^<]++)",
    re.IGNORECASE,
)
_LABELS = frozenset(
    {
        "td",
        "th",
        "dt",
        "key",
        "name",
        "k",
        "b",
        "strong",
        "span",
        "code",
        "em",
        "field",
        "property",
        "param",
        "li",
        "p",
        "n",
        "string",
    }
)
_ROW = re.compile(r"<tr\b[^<>]*+>", re.IGNORECASE)
_CELL = re.compile(r"<t[hd]\b[^<>]*+>(?P<value>(?:(?!</?t[rhd]\b|</table).)*+)", re.IGNORECASE | re.DOTALL)


def mask_markup(text: str) -> str:
    """``text`` without the secrets of its elements; attributes are handled as pairs."""
    if "&lt;" in text:
        text = _ESCAPED.sub(_escaped, text)
    if "<" not in text:
        return text
    return _mask_tables(_mask_elements(text))


def _escaped(found: re.Match[str]) -> str:
    if not is_secret_key(found["name"].rpartition(":")[2]) or not found["value"].strip():
        return found[0]
    return f"&lt;{found['name']}{found['rest']}&gt;{MASK}"


def _mask_elements(text: str) -> str:
    pieces: list[str] = []
    at = shown = 0
    never_closed: set[str] = set()
    while found := _TAG.search(text, at):
        at = found.end()
        name = found["name"].rpartition(":")[2]
        content = _TEXT.match(text, at)
        value = content["value"].strip() if content else ""
        is_label = names_something(name) and names_a_secret(value)
        is_secret = not is_label and (is_secret_key(name) or _attributes_name_a_secret(found["rest"]))
        if not is_secret:
            start, end = _labelled(text, name, value, content)
        elif found["rest"].rstrip().endswith("/") or (value and is_no_secret(name, value)):
            continue
        else:
            start, end = at, _end(text, at, found["name"], content, never_closed)
        if end > start:
            pieces += [text[shown:start], MASK]
            shown = at = end
    return "".join([*pieces, text[shown:]])


def _attributes_name_a_secret(rest: str) -> bool:
    if "=" not in rest:
        return False
    pairs = [(found["key"], found["value"].strip("\"'")) for found in _ATTRIBUTE.finditer(rest)]
    return any(names_something(key) and is_secret_key(value) for key, value in pairs) and not any(
        holds_something(key) for key, _ in pairs
    )


def _end(text: str, at: int, name: str, content: re.Match[str] | None, never_closed: set[str]) -> int:
    """Where the element closes; if it does not, only its text counts."""
    if content is not None and content["open"]:
        end = text.find("]]>", at)
        return len(text) if end < 0 else end + 3
    if name not in never_closed:
        end = text.find(f"</{name}", at)
        if end >= 0:
            return end if text[at:end].strip() else at
        never_closed.add(name)
    return content.end() if content is not None and content["value"].strip() else at


def _labelled(text: str, name: str, value: str, content: re.Match[str] | None) -> tuple[int, int]:
    label = value.rstrip(":： ")
    if not content or name.lower() not in _LABELS or not names_a_secret(label):
        return 0, 0
    found = _NEXT.match(text, content.end())
    if found is None or not found["value"].strip() or is_no_secret(label, found["value"].strip()):
        return 0, 0
    return found.start("value"), found.end("value")


def _mask_tables(text: str) -> str:
    """A table whose first row contains a secret's name: masks that column in the other rows."""
    rows = [found.start() for found in _ROW.finditer(text)]
    if len(rows) < 2:
        return text
    pieces, columns, width = [text[: rows[0]]], frozenset[int](), 0
    for start, end in zip(rows, [*rows[1:], len(text)], strict=True):
        row = text[start:end]
        cells = list(_CELL.finditer(row))
        labels = {index for index, cell in enumerate(cells) if is_secret_key(cell["value"].strip()[:LONGEST_NAME])}
        if labels and len(cells) > 1 and row.lower().count("<th") == len(cells):
            columns, width = frozenset(labels), len(cells)
        elif columns and len(cells) == width:
            for index in sorted(columns, reverse=True):
                cell = cells[index]
                row = row[: cell.start("value")] + MASK + row[cell.end("value") :]
        pieces.append(row)
    return "".join(pieces)
