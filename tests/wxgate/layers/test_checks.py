"""A mitmproxy that lacks what the layers stand on is refused at the start, in one sentence of both languages."""

import importlib
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from wxgate.layers import checks

ROOT = Path(__file__).resolve().parents[3]
METHODS = [(place, name) for place, methods in checks.OVERRIDDEN.items() for name in methods]
NAMES = [(place, name) for table in (checks.PATCHED, checks.USED) for place, names in table.items() for name in names]


def defining(place, name):
    """The class or module that holds it."""
    module, _, kind = place.partition(":")
    owner = importlib.import_module(module)
    if not kind:
        return owner
    return next((base for base in getattr(owner, kind).__mro__ if name in vars(base)), None)


def test_the_mitmproxy_that_runs_these_tests_has_everything():
    assert list(checks.lacking()) == []
    assert checks.unfit() is None
    assert checks.untried() is None


@pytest.mark.parametrize(
    ("place", "name"), METHODS, ids=[f"{place.rpartition(':')[2]}.{name}" for place, name in METHODS]
)
def test_a_method_that_is_missing_or_takes_other_parameters_is_named(place, name, monkeypatch):
    if name != "__init__":  # there, object's own stays
        owner = defining(place, name)
        with monkeypatch.context() as patched:
            patched.setattr(owner, name, None)
            assert f"{place.replace(':', '.')}.{name}" in list(checks.lacking())
    if checks.OVERRIDDEN[place][name]:
        monkeypatch.setattr(defining(place, name), name, lambda self, something_else: None)
        assert name in checks.unfit().en


@pytest.mark.parametrize(("place", "name"), NAMES, ids=[f"{place}.{name}" for place, name in NAMES])
def test_a_name_that_is_missing_is_named(place, name, monkeypatch):
    owner = defining(place, name)
    if owner is not None:
        monkeypatch.setattr(owner, name, None)
    annotated = getattr(importlib.import_module(place.partition(":")[0]), place.partition(":")[2], None)
    for base in getattr(annotated, "__mro__", ()):
        if name in vars(base).get("__annotations__", {}):
            monkeypatch.delitem(base.__annotations__, name)
    assert f"{place.replace(':', '.')}.{name}" in list(checks.lacking())


@pytest.mark.parametrize(
    ("found", "is_fit", "is_tried"),
    [
        ("11.0.2", True, True),
        ("12.3.1", True, True),
        ("12.4.0", True, False),
        ("12.10.0", True, False),
        ("13.0.0", False, True),
        ("10.4.2", False, True),
        ("", False, True),
        ("12.4.0.dev1", True, False),
    ],
)
def test_versions(found, is_fit, is_tried, monkeypatch):
    monkeypatch.setattr(checks, "version", lambda: found)
    trouble, note = checks.unfit(), checks.untried()
    assert (trouble is None, note is None) == (is_fit, is_tried)
    for text in filter(None, (trouble, note)):
        assert found in text.en and found in text.zh and "\n" not in text.en


LACKING = """
from mitmproxy.proxy.layers.http import HttpStream
del HttpStream.check_killed
"""
UNKNOWN = """
from importlib import metadata
found = metadata.version
metadata.version = lambda name: "13.1.0" if name == "mitmproxy" else found(name)
"""
RENAMED = """
import mitmproxy.proxy.layers.http as http
http.GetHttpConnexion = http.GetHttpConnection
del http.GetHttpConnection
"""
RUN = f"""
import runpy, sys
sys.path[:0] = [{str(ROOT / "scripts")!r}, {str(ROOT / "addons")!r}]
from wxcommand.run import main
sys.exit(main(["--policy", "policy.yaml", "--listen", "127.0.0.1:0", "--page", "off", "--lang", LANG]))
"""
MITMDUMP = f"""
from mitmproxy.tools.main import mitmdump
mitmdump(["-s", {str(ROOT / "addons" / "miniprogram.py")!r}, "--listen-host", "127.0.0.1", "--listen-port", "0"])
"""


def started(text):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(text)], cwd=ROOT, capture_output=True, text=True, timeout=30
    )


@pytest.mark.live
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("broken", [LACKING, UNKNOWN, RENAMED], ids=["a method lacks", "major 13", "a name lacks"])
def test_run_does_not_start_on_it(broken, lang):
    done = started(f"LANG = {lang!r}\n{broken}\n{RUN}")
    assert done.returncode == 3, done
    assert "mitmproxy" in done.stderr and "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1
    assert ("requirements.txt" in done.stderr) and (lang == "en") == done.stderr.isascii()


@pytest.mark.live
@pytest.mark.parametrize("broken", [LACKING, UNKNOWN, RENAMED], ids=["a method lacks", "major 13", "a name lacks"])
def test_mitmdump_refuses_the_script_in_plain_words(broken):
    done = started(f"{broken}\n{MITMDUMP}")
    assert done.returncode != 0 and "Traceback" not in done.stderr + done.stdout, done
    assert "requirements.txt" in done.stderr + done.stdout
