"""What the product can do is written where a user looks, in both languages, and nothing else is."""

import argparse
import re
import unicodedata
from importlib import import_module
from pathlib import Path

import pytest

from wxpolicy.codes import Code
from wxpolicy.editions import EDITIONS
from wxpolicy.policyfile import read_policy
from wxpolicy.policyfile.reader import KEYS
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope
from wxreport.codes_page import codes_page

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
LANGUAGES = ("en", "zh")
SCRIPTS = sorted(path for path in (ROOT / "scripts").glob("*.py") if not path.name.startswith("_"))
PAGES = sorted(path.name for path in (ROOT / "docs").glob("*.md"))
# Options of other programs.
FOREIGN_OPTIONS = {"--set", "--check", "--no-deps"}
EXIT_STATUSES = (0, 1, 2, 3, 4, 130)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|tmp|work|usr|opt|var|Users|mnt)/|\b[A-Z]:\\")


def files(lang):
    """The README and the pages of a language."""
    folder = ROOT / "docs" if lang == "en" else ROOT / "docs" / "zh"
    return [ROOT / READMES[LANGUAGES.index(lang)], *sorted(folder.glob("*.md"))]


EVERY_FILE = [*files("en"), *files("zh"), ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]


def relative(path):
    return str(path.relative_to(ROOT))


def read(path):
    return path.read_text(encoding="utf-8")


def text_of(lang):
    return "\n".join(read(path) for path in files(lang))


def page(lang, name):
    return read(ROOT / "docs" / ("" if lang == "en" else "zh") / f"{name}.md")


def parsers_of(script):
    """The parser of the command that a script starts, and those of its parts."""
    (module,) = re.findall(r'_start\.script\("([\w.]+)"\)', read(script))
    waiting = [import_module(module).parser("en", script.name)]
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


def commands_of(path):
    """The command lines of the console blocks, without their comments."""
    for block in re.findall(r"```console\n(.*?)```", read(path), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                yield re.sub(r"\s+#.*", "", line)


def anchor(heading):
    """GitHub's: lower case, blanks to dashes, punctuation dropped."""
    kept = (c for c in heading.strip().lower() if c in " -_" or unicodedata.category(c)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


@pytest.mark.parametrize(("script", "command", "option", "help_text"), list(options()))
def test_every_option_is_explained(script, command, option, help_text):
    assert help_text and help_text is not argparse.SUPPRESS, f"{command} {option}"


OF_EVERY_SCRIPT = {"-h", "--help", "--version", "--lang"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("option", sorted({each[2] for each in options()} - OF_EVERY_SCRIPT))
def test_every_option_is_documented(lang, option):
    assert re.search(rf"(?<![\w-]){option}(?![\w-])", text_of(lang)), f"{option} stands on no page"


def test_options_were_found():
    assert {"--policy", "--fail-on", "--format", "--api", "--exec"} <= {option for _, _, option, _ in options()}


@pytest.mark.parametrize("path", EVERY_FILE, ids=relative)
def test_no_option_is_named_that_does_not_exist(path):
    known = {option for _, _, option, _ in options()} | FOREIGN_OPTIONS
    shown = re.sub(r"(?:^|\s)-- \S.*", "", read(path), flags=re.MULTILINE)  # what goes to mitmproxy
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", shown))
    assert named <= known | {"--mode"}


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("script", [path.name for path in SCRIPTS])
def test_every_script_is_named(readme, script):
    assert f"scripts/{script}" in read(ROOT / readme)


@pytest.mark.parametrize("path", EVERY_FILE, ids=relative)
def test_every_file_that_is_named_exists(path):
    for name in set(re.findall(r"(?:scripts|addons|tests)/[\w/.-]+\.(?:py|js|mjs|pem|json)", read(path))):
        assert (ROOT / name).is_file(), name
    for name in set(re.findall(r"`(wx[\w/]+\.py)`", read(path))):
        assert (ROOT / "addons" / name).is_file(), name


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_is_about_a_screen(readme):
    assert len(read(ROOT / readme).splitlines()) <= 100


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("status", EXIT_STATUSES)
def test_every_exit_status_has_its_meaning(lang, status):
    for text in (read(files(lang)[0]), page(lang, "reports")):
        assert re.search(rf"^\| {status} \| \S", text, re.MULTILINE)


def example(lang):
    return re.findall(r"```yaml\n(.*?)```", page(lang, "policy"), re.DOTALL)[0]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_the_policy_is_in_the_example_and_in_the_table(lang, key):
    assert re.search(rf"^{key}:", example(lang), re.MULTILINE)
    row = re.search(
        rf"^\| `{key}` \| (?P<default>.+) \| (?P<what>.+) \| (?P<source>.+) \|$", page(lang, "policy"), re.MULTILINE
    )
    assert row and "platform-facts.md#" in row["source"] or row["source"] == "own rule"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_example_is_a_policy(lang):
    assert [mistake.in_lang("en") for mistake in read_policy(example(lang)).mistakes] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("word", [*Mode, *Scope, *Api, *EDITIONS])
def test_every_mode_scope_api_and_edition_is_named(lang, word):
    assert f"`{word}`" in page(lang, "policy") or f'`"{word}"`' in page(lang, "policy")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_codes_is_current(lang):
    assert page(lang, "codes") == codes_page(lang), "write it anew: .venv/bin/python scripts/_codes.py"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", [code.value for code in Code])
def test_every_code_has_its_heading(lang, code):
    assert f"\n### {code}\n" in page(lang, "codes")


def test_every_page_is_there_in_both_languages():
    assert PAGES == sorted(path.name for path in (ROOT / "docs" / "zh").glob("*.md")) and len(PAGES) > 9


@pytest.mark.parametrize("name", [*PAGES, "README"])
def test_both_languages_have_the_same_commands_headings_tables_and_lists(name):
    pair = [ROOT / readme for readme in READMES]
    if name != "README":
        pair = [ROOT / "docs" / name, ROOT / "docs" / "zh" / name]
    english, chinese = pair
    assert list(commands_of(english)) == list(commands_of(chinese))
    for mark in (r"^#+ ", r"^\| ", r"^- ", r"^```", r"^<a id="):
        counted = [len(re.findall(mark, read(path), re.MULTILINE)) for path in pair]
        assert counted[0] == counted[1], mark


@pytest.mark.parametrize("path", EVERY_FILE, ids=relative)
def test_links_resolve(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", read(path)):
        if "://" in link:
            continue
        name, _, fragment = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        if fragment:
            text = read(target)
            anchors = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
            assert fragment in anchors | set(re.findall(r'<a id="([^"]+)">', text)), link


CITATION = re.compile(r"\b(seed-2017|platform) §(\d+)")


def test_every_section_that_the_code_cites_is_there():
    cited = {
        f"{sheet}-{number}"
        for path in (ROOT / "addons").rglob("*.py")
        for sheet, number in CITATION.findall(read(path))
    }
    assert len(cited) > 8
    for lang in LANGUAGES:
        assert cited <= set(re.findall(r'<a id="([^"]+)">', page(lang, "platform-facts")))


@pytest.mark.parametrize("path", EVERY_FILE, ids=relative)
def test_nothing_is_told_of_the_machine_that_it_was_written_on(path):
    assert not MACHINE_PATH.search(read(path))
