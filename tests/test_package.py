"""What pyproject.toml says is what is there."""

import re
import tomllib
from pathlib import Path

import pytest

from wxpolicy.version import NAME

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def normal(requirement):
    return re.sub(r"\s", "", requirement).replace("'", '"').lower()


def test_the_requirements_are_those_of_the_package_and_of_its_tests():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    named = [normal(line) for line in lines if line and not line.startswith("#")]
    declared = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["test"]]
    assert sorted(map(normal, declared)) == sorted(named)


def test_the_tools_are_pinned():
    tools = {entry.partition("=")[0]: entry for entry in PROJECT["dependency-groups"]["dev"] if isinstance(entry, str)}
    assert re.fullmatch(r"mypy==[\d.]+", tools["mypy"]) and re.fullmatch(r"ruff==[\d.]+", tools["ruff"])


def test_the_name_is_the_one_that_version_shows():
    assert PROJECT["project"]["name"] == NAME == next(iter(PROJECT["project"]["scripts"]))


def test_every_kind_of_file_goes_into_the_package():
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    files = [
        path
        for path in (ROOT / "addons").rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and "egg-info" not in str(path)
    ]
    assert files
    missing = [path for path in files if not any(path.match(pattern) for pattern in patterns)]
    assert not missing


@pytest.mark.parametrize("folder", sorted(path.parent for path in (ROOT / "addons").rglob("*.py")), ids=str)
def test_every_folder_with_code_is_a_package(folder):
    assert folder == ROOT / "addons" or (folder / "__init__.py").exists()
