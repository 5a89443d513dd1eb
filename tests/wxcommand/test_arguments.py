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
