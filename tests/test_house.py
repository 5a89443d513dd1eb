"""The walls of the house: who may import whom, how long a file may be, what it may be called."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ADDONS = ROOT / "addons"
SOURCES = sorted(path for folder in ("addons", "scripts", "tests") for path in (ROOT / folder).rglob("*.py"))
CORE = sorted((ADDONS / "wxpolicy").rglob("*.py"))

# The core may use pure libraries: parsers of text, certificates and encodings.
PURE_LIBRARIES = {
    "yaml",
    "idna",
    "cryptography",
    "OpenSSL",
    "charset_normalizer",
    "brotli",
    "zstandard",
    "publicsuffixlist",
}
IMPURE_STANDARD = {
    "asyncio", "socket", "ssl", "selectors", "threading", "subprocess", "multiprocessing",
    "os", "pathlib", "io", "tempfile", "shutil", "glob", "time", "urllib.request", "http", "sqlite3", "logging",
}  # fmt: skip
# What may be imported before the virtual environment exists: the standard library, and these.
BEFORE_THE_ENVIRONMENT = {"_start", "_venv", "wxcommand", "wxpolicy.terms", "wxpolicy.version", "wxreport.language"}
MAY_IMPORT = {
    "wxcommand": {"wxpolicy", "wxredact", "wxreport", "wxsession", "wxcapture", "wxlab", "wxgate", "wxcommand"},
    "wxpolicy": {"wxpolicy"},
    "wxredact": {"wxpolicy", "wxredact"},
    "wxreport": {"wxpolicy", "wxredact", "wxreport"},
    "wxsession": {"wxpolicy", "wxsession"},
    "wxcapture": {"wxpolicy", "wxredact", "wxsession", "wxcapture"},
    "wxlab": {"wxlab"},
    "wxgate": {"wxpolicy", "wxredact", "wxsession", "wxcapture", "wxreport", "wxgate"},
}


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; there is one import root"
            yield node.module


def relative(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CORE, ids=relative)
def test_the_core_knows_no_proxy_socket_file_or_clock(path):
    allowed_io = {"io"} if "encoding" in path.parts else set()
    for name in imports_of(path):
        top = name.partition(".")[0]
        if top == "wxpolicy" or top in PURE_LIBRARIES:
            continue
        assert top in sys.stdlib_module_names, f"{name} is no pure library"
        assert top not in IMPURE_STANDARD - allowed_io and name not in IMPURE_STANDARD - allowed_io, name


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_packages_point_one_way(package):
    ours = {path.name for path in ADDONS.iterdir() if path.is_dir()}
    assert set(MAY_IMPORT) == {name for name in ours if name.startswith("wx")}
    for path in (ADDONS / package).rglob("*.py"):
        for name in imports_of(path):
            top = name.partition(".")[0]
            assert top not in ours or top in MAY_IMPORT[package], f"{relative(path)} imports {name}"


def test_every_library_that_is_imported_is_required_by_name():
    """What only comes along with mitmproxy goes with it too: 12.3 left zstandard out."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = {canonical(re.split(r"[<>=;]", line)[0]) for line in lines if line and not line.startswith("#")}
    own = {path.name for path in ADDONS.iterdir()} | {path.stem for path in SOURCES} | {"testenv"}
    distributions = packages_distributions()
    for path in SOURCES:
        for name in imports_of(path):
            top = name.partition(".")[0]
            if top not in sys.stdlib_module_names and top not in own:
                assert required & {canonical(each) for each in distributions[top]}, f"{relative(path)} imports {name}"


