"""A policy file with mistakes, and saves while the proxy runs and calls are in flight."""

import asyncio
import re
import threading

import pytest

from testenv.proxy import POLICY
from testenv.proxy import run_script
from testenv.recorded import facts
from testenv.recorded import one_record
from testenv.recorded import wait_until
from testenv.tunnel import read_answer

MISTAKES = """\
appid: wx0123456789abcdeX
version: devtools
edition: 2018
mode: realese
scope: everything
domain:
  request: []
domains:
  request: [http://api.example.com, https://203.0.113.7]
  uploadFile: [https://api.weixin.qq.com]
networkTimeout: {request: soon}
concurrency: {excess: drop}
"""
WHERE = [(1, 8), (3, 10), (4, 7), (5, 8), (6, 1), (9, 13), (9, 37), (10, 16), (11, 27), (12, 23)]
LISTED = "https://api.example.com"
UNLISTED = "https://unlisted.example.com"
WIDER = POLICY.replace("[https://api.example.com]", "[https://api.example.com, https://unlisted.example.com]")
NARROWER = POLICY.replace("[https://api.example.com]", "[https://other.example.com]").replace(
    "[https://cdn.example.com]", "[https://other.example.com]"
)


@pytest.fixture(scope="module")
def shared(shared_proxy):
    return shared_proxy()


@pytest.fixture
def proxy(shared, lab):
    """One running proxy for all tests, with the first policy in force again."""
    if shared.policy.read_text("utf-8") != POLICY:
        save(shared, POLICY)
    return shared


def save(proxy, text):
    """Saves and waits until it is said to be in force."""
    said = proxy.output.count("applies to new calls")
    proxy.write_policy(text)
    assert wait_until(lambda: proxy.output.count("applies to new calls") > said), proxy.output


def passes(proxy, url):
    answer = proxy.clients.python_request(url)
    assert answer.status == 200 or answer.failed, answer
    return answer.status == 200


@pytest.mark.parametrize("how", ["at the start", "by policy.py lint"])
def test_ten_mistakes_give_ten_lines_with_their_place(lab, confdir, tmp_path, how):
    path = tmp_path / "policy.yaml"
    path.write_text(MISTAKES, "utf-8")
    if how == "at the start":
        done = run_script(
            "run.py", "--policy", path, "--listen", "127.0.0.1:0", "--session", tmp_path / "s", "--lang", "en"
        )
    else:
        done = run_script("policy.py", "--lang", "en", "lint", path)
    said = (done.stderr + done.stdout).splitlines()
    assert done.returncode == 2
    found = [re.fullmatch(rf"{re.escape(str(path))}:(\d+):(\d+): (.+)", line) for line in said]
    assert all(found), said
    assert [(int(match[1]), int(match[2])) for match in found] == WHERE, said
    assert all("Write instead" in match[3] or "did you mean" in match[3].lower() for match in found), said
    assert not (tmp_path / "s").exists()


def test_a_bad_save_keeps_the_rules_and_says_where_the_mistake_is(proxy, lab):
    proxy.write_policy(WIDER.replace("scope: all", "scope: al"))
    assert wait_until(lambda: "policy.yaml:2:8" in proxy.output), proxy.output
    assert "the previous policy stays active" in proxy.output
    assert passes(proxy, f"{LISTED}/kept") and not passes(proxy, f"{UNLISTED}/still-refused")
    assert {seen.host for seen in lab.origin.requests} == {"api.example.com"}
    assert wait_until(lambda: any("policy.yaml:2:8" in notice.en for notice in facts(proxy).notices))


@pytest.mark.parametrize("broken", ["", "domains: [", "\0", "- a\n- b\n", "appid: any\n" * 2], ids=repr)
def test_a_file_that_is_no_policy_keeps_the_rules(proxy, lab, broken):
    said = proxy.output.count("stays active")
    proxy.write_policy(broken)
    assert wait_until(lambda: proxy.output.count("stays active") > said), proxy.output
    assert passes(proxy, f"{LISTED}/kept") and not passes(proxy, f"{UNLISTED}/still-refused")


def test_taking_a_mistake_back_is_said(proxy, lab):
    said = proxy.output.count("stays active")
    proxy.write_policy("nonsense")
    assert wait_until(lambda: proxy.output.count("stays active") > said)
    save(proxy, POLICY)


