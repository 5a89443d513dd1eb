"""A wrong command line is told in one line of the reader's language, with what was probably meant."""

import re
from importlib import import_module

import pytest

from wxcommand.option_mistakes import mistake_in_lang

MISTAKES = [
    ("no choice", "report", ["--format", "zz"], "--format：'zz' 不在可选值之中", "--format: found 'zz', expected one of "),
    ("close to a choice", "run", ["--mode", "relase"], "是不是想写 release？", "did you mean release?"),
    ("a missing argument", "check", [], "缺少参数：FILE", "missing: FILE"),
    ("a missing value", "run", ["--mode"], "--mode 后面需要一个值", "--mode needs a value"),
    ("an unknown option", "run", ["--modus", "x"], "不认识的参数：--modus x", "unknown: --modus x"),
    ("close to an option", "run", ["--mdoe=x"], "是不是想写 --mode？", "did you mean --mode?"),
    ("close to none", "run", ["--zzz"], "不认识的参数：--zzz（", "unknown: --zzz ("),
    ("two options begin so", "run", ["--s", "x"], "--s 不明确，可能是 ", "--s may be any of "),
    ("a value for a flag", "run", ["--no-qr=1"], "--no-qr 不接受值，现为 '1'", "--no-qr takes no value: found '1'"),
    ("no address", "run", ["--listen", "x"], "--listen：现为 'x'，应为", "--listen: found 'x', expected HOST:PORT"),
    ("no number of seconds", "run", ["--for", "soon"], "--for：现为 'soon'，应为", "--for: found 'soon', expected"),
    ("less than none", "run", ["--require-calls", "-1"], "--require-calls：现为 '-1'，应为整数", "expected a whole number such as 1"),
    ("a number that is none", "run", ["--keep-body", "²"], "--keep-body：现为 '²'，应为", "--keep-body: found '²', expected"),
    ("no command", "policy", [], "可选：lint, explain, suggest, import, probe", "one of lint, explain, suggest, import, probe"),
    ("no order", "app", [], "可选：background, foreground", "one of background, foreground"),
    ("close to a command", "policy", ["explan", "x"], "是不是想写 explain？", "did you mean explain?"),
    ("a command that is empty", "run", ["--exec", " "], "--exec：现为 ' '，应为命令", "--exec: found ' ', expected a command"),
    ("two kinds of tests", "_tests", ["--quick", "--all"], "--all 不能与 --quick 同用", "--all cannot stand beside --quick"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "command", "words", "zh", "en"), MISTAKES, ids=[each[0].replace(" ", "-") for each in MISTAKES]
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_mistake_is_one_line_in_the_readers_language(lang, case, command, words, zh, en, capsys):
    name = command if command.startswith("_") else f"wxcommand.{command}"
    parser = import_module(name).parser(lang, "x.py")
    with pytest.raises(SystemExit) as end:
        parser.parse_args(words)
    told = capsys.readouterr().err
    assert end.value.code == 2 and told.count("\n") == 1 and told.startswith("x.py") and "x.py --help" in told
    assert {"zh": zh, "en": en}[lang] in told
    if lang == "zh":
        assert not re.search(r"\b(?:argument|error|expected|choose|the|mean)\b", told), told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sentence_of_another_python_stays_as_it_is(lang):
    assert mistake_in_lang("something new", lang) == "something new"
