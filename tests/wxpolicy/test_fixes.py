"""Every fix is a sentence, wherever it is shown: a capital first, a full stop last, in both languages."""

import ast
from pathlib import Path

import pytest

ADDONS = Path(__file__).resolve().parents[2] / "addons"
SOURCES = [path for path in sorted(ADDONS.rglob("*.py")) if "catalogue" not in path.parts]
# Where the fix stands among the arguments of what makes a finding.
PLACES = {"Finding": 2, "Fault": 2, "_fault": 3, "_unseen": 2}


def spelled(node):
    """First and last character of a text as far as the source tells; "" where something is filled in."""
    pieces = node.values if isinstance(node, ast.JoinedStr) else [node]
    ends = [
        piece.value if isinstance(piece, ast.Constant) and isinstance(piece.value, str) else ""
        for piece in (pieces[0], pieces[-1])
    ]
    return ends[0][:1], ends[1][-1:]


def fixes(tree):
    """Each fix's Chinese and English, as nodes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in PLACES:
            place = PLACES[node.func.id]
            yield from (found for argument in node.args[place : place + 1] for found in texts(argument))
        elif isinstance(node, ast.Assign) and any(
            getattr(target, "id", "").endswith("_FIX") for target in node.targets
        ):
            yield from texts(node.value)


def texts(node):
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Text":
            named = {keyword.arg: keyword.value for keyword in call.keywords}
            yield (*call.args, *(named[name] for name in ("zh", "en") if name in named))


def test_mends_are_found():
    assert sum(len(list(fixes(ast.parse(path.read_text("utf-8"))))) for path in SOURCES) > 40


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ADDONS)))
def test_every_mend_is_a_sentence(path):
    for chinese, english in fixes(ast.parse(path.read_text("utf-8"))):
        first, last = spelled(english)
        where = f"{path.name}:{english.lineno}"
        assert not first.islower() and last in (".", ")", '"', ""), where
        assert spelled(chinese)[1] in ("。", "）", "”", ""), where
