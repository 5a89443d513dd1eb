"""The commands that a report names can be typed where it is read."""

import pytest

from wxreport.own_command import STARTED_AS
from wxreport.own_command import own_command

CASES = [
    ("in the project's folder", "scripts/run.py", "python3 scripts/policy.py"),
    ("by its whole path", "{here}/scripts/run.py", "python3 scripts/policy.py"),
    ("from elsewhere", "{elsewhere}/scripts/run.py", "python3 {elsewhere}/scripts/policy.py"),
    ("the installed command", "/usr/local/bin/miniprogram-proxy", "miniprogram-proxy policy"),
    ("the installed command on Windows", "miniprogram-proxy.exe", "miniprogram-proxy policy"),
    ("python -m wxcommand", "/x/wxcommand/__main__.py", "miniprogram-proxy policy"),
    ("another program", "/usr/bin/pytest", "python3 scripts/policy.py"),
]


@pytest.mark.parametrize(("case", "started_as", "expected"), CASES, ids=[each[0] for each in CASES])
def test_how_another_command_is_typed(case, started_as, expected, tmp_path, monkeypatch):
    here, elsewhere = tmp_path / "a", tmp_path / "b"
    for folder in (here, elsewhere):
        (folder / "scripts").mkdir(parents=True)
        (folder / "scripts" / "policy.py").touch()
    monkeypatch.chdir(here)
    found = own_command("policy", started_as.format(here=here, elsewhere=elsewhere))
    assert found in (expected.format(elsewhere=elsewhere), expected.format(elsewhere="../b"))


def test_what_another_command_of_ours_started_is_typed_as_that_one(tmp_path, monkeypatch):
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "policy.py").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["/x/wxcommand/__main__.py"])
    assert own_command("policy") == "miniprogram-proxy policy"
    monkeypatch.setenv(STARTED_AS, "scripts/demo.py")
    assert own_command("policy") == "python3 scripts/policy.py"
