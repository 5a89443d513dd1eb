"""A filter as a user types it: ``code:DOMAIN_NOT_LISTED -host:cdn api:uploadFile debug-only``, in either language.

A word without a known name before its colon is searched for as text, so that a pasted URL finds its calls. An
impossible value of a named condition is a mistake: a filter that ignored it would show other calls than were asked for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Text
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.filters import Term
from wxsession.filters import lower

LONGEST_LINE = 4000
MOST_TERMS = 60

NAMES: Mapping[Field, tuple[str, ...]] = MappingProxyType(
    {
        Field.CODE: ("code", "代码", "问题"),
        Field.API: ("api", "接口"),
        Field.HOST: ("host", "主机", "域名"),
        Field.DEVICE: ("device", "设备"),
        Field.APPID: ("appid", "小程序"),
        Field.ERRNO: ("errno", "错误码"),
        Field.OUTCOME: ("outcome", "结果"),
        Field.RELEASE: ("release", "正式版"),
        Field.MODE: ("mode", "模式"),
        Field.METHOD: ("method", "方法"),
        Field.STATUS: ("status", "状态码"),
        Field.ID: ("id", "编号"),
    }
)
# Words that are a complete condition.
ALONE: Mapping[str, Term] = MappingProxyType(
    {
        "debug-only": Term(Field.DEBUG_ONLY, "1"),
        "仅调试可用": Term(Field.DEBUG_ONLY, "1"),
        "failed": Term(Field.OUTCOME, "fail"),
        "失败": Term(Field.OUTCOME, "fail"),
    }
)
_BY_NAME = {name: field for field, names in NAMES.items() for name in names}
_OUTCOMES = {"success": "success", "ok": "success", "成功": "success", "fail": "fail", "failed": "fail", "失败": "fail"}
_CHOICES: Mapping[Field, Mapping[str, str]] = MappingProxyType(
    {
        Field.API: {lower(api): api.value for api in Api},
        Field.OUTCOME: _OUTCOMES,
        Field.RELEASE: _OUTCOMES,
        Field.MODE: {mode.value: mode.value for mode in Mode},
    }
)
_WORD = re.compile(r'(?P<minus>-?)(?:(?P<name>[^\s:："]+)[:：])?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]*))')
_NUMBER = re.compile(r"-?[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class FilterReading:
    """``wanted`` is valid only if there are no mistakes."""

    wanted: CallFilter
    mistakes: tuple[Text, ...]


def read_filter(line: str, since: float | None = None, until: float | None = None) -> FilterReading:
    """Never raises."""
    terms: list[Term] = []
    mistakes: list[Text] = []
    if len(line) > LONGEST_LINE:
        return FilterReading(
            CallFilter(),
            (Text(f"筛选条件超过 {LONGEST_LINE} 个字", f"a filter can have at most {LONGEST_LINE} characters"),),
        )
    for found in _WORD.finditer(line):
        if not found[0].strip():
            continue
        term = _term(found)
        if isinstance(term, Text):
            mistakes.append(term)
        elif term.value or term.field is not Field.TEXT:
            terms.append(term)
    if len(terms) > MOST_TERMS:
        mistakes.append(Text(f"筛选条件多于 {MOST_TERMS} 个", f"a filter can have at most {MOST_TERMS} conditions"))
    return FilterReading(CallFilter(tuple(dict.fromkeys(terms)), since, until), tuple(mistakes))


def _term(found: re.Match[str]) -> Term | Text:
    is_negated = bool(found["minus"])
    value = found["quoted"] if found["quoted"] is not None else found["plain"]
    name = found["name"]
    if name is None:
        alone = ALONE.get(lower(value)) if found["quoted"] is None else None
        return Term(alone.field, alone.value, is_negated) if alone else Term(Field.TEXT, value, is_negated)
    field = _BY_NAME.get(lower(name))
    if field is None:
        return Term(Field.TEXT, found[0].removeprefix("-").replace('"', ""), is_negated)
    if not value:
        return Text(f"{name}: 后面要写值", f"{name}: expects a value")
    choices = _CHOICES.get(field)
    if choices is not None:
        if lower(value) not in choices:
            return _no_choice(name, value, list(dict.fromkeys(choices.values())))
        value = choices[lower(value)]
    if field in (Field.ERRNO, Field.STATUS) and not _NUMBER.fullmatch(value):
        shown = printable(beginning(value))
        return Text(f"{name}: 后面应是数字，而不是 {shown}", f"{name}: expects a number, not {shown}")
    return Term(field, value, is_negated)


def _no_choice(name: str, value: str, choices: list[str]) -> Text:
    shown = printable(beginning(value))
    return Text(
        f"{name}: 应为 {'、'.join(choices)} 之一，而不是 {shown}",
        f"{name}: expects one of {', '.join(choices)}, not {shown}",
    )
