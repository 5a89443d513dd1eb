"""What the product can do is written where a user looks, in both languages, and nothing else is."""

import argparse
import re
import unicodedata
from importlib import import_module
from pathlib import Path

import pytest

from wxpolicy.policyfile import read_policy
from wxpolicy.policyfile.reader import KEYS
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
SCRIPTS = sorted(path for path in (ROOT / "scripts").glob("*.py") if not path.name.startswith("_"))
# mitmproxy's own.
FOREIGN_OPTIONS = {"--set"}
EXIT_STATUSES = range(5)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|tmp|work|usr|opt|var|Users|mnt)/|\b[A-Z]:\\")


def text_of(readme):
    return (ROOT / readme).read_text(encoding="utf-8")


def parser_of(script):
    """The script's own parser: of the module that it starts."""
    (module,) = re.findall(r'_start\.script\("([\w.]+)"\)', script.read_text(encoding="utf-8"))
    return import_module(module).parser("en", script.name)


def parsers_of(script):
    """The script's own parser and those of its commands."""
    waiting = [parser_of(script)]
    while waiting:
        parser = waiting.pop()
        yield parser
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                waiting += action.choices.values()


def options():
    for path in SCRIPTS:
        for parser in parsers_of(path):
            for action in parser._actions:
                for option in action.option_strings:
                    yield path.name, parser.prog, option, action.help


def commands_of(readme):
    """The command lines of the console blocks, without their comments."""
    for block in re.findall(r"```console\n(.*?)```", text_of(readme), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                yield re.sub(r"\s+#.*", "", line)


def anchor(heading):
    """GitHub's: lower case, blanks to dashes, punctuation dropped."""
    kept = (c for c in heading.strip().lower() if c in " -_" or unicodedata.category(c)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


@pytest.mark.parametrize(("script", "command", "option", "help_text"), list(options()))
def test_every_option_is_explained(script, command, option, help_text):
    assert help_text and help_text is not argparse.SUPPRESS or option in text_of("README.md"), f"{command} {option}"


def test_options_were_found():
    assert {"--policy", "--fail-on", "--format", "--api"} <= {option for _, _, option, _ in options()}


@pytest.mark.parametrize("readme", READMES)
def test_no_option_is_named_that_does_not_exist(readme):
    known = {option for _, _, option, _ in options()} | FOREIGN_OPTIONS
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text_of(readme)))
    assert named and named <= known


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("script", [path.name for path in SCRIPTS])
def test_every_script_is_named(readme, script):
    assert f"scripts/{script}" in text_of(readme)


@pytest.mark.parametrize("readme", READMES)
def test_every_script_that_is_named_exists(readme):
    for name in set(re.findall(r"scripts/([\w.]+\.py)", text_of(readme))):
        assert (ROOT / "scripts" / name).is_file(), name


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("status", EXIT_STATUSES)
def test_every_exit_status_has_its_meaning(readme, status):
    assert re.search(rf"^\| {status} \| \S", text_of(readme), re.MULTILINE)


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_the_policy_is_in_the_example(readme, key):
    example = re.findall(r"```yaml\n(.*?)```", text_of(readme), re.DOTALL)[0]
    assert re.search(rf"^{key}:", example, re.MULTILINE)


@pytest.mark.parametrize("readme", READMES)
def test_the_example_is_a_policy(readme):
    example = re.findall(r"```yaml\n(.*?)```", text_of(readme), re.DOTALL)[0]
    assert [mistake.in_lang("en") for mistake in read_policy(example).mistakes] == []


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("word", [*Mode, *Scope, *Api])
def test_every_mode_scope_and_api_is_named(readme, word):
    assert f"`{word}`" in text_of(readme)


def test_both_languages_have_the_same_commands_headings_tables_and_captures():
    english, chinese = READMES
    assert list(commands_of(english)) == list(commands_of(chinese))
    for mark in (r"^#+ ", r"^\| ", r"^- ", r"^```", r"^```text$"):
        counted = [len(re.findall(mark, text_of(readme), re.MULTILINE)) for readme in READMES]
        assert counted[0] == counted[1] > 0, mark


@pytest.mark.parametrize("readme", READMES)
def test_links_inside_resolve(readme):
    text = text_of(readme)
    anchors = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert links
    for link in links:
        file, _, fragment = link.partition("#")
        assert (ROOT / file).exists() if file else fragment in anchors, link


@pytest.mark.parametrize("readme", READMES)
def test_nothing_is_said_of_the_machine_that_it_was_written_on(readme):
    assert not MACHINE_PATH.search(text_of(readme))
