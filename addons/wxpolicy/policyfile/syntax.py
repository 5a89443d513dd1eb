"""PyYAML's syntax errors as texts that say how to fix them, at the line that has to be changed."""

import re

import yaml

from wxpolicy.policyfile.mistakes import Notes
from wxpolicy.policyfile.mistakes import Place
from wxpolicy.policyfile.mistakes import code_line
from wxpolicy.terms import Text

# "mode:release", "mode：release": a key whose colon YAML does not recognise.
_BLIND_COLON = re.compile(r"\s*(?:- )?([A-Za-z][A-Za-z_]*)(?::(?=[^\s/])|：\s*(?=\S))(.*)")
_SEEN_COLON = re.compile(r"\s*[^:#]+:(\s|$)")

_TAB = Text("YAML 的缩进不能用制表符（Tab）", "YAML does not allow tabs for indentation")
_SPACES = Text("把 Tab 换成两个空格", "two spaces instead of the tab")
_WILDCARD = Text(
    "服务器域名不支持通配符，而且 YAML 里 * 开头表示别名",
    "server domains do not support wildcards, and in YAML a leading * means an alias",
)
_EACH_SUBDOMAIN = Text(
    "逐个写出子域名，例如 - https://a.example.com",
    "each subdomain on its own line, for example - https://a.example.com",
)
_COLON = Text("冒号后面要有一个空格，而且必须是半角冒号", "a key ends with an ASCII colon and a space")


# (words in PyYAML's problem or context, what is expected, what to write); the first match is used.
_KNOWN = (
    ("'\\t' that cannot start", _TAB, _SPACES),
    ("while scanning an alias", _WILDCARD, _EACH_SUBDOMAIN),
    (
        "that cannot start any token",
        Text("YAML 里这个字符不能作开头", "in YAML no value starts with this character"),
        Text("给值加上双引号", "the value in double quotes"),
    ),
    (
        "while parsing a flow sequence",
        Text("从这里开始的列表没有用 ] 结束，或两项之间少了逗号", "the list that starts here lacks its ] or a comma"),
        code_line("[https://a.example.com, https://b.example.com]"),
    ),
    (
        "while parsing a flow mapping",
        Text("从这里开始的 { 没有用 } 结束，或两项之间少了逗号", "the mapping that starts here lacks its } or a comma"),
        code_line("{request: 60000, uploadFile: 60000}"),
    ),
    (
        "while scanning a quoted scalar",
        Text("从这里开始的引号没有结束", "the quotes that start here are not closed"),
        Text("在同一行写上结尾的引号", "the closing quote on the same line"),
    ),
    (
        "while scanning a double-quoted scalar",
        Text(
            "双引号里的 \\ 是转义符，这个转义不存在",
            "in double quotes \\ starts an escape, and this escape does not exist",
        ),
        Text("改用单引号", "the value in single quotes"),
    ),
    (
        "could not find expected ':'",
        Text("这一行缺少“冒号加空格”", "this line lacks a colon and a space"),
        code_line("key: value"),
    ),
    (
        "mapping values are not allowed here",
        Text("这里不应该再有冒号", "a second key cannot start on this line"),
        Text(
            "每行只写一个键，与上一个键对齐；值里有冒号时加引号",
            "one key per line, aligned with the key above; quote a value that contains a colon",
        ),
    ),
    (
        "<block end>",
        Text("缩进与上面的行不一致", "the indentation differs from the lines above"),
        Text("与同级的键对齐（用空格）", "the same indentation (in spaces) as the neighbouring keys"),
    ),
    (
        "expected '<document start>'",
        Text("这一行与第一个键没有对齐", "this line is not aligned with the first key"),
        Text("顶层的键都从第 1 列开始写", "every top-level key in column 1"),
    ),
)


def note_syntax_error(error: Exception, here: Place, lines: list[str], notes: Notes) -> None:
    """Note what ``error``, raised by PyYAML with its reading head at ``here``, means for the user."""
    context = getattr(error, "context", None) or ""
    problem = getattr(error, "problem", None) or str(error)
    problem_at = _place_of(getattr(error, "problem_mark", None)) or here
    context_at = _place_of(getattr(error, "context_mark", None)) or problem_at

    # 1) PyYAML complains about the line after "mode:release"; the user must change that one.
    if "mapping values are not allowed" in problem or "could not find expected ':'" in problem:
        blind = _line_without_colon(lines, problem_at.line)
        if blind is not None:
            at, found, key, value = blind
            notes.mistake(at, found, _COLON, code_line(f"{key}: {value}"))
            return

    # 2) An open bracket or quote is fixed where it starts, everything else where the parser stopped.
    opened = context.startswith(("while parsing a flow", "while scanning a quoted", "while scanning an alias"))
    at = context_at if opened or "could not find expected" in problem else problem_at
    found = lines[at.line - 1].strip() if at.line <= len(lines) else ""
    for words, expected, instead in _KNOWN:
        if words in problem or words in context:
            notes.mistake(at, found, expected, instead)
            return
    expected = Text(f"这里不是合法的 YAML（{problem}）", f"this is not valid YAML ({problem})")
    instead = Text("参照 docs/zh/policy.md 中的例子修改这一行", "the line as in the example of docs/policy.md")
    notes.mistake(at, found, expected, instead)


def _place_of(mark: yaml.Mark | None) -> Place | None:
    return Place(mark.line + 1, mark.column + 1) if mark is not None else None


def _line_without_colon(lines: list[str], last: int) -> tuple[Place, str, str, str] | None:
    """The nearest line at or above line ``last`` whose colon YAML does not see: place, line, key, value."""
    for number in range(min(last, len(lines)), max(0, last - 5), -1):
        line = lines[number - 1]
        match = _BLIND_COLON.match(line)
        if match:
            return Place(number, match.start(1) + 1), line.strip(), match[1], match[2].strip()
        if number < last and _SEEN_COLON.match(line):
            return None
    return None
