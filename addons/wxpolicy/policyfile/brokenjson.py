"""What is wrong with a file that should be JSON, with its line and column."""

import json

from wxpolicy.policyfile.mistakes import Mistake
from wxpolicy.policyfile.mistakes import code_line
from wxpolicy.terms import Text

# Python's messages for frequent mistakes; the others are shown as they are.
_SAID = {
    "Expecting property name enclosed in double quotes": Text(
        "这里应是双引号括起的键或 }", "expected a key in double quotes, or }"
    ),
    "Expecting ',' delimiter": Text("这里应是逗号，或结尾的 ] 或 }", "expected a comma, or the ] or } that ends it"),
    "Expecting ':' delimiter": Text("键后面应是冒号", "expected a colon after the key"),
    "Expecting value": Text("这里应是一个值", "expected a value"),
    "Unterminated string starting at": Text(
        "从这里开始的双引号没有结束", "the double quotes that start here are not closed"
    ),
    "Extra data": Text("JSON 到这里已经结束，后面还有内容", "the JSON ends here, but more text follows"),
}
_AS_IT_SHOULD_BE = code_line('{"requestdomain": ["https://api.example.com"]}')


def looks_like_json(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[")


def broken_json(text: str, source: str) -> Mistake | None:
    """The first place where ``text`` is not valid JSON; None if it is valid."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        lines = text.split("\n")
        why = _SAID.get(error.msg, Text(error.msg, error.msg))
        expected = Text(f"这不是合法的 JSON：{why.zh}", f"this is not valid JSON: {why.en}")
        return Mistake(error.lineno, error.colno, lines[error.lineno - 1].strip(), expected, _AS_IT_SHOULD_BE, source)
    except (ValueError, RecursionError):
        pass  # numbers and depths that only this reader minds
    return None
