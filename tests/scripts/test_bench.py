"""The benchmark measures what it says, in small: its figures are worth something only on an idle machine."""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from testenv.proxy import run_script


def test_each_case_is_measured_by_turns_with_bare_mitmdump(tmp_path):
    file = tmp_path / "figures.json"
    arguments = (
        "--rounds",
        "1",
        "--seconds",
        "0.2",
        "--megabytes",
        "2",
        "--json",
        file,
        "--plot",
        tmp_path / "figures.svg",
        "--lang",
        "en",
    )
    done = run_script("bench.py", "calls", "bodies", "--only", "10 connections", *arguments, timeout_s=120)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(file.read_text())
    compared = {f"{each['part']}: {each['case']}": each for each in told["figures"] if each["ratio"]}
    for what in ("down", "up"):
        of_itself = compared.pop(f"bodies: 2 MB {what}, --keep-body 0")
        assert list(of_itself["of"]) == ["keep-body 0", "product"]
    assert {"calls: 10 connections", "calls: unjudged, 10 connections", "bodies: 2 MB down", "bodies: 2 MB up"} <= set(
        compared
    )
    for name, figure in compared.items():
        assert list(figure["of"]) == ["product", "mitmdump"] and f"ratio {figure['ratio']:.2f}" in done.stdout, name

    picture = ElementTree.parse(tmp_path / "figures.svg")
    drawn = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert set(compared) <= set(drawn) and f"{compared['calls: 10 connections']['ratio']:.2f}" in drawn


def test_a_session_is_whole_for_all_who_read_it():
    done = run_script("bench.py", "session", "--calls", "60", "--lang", "en", timeout_s=120)
    assert done.returncode == 0, done.stdout + done.stderr
    for reader in ("report.py", "report.py --format har", "check.py, session", "check.py, flows.mitm"):
        assert f"session     {reader} " in done.stdout, done.stdout


def test_a_part_that_is_none_is_a_mistake():
    done = run_script("bench.py", "kalls", "--lang", "en")
    assert done.returncode == 2 and "'kalls'" in done.stderr


def test_without_npm_the_peers_are_left_out_with_a_sentence(tmp_path, monkeypatch):
    import _bench_peers

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(_bench_peers.Missing, match="there is no npm") as told:
        _bench_peers.install(tmp_path)
    assert "npm" in told.value.text.zh


@pytest.mark.skipif(sys.platform == "win32", reason="stands in for npm with a shell script")
def test_an_npm_that_installs_nothing_is_said(tmp_path, monkeypatch):
    import _bench_peers

    for name in ("npm", "node"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(_bench_peers.Missing, match="could not install"):
        _bench_peers.install(Path(tmp_path))
