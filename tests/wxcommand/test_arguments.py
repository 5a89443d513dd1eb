"""Command lines in the reader's language: help, mistakes, version, and Pythons that are too old."""

import os
import re
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from wxcommand.__main__ import COMMANDS
from wxcommand.__main__ import main
from wxcommand.arguments import language_of
from wxcommand.arguments import mistake_in_lang
from wxpolicy.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
MODULES = [*(f"wxcommand.{command}" for command in COMMANDS), "_bench", "_tests"]


def ended(run):
    with pytest.raises(SystemExit) as end:
        run()
    return end.value.code


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_help_is_in_one_language(module, lang, capsys):
    parser = import_module(module).parser(lang, "x.py")
    assert ended(lambda: parser.parse_args(["--help"])) == 0
    shown = capsys.readouterr().out
    if lang == "en":
        assert not CHINESE.search(shown)
    else:
        assert not re.search(r"\b(?:usage|options|default|show|exit status|message)\b", shown.replace("sessions", ""))
        for line in re.findall(r"^  \S.*(?:  +(\S.*))$", shown, re.MULTILINE):
            assert CHINESE.search(line), line


@pytest.mark.parametrize("module", MODULES)
def test_version(module, capsys):
    parser = import_module(module).parser("en", "x.py")
    assert ended(lambda: parser.parse_args(["--version"])) == 0
    assert capsys.readouterr().out == f"miniprogram-proxy {VERSION}\n"


MISTAKES = [
    ("no choice", "report", ["--format", "zz"], "--format：'zz' 不在可选值之中"),
    ("a missing argument", "check", [], "缺少参数：FILE"),
    ("a missing value", "run", ["--mode"], "--mode 后面需要一个值"),
    ("an unknown option", "run", ["--modus", "x"], "不认识的参数：--modus x"),
    ("two options begin so", "run", ["--s", "x"], "--s 不明确，可能是 "),
    ("a value for a flag", "run", ["--no-qr=1"], "--no-qr 不接受值，现为 '1'"),
    ("no address", "run", ["--listen", "x"], "--listen：现为 'x'，应为"),
    ("no number of seconds", "run", ["--for", "soon"], "--for：现为 'soon'，应为"),
    ("a number that is none", "run", ["--keep-body", "²"], "--keep-body：现为 '²'，应为"),
    ("no command", "policy", [], "缺少参数：command"),
    ("two kinds of tests", "_tests", ["--quick", "--all"], "--all 不能与 --quick 同用"),
]


@pytest.mark.parametrize(
    ("case", "command", "words", "expected"), MISTAKES, ids=[each[0].replace(" ", "-") for each in MISTAKES]
)
def test_mistakes_are_told_in_chinese(case, command, words, expected, capsys):
    name = command if command.startswith("_") else f"wxcommand.{command}"
    parser = import_module(name).parser("zh", "x.py")
    assert ended(lambda: parser.parse_args(words)) == 2
    told = capsys.readouterr().err
    assert expected in told and told.startswith("用法：")
    rest = told[told.rindex("参数有误") :]
    assert not re.search(r"\b(?:argument|error|expected|choose|the)\b", rest), rest


def test_a_sentence_of_another_python_stays_as_it_is():
    assert mistake_in_lang("something new", "zh") == "something new"


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        (["--lang", "zh"], "zh"),
        (["--lang=en"], "en"),
        (["--lang"], "en"),
        (["--", "--lang", "zh"], "en"),
        ([], "en"),
    ],
)
def test_the_language_is_known_before_the_options_are_read(words, lang, monkeypatch):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert language_of(words) == lang


def test_the_console_command_names_its_commands(capsys):
    assert ended(lambda: main(["--help"])) == 0
    shown = capsys.readouterr().out
    assert all(re.search(rf"^  {command} ", shown, re.MULTILINE) for command in COMMANDS)


def old_pythons():
    folder = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = sorted(folder.glob("2.7.*/bin/python")) + sorted(folder.glob("3.[0-9].*/bin/python"))
    return found or [None]


@pytest.mark.parametrize("python", old_pythons(), ids=lambda path: path.parts[-3] if path else "none")
def test_an_older_python_gets_a_sentence_from_every_script(python):
    if python is None:
        pytest.skip("no Python below 3.10 is installed by pyenv here")
    for script in sorted((ROOT / "scripts").glob("[!_]*.py")):
        done = subprocess.run(
            [python, "-B", script, "--help"], capture_output=True, timeout=30, env={**os.environ, "LC_ALL": "C"}
        )
        assert done.returncode == 2 and done.stdout == b""
        assert b"Python 3.11 or newer is needed; this is " in done.stderr and b"Error" not in done.stderr


SECRET = "https://me:hunter2@h/?token=hunter2"
FILE = "no-such-file?token=hunter2"


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("policy", ["probe", "h", "--connect", SECRET]),
        ("policy", ["probe", SECRET + " "]),
        ("policy", ["lint", FILE]),
        ("policy", ["explain", SECRET, "--policy", FILE]),
        ("policy", ["suggest", FILE]),
        ("app", ["status", "--page", SECRET]),
        ("app", ["status", "--device", SECRET]),
        ("app", ["status", "--appid", SECRET]),
        ("app", ["status", "--page", "token=hunter2:1"]),
        ("check", [FILE]),
        ("report", [FILE]),
        ("report", ["--format", SECRET]),
        ("run", ["--policy", FILE]),
        ("run", ["--listen", SECRET]),
        ("run", ["--connect", SECRET]),
        ("run", ["--scenario", FILE, "--policy", "policy.yaml"]),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_secret_that_was_typed_is_not_printed_again(module, arguments, lang, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    try:
        status = import_module(f"wxcommand.{module}").main([*arguments, "--lang", lang])
    except SystemExit as end:
        status = end.code
    shown = capsys.readouterr()
    assert status not in (0, None)
    assert shown.out + shown.err and "hunter2" not in shown.out + shown.err
