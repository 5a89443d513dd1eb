"""report.py: what a session in any state makes of its output and of its exit status."""

import json
import os
from xml.etree import ElementTree

import pytest

from testenv.proxy import run_script


def report(session, *arguments, lang="en"):
    return run_script("report.py", session, "--lang", lang, *arguments)


def cut(path, share):
    os.truncate(path, int(path.stat().st_size * share))


@pytest.mark.parametrize(
    ("lang", "headline"),
    [("en", "The session is damaged: no call could be read"), ("zh", "会话已损坏，读不出任何调用")],
)
def test_a_session_of_which_nothing_is_left_is_called_damaged_and_not_empty(make_session, lang, headline):
    session = make_session()
    os.truncate(session / "calls.sqlite", 4096)
    done = report(session, lang=lang)
    assert (done.returncode, done.stdout.split("\n")[0]) == (2, headline)
    assert "Does the client use this proxy" not in done.stdout and "客户端的代理设置" not in done.stdout
    assert "calls.sqlite" in done.stderr and "Traceback" not in done.stderr


def test_a_session_of_which_something_is_left_is_called_damaged_before_its_calls_are_counted(make_session):
    session = make_session(2000)
    cut(session / "calls.sqlite", 0.5)
    done = report(session)
    assert done.returncode == 2
    assert done.stdout.startswith("The session is damaged and could not be read completely. The ")
    assert "that could be read would succeed in a release build" in " ".join(done.stdout.split("\n")[:2])
    assert "THIS RECORDING\n  · calls.sqlite is damaged, only some of the calls could be read" in done.stdout


def test_damage_is_said_in_every_format(make_session):
    session = make_session()
    os.truncate(session / "calls.sqlite", 4096)
    shown = {how: report(session, "--format", how) for how in ("html", "json", "jsonl", "junit", "har")}
    assert {done.returncode for done in shown.values()} == {2}
    assert '<h1 class="bad">The session is damaged' in shown["html"].stdout
    assert "is damaged" in json.loads(shown["json"].stdout)["session"]["unread"][0]
    suites = ElementTree.fromstring(shown["junit"].stdout)
    assert int(suites.get("errors")) == len(suites.findall("testsuite/testcase/error")) > 0
    assert all("is damaged" in done.stderr for done in shown.values())


def test_a_har_without_all_of_its_traffic_is_not_whole(make_session):
    session = make_session(3)
    assert report(session, "--format", "har").returncode == 0
    cut(session / "flows.mitm", 0.5)
    done = report(session, "--format", "har")
    assert done.returncode == 2 and "is incomplete" in done.stderr
    assert len(json.loads(done.stdout)["log"]["entries"]) == 3
