"""The admin page's table of server domains, as copied text.

One row per list: its heading (``request合法域名``) and the domains after it, or on the lines below. Anything else (buttons,
the number of edits left) is ignored.
"""

import re

from wxpolicy.policyfile.mistakes import Place
from wxpolicy.policyfile.yamltree import Mapping
from wxpolicy.policyfile.yamltree import Scalar
from wxpolicy.policyfile.yamltree import Sequence

_HEADING = re.compile(r"(request|socket|uploadFile|downloadFile|udp|tcp)\s*合法域名", re.IGNORECASE)
_DOMAIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s;,；，、]+")
_KEYS = {"uploadfile": "uploadFile", "downloadfile": "downloadFile"}


def read_pasted(text: str) -> Mapping | None:
    """The lists as nodes with their places; None if the text has no such heading."""
    lists: dict[str, tuple[Scalar, list[Scalar]]] = {}
    items: list[Scalar] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        begins = 0
        if heading := _HEADING.search(line):
            name = _KEYS.get(heading[1].lower(), heading[1].lower())
            key = _scalar(name, number, heading.start(), heading.end())
            _, items = lists.setdefault(name, (key, []))
            begins = heading.end()
        if items is not None:
            items.extend(
                _scalar(found[0], number, found.start(), found.end()) for found in _DOMAIN.finditer(line, begins)
            )
    if not lists:
        return None
    pairs = tuple((key, Sequence(key.end, tuple(found))) for key, found in lists.values())
    return Mapping(pairs[0][0].at, pairs)


def _scalar(text: str, line: int, begin: int, end: int) -> Scalar:
    return Scalar(Place(line, begin + 1), text, plain=False, end=Place(line, end + 1))