def test_a_file_that_goes_away_keeps_the_rules_until_it_is_back(proxy, lab):
    proxy.policy.unlink()
    said = "cannot be read"
    assert wait_until(lambda: said in proxy.output), proxy.output
    assert passes(proxy, f"{LISTED}/gone") and not passes(proxy, f"{UNLISTED}/gone-refused")
    save(proxy, WIDER)
    assert passes(proxy, f"{UNLISTED}/back")


def test_a_good_save_takes_effect_for_new_calls_without_a_restart(proxy, lab):
    assert not passes(proxy, f"{UNLISTED}/before")
    save(proxy, WIDER)
    assert passes(proxy, f"{UNLISTED}/after")
    save(proxy, POLICY)
    assert not passes(proxy, f"{UNLISTED}/taken-back")
    kept = {path.name for path in proxy.session.glob("policy*.yaml")}
    assert {"policy.yaml", "policy.2.yaml", "policy.3.yaml"} <= kept, "each version in force is kept"
    assert facts(proxy).policy_file == str(proxy.policy)


def test_a_save_holds_for_the_next_call_of_a_connection_that_is_open(proxy, lab):
    with proxy.clients.open_tunnel("api.example.com:443") as tunnel:
        tunnel.sendall(b"GET /one HTTP/1.1\r\nHost: api.example.com\r\n\r\n")
        assert read_answer(tunnel).status == 200
        save(proxy, NARROWER)
        tunnel.sendall(b"GET /two HTTP/1.1\r\nHost: api.example.com\r\n\r\n")
        assert read_answer(tunnel).failed
    assert lab.origin.paths() == ["/one"]


def test_a_call_in_flight_ends_under_the_rules_it_began_with(proxy, lab):
    answers = []
    slow = threading.Thread(
        target=lambda: answers.append(proxy.clients.python_request(f"{LISTED}/slow?ms=1500&in-flight"))
    )
    slow.start()
    assert lab.origin.wait_requests(1)
    save(proxy, NARROWER)
    assert not passes(proxy, f"{LISTED}/meanwhile")
    slow.join()
    assert answers[0].status == 200
    record = one_record(proxy, "in-flight")
    assert (record.release.outcome, record.acted, record.debug_only) == ("success", "pass", False)
    assert one_record(proxy, "/meanwhile").release.outcome == "fail"


def test_a_redirect_in_flight_is_judged_by_the_rules_it_began_with(proxy, lab):
    """Its answer comes after the save: the hop is not listed by the new policy, but was by the old."""
    save(proxy, WIDER)

    async def late_redirect(exchange):
        await asyncio.sleep(1.2)
        await exchange.answer(302, headers=[("location", f"{UNLISTED}/hop")])

    lab.origin.routes["/late-redirect"] = late_redirect
    answers = []
    url = f"{LISTED}/late-redirect"
    slow = threading.Thread(target=lambda: answers.append(proxy.clients.python_request(url)))
    slow.start()
    assert lab.origin.wait_requests(1)
    save(proxy, POLICY)
    slow.join()
    del lab.origin.routes["/late-redirect"]
    assert answers[0].status == 302


def test_the_mode_is_switched_while_it_runs(proxy, lab):
    assert not passes(proxy, f"{UNLISTED}/in-release")
    save(proxy, POLICY + "mode: debug\n")
    assert passes(proxy, f"{UNLISTED}/in-debug")
    save(proxy, POLICY + "mode: observe\n")
    assert passes(proxy, f"{UNLISTED}/in-observe")
    save(proxy, POLICY + "mode: release\n")
    assert not passes(proxy, f"{UNLISTED}/in-release-again")
    for marker, mode in (("/in-debug", "debug"), ("/in-observe", "observe"), ("/in-release-again", "release")):
        record = one_record(proxy, marker)
        assert (record.mode, record.debug_only, record.release.errno) == (mode, True, 600002)


def test_saving_during_many_calls_breaks_none_of_them(proxy, lab):
    """Forty calls to a host that both policies list, while they take turns."""
    answers = []

    def call(number):
        answers.append(proxy.clients.python_request(f"{LISTED}/slow?ms={number % 7 * 30}&many"))

    threads = [threading.Thread(target=call, args=(number,)) for number in range(40)]
    for number, thread in enumerate(threads):
        thread.start()
        if number % 10 == 0:
            proxy.write_policy((WIDER, POLICY)[number // 10 % 2])
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [200] * 40


def test_a_mode_on_the_command_line_outlives_a_save(shared_proxy, lab):
    proxy = shared_proxy(arguments=("--mode", "debug"))
    assert passes(proxy, f"{UNLISTED}/one")
    save(proxy, POLICY + "mode: release\n")
    assert passes(proxy, f"{UNLISTED}/two")