def canonical(name):
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def test_private_mitmproxy_api_is_in_one_room():
    for path in (ADDONS / "wxgate").rglob("*.py"):
        if path.parent.name != "layers":
            private = [name for name in imports_of(path) if name.startswith("mitmproxy") and "._" in name]
            assert not private, f"{relative(path)}: {private}"


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_file_has_one_concern(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 400, f"{lines} lines: concerns have met here"
    assert not {"utils", "helpers", "manager", "common"} & set(path.stem.split("_")), "a name that says nothing"


@pytest.mark.parametrize("path", [path for path in CORE if path.parent.name != "editions"], ids=relative)
def test_no_module_of_the_core_asks_for_an_edition_by_name(path):
    """An edition is a value: what differs is a field of it, so that a new one is one file."""
    for name in imports_of(path):
        assert name.removeprefix("wxpolicy.editions.") in (name, "edition", "referer_form"), f"imports {name}"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not list(asked_by_name(tree))


def asked_by_name(tree):
    """Lines that compare an edition, or look one up by a name that is spelled there."""
    for node in ast.walk(tree):
        # 1) edition is X, policy.edition == X, edition.name == "2017", edition in (X, Y), match edition: case X
        if isinstance(node, ast.Compare):
            if any(is_edition(side) for side in (node.left, *node.comparators)):
                yield node.lineno
        elif isinstance(node, ast.Match):
            if is_edition(node.subject):
                yield node.lineno
        # 2) EDITIONS["2017"], EDITIONS.get("2017")
        elif isinstance(node, ast.Subscript):
            if is_edition(node.value) and isinstance(node.slice, ast.Constant):
                yield node.lineno
            # 3) {X: "one way", Y: "another"}[policy.edition]
            if is_edition(node.slice):
                yield node.lineno
        elif isinstance(node, ast.Call):
            holder = node.func.value if isinstance(node.func, ast.Attribute) else None
            if holder is not None and is_edition(holder) and any(isinstance(each, ast.Constant) for each in node.args):
                yield node.lineno


def is_edition(node):
    """``edition``, ``policy.edition``, ``EDITIONS``, and the ``name`` or ``title`` of one."""
    if isinstance(node, ast.Attribute) and node.attr in ("name", "title"):
        node = node.value
    spelled = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return spelled.lower() in ("edition", "editions")


@pytest.mark.parametrize(
    "source",
    [
        "if policy.edition is WECHAT_2017: pass",
        "x = edition == other",
        "x = policy.edition.name == '2017'",
        "x = policy.edition in (A, B)",
        "x = EDITIONS['2017']",
        "x = EDITIONS.get('2017')",
        "x = PAGES[policy.edition]",
        "match policy.edition:\n    case A: pass",
    ],
)
def test_asking_by_name_is_seen(source):
    assert list(asked_by_name(ast.parse(source)))


def test_the_entry_is_small_and_has_no_types():
    text = (ADDONS / "miniprogram.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 40
    assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)]


BEFORE = sorted([*(ROOT / "scripts").glob("*.py"), *(ADDONS / "wxcommand").glob("*.py"), *(
    ADDONS / name for name in ("wxpolicy/terms.py", "wxpolicy/version.py", "wxreport/language.py")
)])  # fmt: skip


@pytest.mark.parametrize("path", BEFORE, ids=relative)
def test_nothing_foreign_is_imported_before_the_environment_exists(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for name in [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]:
                top = name.partition(".")[0]
                is_known = name in BEFORE_THE_ENVIRONMENT or top in BEFORE_THE_ENVIRONMENT
                is_bench = path.name.startswith(("_bench", "_soak")) and top.startswith("_bench")
                assert top in sys.stdlib_module_names or is_known or is_bench, f"{relative(path)}: {name}"


@pytest.mark.parametrize("path", sorted((ROOT / "scripts").glob("[!_]*.py")), ids=relative)
def test_a_script_can_be_read_by_an_old_python(path):
    """So that it gets a sentence: no annotation, no f-string, no letter beyond ASCII."""
    for each in (path, ROOT / "scripts" / "_start.py"):
        for node in ast.walk(ast.parse(each.read_text(encoding="utf-8"))):
            assert not isinstance(node, (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.AsyncFunctionDef))
            assert not (isinstance(node, ast.FunctionDef) and node.returns)
            assert not (isinstance(node, ast.arg) and node.annotation)
    assert path.read_text(encoding="utf-8").isascii()


# What they print are words of their own, or another process's lines, which have gone through it.
PRINTS_AS_IT_IS = {"output.py", "demo.py", "interrupted.py"}


@pytest.mark.parametrize(
    "path",
    [path for path in sorted((ADDONS / "wxcommand").glob("*.py")) if path.name not in PRINTS_AS_IT_IS],
    ids=relative,
)
def test_what_a_command_prints_goes_through_say_which_masks_secrets(path):
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    assert [func.lineno for func in calls if isinstance(func, ast.Name) and func.id == "print"] == []
