"""From a code and its data to words."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any
from typing import Protocol

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import Wording
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import CATALOGUE_PACKAGE
from wxpolicy.codes import Code
from wxpolicy.terms import Text
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable

# Of a file that somebody else wrote.
_LONGEST_PROSE = 4000


class Found(Protocol):
    """What of a finding makes its words."""

    @property
    def code(self) -> Code: ...

    @property
    def data(self) -> Mapping[str, Any]: ...


@cache
def entry(code: Code) -> Entry:
    """The catalogue's page on a code; every code has one."""
    found = import_module(f"{CATALOGUE_PACKAGE}.{code.lower()}").ENTRY
    assert isinstance(found, Entry)
    return found


def message_of(finding: Found) -> Text:
    """What was found, and where. Never raises, whatever the data holds."""
    return message(finding.code, finding.data)


def fix_of(finding: Found) -> Text:
    """What to do about it. Never raises, whatever the data holds."""
    return fix(finding.code, finding.data)


def message(code: Code, data: object) -> Text:
    about = entry(code)
    said = _prose(data, "message") or _said(about.message, data, about.meaning)
    alike = Values(data).number("alike")
    return said if alike is None else Text(f"{said.zh}（同类共 {alike:g} 处）", f"{said.en} ({alike:g} alike)")


def fix(code: Code, data: object) -> Text:
    about = entry(code)
    return _prose(data, "fix") or _said(about.fix, data, about.general_fix)


def _said(wording: Wording, data: object, instead: Text) -> Text:
    values = Values(data)
    if isinstance(wording, Text):
        return values.say(*wording)
    try:
        return wording(values)
    except Exception:
        # Data that no rule of ours gave: what the code means in general is still true.
        return instead


def _prose(data: object, name: str) -> Text | None:
    """The words that an older version stored with the finding, None where there are none."""
    prose = data.get("prose") if isinstance(data, Mapping) else None
    words = prose.get(name) if isinstance(prose, Mapping) else None
    if not isinstance(words, Mapping):
        return None
    zh, en = words.get("zh"), words.get("en")
    if not isinstance(zh, str) or not isinstance(en, str):
        return None
    return Text(printable(beginning(zh, _LONGEST_PROSE)), printable(beginning(en, _LONGEST_PROSE)))
