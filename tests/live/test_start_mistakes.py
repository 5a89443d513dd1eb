"""A start that cannot be: its status, one sentence that says why, and nothing left behind."""

import os
import re
import signal
import socket
import sys

import pytest

from testenv.forked import RUN_HERE
from testenv.process import Program
from testenv.proxy import ROOT
from testenv.proxy import Proxy
from testenv.proxy import run_script


def started_in_vain(proxy):
    """run.py to its end."""
    program = Program(proxy.command(), cwd=ROOT)
    return program.wait(), program.text


@pytest.mark.parametrize(("lang", "said"), [("en", "is in use"), ("zh", "已被占用")])
def test_a_port_that_is_taken_is_said_once_and_leaves_no_session(lab, confdir, tmp_path, lang, said):
    proxy = Proxy(lab, tmp_path, confdir)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        changed = {"127.0.0.1:0": place, "en": lang}
        program = Program([changed.get(word, word) for word in proxy.command()], cwd=ROOT, forks=False)
        status, text = program.wait(), program.text
    assert status == 3, text
    assert text.count(place) == 1 and said in text and "--listen 127.0.0.1:" in text
    assert "Traceback" not in text and "--mode" not in text
    assert not proxy.session.exists()


@pytest.mark.parametrize(
    ("case", "mitmproxy", "status"),
    [
        ("mitmproxy cannot take the place", ("--mode", "regular@{taken}"), 3),
        ("a mode that there is not", ("--mode", "nonsense"), 2),
        ("a script that is not there", ("-s", "no-such-script.py"), 2),
    ],
)
def test_a_start_that_fails_leaves_no_session(lab, confdir, tmp_path, case, mitmproxy, status):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        more = tuple(word.format(taken=taken.getsockname()[1]) for word in mitmproxy)
        proxy = Proxy(lab, tmp_path, confdir, mitmproxy=more)
        found, text = started_in_vain(proxy)
        assert found == status and "Traceback" not in text, text
        assert not proxy.session.exists()
        # One that was there before is left alone.
        proxy.session.mkdir()
        (proxy.session / "mine.txt").touch()
        assert started_in_vain(proxy)[0] == status
    assert (proxy.session / "mine.txt").exists()


def test_a_folder_for_certificates_that_cannot_be_used_is_said(lab, tmp_path):
    (tmp_path / "file").touch()
    proxy = Proxy(lab, tmp_path, tmp_path / "file" / "ca")
    status, text = started_in_vain(proxy)
    assert status == 3 and "Traceback" not in text and str(tmp_path / "file") in text, text


def test_wireguard_gives_a_phone_what_its_app_needs(lab, confdir, tmp_path):
    proxy = Proxy(lab, tmp_path, confdir, arguments=("--for", "0.5"), mitmproxy=("--mode", "wireguard"))
    status, text = started_in_vain(proxy)
    assert status == 0, text
    assert re.search(r"WireGuard \(UDP port \d+\)", text) and re.search(r"Endpoint = 127\.0\.0\.1:\d+", text)
    assert "PrivateKey = " in text and "Set the HTTP proxy" not in text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
@pytest.mark.parametrize("script", ["run.py", "check.py", "policy.py lint"])
def test_ctrl_c_before_anything_runs_is_no_traceback(tmp_path, script):
    # It waits for the policy for ever: a pipe that nobody writes into.
    pipe = tmp_path / "policy.yaml"
    os.mkfifo(pipe)
    (tmp_path / "x.har").write_text("{}")
    name, *words = script.split()
    words += {"run.py": ["--policy", pipe], "check.py": [tmp_path / "x.har", "--policy", pipe], "policy.py": [pipe]}[
        name
    ]
    program = Program([*RUN_HERE, ROOT / "scripts" / name, *words], cwd=ROOT, forks=False)
    with pipe.open("w"):  # returns once the script reads
        program.process.send_signal(signal.SIGINT)
        assert program.wait() == 130, program.text
    assert "Traceback" not in program.text and "interrupted" in program.text


@pytest.mark.skipif(sys.platform == "win32", reason="nothing tells of another writer there")
def test_two_do_not_record_in_one_folder(start_proxy, lab, confdir):
    first = start_proxy()
    status, text = started_in_vain(Proxy(lab, first.folder, confdir))
    assert status == 2 and "another proxy is recording a session in" in text and "Traceback" not in text
    # The first is none the worse for it.
    assert first.clients.python_request("https://api.example.com/x").status == 200
    assert len(first.records()) == 1


@pytest.mark.parametrize(
    "command",
    [
        ("run.py", "--policy", "no-such.yaml"),
        ("policy.py", "lint", "no-such.yaml"),
        ("check.py", "x.har", "--policy", "no-such.yaml"),
    ],
    ids=lambda command: command[0],
)
def test_what_the_system_refuses_is_told_in_the_readers_language(command):
    name, *words = command
    done = run_script(name, *words, "--lang", "zh")
    assert done.returncode == 2 and "no-such.yaml 无法读取：没有这个文件或文件夹" in done.stderr
    assert "No such file" not in done.stderr


MISTAKES = {
    "a policy that is not there": ("--policy", "no-such-policy.yaml"),
    "a folder as policy": ("--policy", "."),
    "a word for a port": ("--listen", "127.0.0.1:http"),
    "an unknown mode": ("--mode", "realese"),
    "no number of seconds": ("--for", "soon"),
    "an extra root that is not there": ("--extra-root", "no-such-root.pem"),
    "an unknown option": ("--polcy", "x"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_in_the_options_gives_status_2_and_no_traceback(lab, confdir, tmp_path, case):
    proxy = Proxy(lab, tmp_path, confdir)
    words = proxy.command()
    at = words.index("--")
    program = Program([*words[:at], *MISTAKES[case], *words[at:]], cwd=tmp_path)
    assert program.wait() == 2, program.text
    assert MISTAKES[case][1] in program.text or MISTAKES[case][0] in program.text
    assert "Traceback" not in program.text


@pytest.mark.parametrize("word", ["--no-such-option", "--set=stream_large_bodies=x"])
def test_a_mistake_in_what_goes_to_mitmproxy_gives_status_2(lab, confdir, tmp_path, word):
    proxy = Proxy(lab, tmp_path, confdir, mitmproxy=(word,))
    program = Program(proxy.command(), cwd=ROOT)
    assert program.wait() == 2, program.text
    assert "Traceback" not in program.text


def test_a_session_that_cannot_be_written_is_said_at_the_start(lab, confdir, tmp_path):
    proxy = Proxy(lab, tmp_path, confdir)
    proxy.session.write_text("a file where the folder should be")
    program = Program(proxy.command(), cwd=ROOT)
    assert program.wait() in (2, 3), program.text
    assert "session" in program.text and "Traceback" not in program.text
