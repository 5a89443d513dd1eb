"""Several mini-programs behind one proxy, each under a policy of its own: mode, lists, hosts and trust."""

import json

import pytest

from testenv.browser import opened_page
from testenv.proxy import POLICY
from testenv.proxy import run_script
from testenv.recorded import codes
from testenv.recorded import facts
from testenv.recorded import one_record
from testenv.recorded import wait_until
from testenv.steering import Steering

ONE, OTHER, NEITHER = "wx00000000000000aa", "wx00000000000000bb", "wx00000000000000cc"
FIRST = f"""\
appid: {ONE}
domains:
  request: [https://api.example.com, https://private-ca.example.com]
"""
# Its roots lie in its own folder.
SECOND = f"""\
appid: {OTHER}
mode: debug
domains:
  request:
    - https://cdn.example.com  # ours
    - https://private-ca.example.com
certificates: {{extra_roots: [stranger.pem]}}
"""
ADD = "[...document.querySelectorAll('article.cause button.primary')].find(each => each.innerText === 'Add to second.yaml: https://unlisted.example.com' && each.closest('article').querySelector('.tag.policy').innerText === 'wx00000000000000bb')"
LABELS = "[...document.querySelectorAll('article.cause button.primary')].map(each => each.innerText)"
UNDO = "[...document.querySelectorAll('#notices button')].find(each => each.innerText.startsWith('Undo: https://unlisted'))"
CHOICE = "document.querySelector('[data-key=policy]')"


def referer(appid):
    return {"Referer": f"https://servicewechat.com/{appid}/12/page-frame.html", "X-Miniprogram-Api": "request"}


def save(path, text):
    """As an editor does: the new file takes the old one's place, and nobody reads half of it."""
    part = path.with_name("part")
    part.write_text(text, "utf-8")
    part.replace(path)


@pytest.fixture(scope="module")
def second(tmp_path_factory, whole_lab):
    folder = tmp_path_factory.mktemp("policies") / "second"
    folder.mkdir()
    (folder / "stranger.pem").write_bytes(whole_lab.stranger.cert_pem)
    (folder / "second.yaml").write_text(SECOND, "utf-8")
    return folder / "second.yaml"


@pytest.fixture(scope="module")
def shared(shared_proxy, second):
    return shared_proxy(policy=FIRST, arguments=("--policy", str(second), "--page", "127.0.0.1:0"))


@pytest.fixture
def proxy(shared, lab):
    return shared


@pytest.mark.parametrize(
    ("case", "appid", "url", "passes", "mode", "found"),
    [
        ("the first, what it lists", ONE, "https://api.example.com/1", True, "release", []),
        ("the first, what the other lists", ONE, "https://cdn.example.com/2", False, "release", ["DOMAIN_NOT_LISTED"]),
        ("the first, a root that the other trusts", ONE, "https://private-ca.example.com/3", False, "release", ["CERT_UNTRUSTED_ROOT"]),
        ("the second, what it lists", OTHER, "https://cdn.example.com/4", True, "debug", []),
        ("the second, what the first lists", OTHER, "https://api.example.com/5", True, "debug", ["DOMAIN_NOT_LISTED"]),
        ("the second, a root of its own folder", OTHER, "https://private-ca.example.com/6", True, "debug", []),
    ],
)  # fmt: skip
def test_a_call_is_judged_by_the_policy_of_its_mini_program(proxy, case, appid, url, passes, mode, found):
    answer = proxy.clients.python_request(url, headers=referer(appid))
    assert (answer.status == 200, answer.failed) == (passes, not passes), answer
    record = one_record(proxy, url)
    assert (record.policy, record.appid, record.mode) == (appid, appid, mode)
    assert [code for code in dict.fromkeys(codes(record)) if code != "STATUS_IS_SUCCESS"] == found


def test_the_terminal_says_whose_call_it_is(proxy):
    url = "https://cdn.example.com/whose"
    assert proxy.clients.python_request(url, headers=referer(ONE)).kind == "network_error"
    assert wait_until(lambda: f"✗ {ONE} request GET {url}  DOMAIN_NOT_LISTED" in proxy.output), proxy.output


def test_calls_of_a_mini_program_that_neither_names_pass_and_are_told(proxy, lab):
    assert proxy.clients.python_request("https://unlisted.example.com/", headers=referer(NEITHER)).status == 200
    assert wait_until(lambda: facts(proxy).foreign_appids == {NEITHER: 1})
    assert (len(facts(proxy).policies), facts(proxy).policy_file) == (2, "")


def test_a_bad_save_of_one_keeps_its_rules_and_says_which_file(proxy, second):
    page = Steering(proxy)
    said = proxy.output.count("stays active")
    save(second, SECOND.replace("debug", "debgu"))
    assert wait_until(lambda: f"{second}:2:7" in proxy.output), proxy.output
    # A good save of the other file takes nothing back.
    proxy.write_policy(FIRST + "# again\n")
    assert wait_until(lambda: f"{proxy.policy} was saved and applies" in proxy.output), proxy.output
    told = {each["appid"]: each["problem"] for each in page.ask("GET", "/api/policy")[1]["policies"]}
    assert told[ONE] is None and "2:7" in told[OTHER]["en"]
    save(second, SECOND.replace(OTHER, ONE))
    words = f'{second}:1:8: found "{ONE}": {proxy.policy}:1:8 is already the policy of this appid'
    assert wait_until(lambda: words in proxy.output), proxy.output
    assert proxy.output.count("stays active") == said + 2
    save(second, SECOND)
    assert wait_until(lambda: page.ask("GET", f"/api/policy?policy={OTHER}")[1]["problem"] is None)
    assert proxy.clients.python_request("https://cdn.example.com/still", headers=referer(OTHER)).status == 200


def test_the_page_edits_the_file_of_the_policy_and_tells_causes_of_each(proxy, second):
    page = Steering(proxy)
    assert proxy.clients.python_request("https://unlisted.example.com/x", headers=referer(OTHER)).status == 200
    assert proxy.clients.python_request("https://unlisted.example.com/y", headers=referer(ONE)).failed
    one_record(proxy, "unlisted.example.com/y")
    causes = {
        each["policy"]: each for each in page.ask("GET", "/api/causes")[1]["causes"] if each["subject"] == "unlisted.example.com"
    }  # fmt: skip
    assert {appid: each["calls"] for appid, each in causes.items()} == {ONE: 1, OTHER: 1}
    entry = {"api": "request", "entry": "https://unlisted.example.com", "policy": OTHER}
    status, told = page.ask("POST", "/api/policy/entries", entry)
    assert (status, told["appid"], told["last"]["file"]) == (200, OTHER, str(second))
    assert "    - https://unlisted.example.com\n" in second.read_text() and "unlisted" not in proxy.policy.read_text()
    now = {each["policy"]: each["passes_now"] for each in page.ask("GET", "/api/causes")[1]["causes"] if each["subject"] == "unlisted.example.com"}  # fmt: skip
    assert now == {ONE: False, OTHER: True}
    domains = page.ask("GET", f"/api/domains?policy={ONE}")[1]
    assert domains["lists"][0]["missing"] == ["https://cdn.example.com", "https://unlisted.example.com"]
    assert page.ask("POST", "/api/policy/undo", {})[0] == 200
    assert second.read_text() == SECOND
    assert page.ask("POST", "/api/policy", {"scope": "all", "policy": ONE})[0] == 409
    assert page.ask("POST", "/api/policy", {"mode": "observe", "policy": OTHER})[1]["mode"] == "observe"
    assert page.ask("GET", f"/api/policy?policy={ONE}")[1]["mode"] == "release"
    assert page.ask("GET", "/api/policy?policy=wx0")[0] == 404
    page.ask("POST", "/api/policy", {"mode": "debug", "policy": OTHER})


@pytest.mark.browser
def test_a_person_sees_whose_policy_it_is_and_changes_that_one(proxy, second):
    place = Steering(proxy).place
    assert proxy.clients.python_request("https://unlisted.example.com/z", headers=referer(OTHER)).status == 200
    unsaid = {"Referer": referer(ONE)["Referer"]}
    assert proxy.clients.python_request("https://nowhere.example.com/z", headers=unsaid).kind == "network_error"
    with opened_page(f"http://{place}/") as page:
        page.show("#/causes", "en", (1280, 900))
        page.wait_until("document.querySelectorAll('article.cause .tag.policy').length > 1")
        assert page.run("document.querySelector('#session').innerText.includes('wx00000000000000bb: debug')")
        page.wait_until(ADD)
        # One that fits two lists says which button writes into which.
        page.wait_until(f"{LABELS}.some(each => each.includes('nowhere.example.com'))")
        assert [each for each in page.run(LABELS) if "nowhere" in each] == [
            "Add to policy.yaml · request: https://nowhere.example.com",
            "Add to policy.yaml · downloadFile: https://nowhere.example.com",
        ]
        assert "under domains.request in second.yaml." in page.run(f"{ADD}.closest('article').innerText")
        page.run(f"{ADD}.click()")
        page.wait_until(UNDO)
        assert (
            "    - https://unlisted.example.com\n" in second.read_text() and "unlisted" not in proxy.policy.read_text()
        )
        page.run(f"{UNDO}.click()")
        page.wait_until(f"!{UNDO}")
        page.show("#/domains", "en", (1280, 900))
        page.wait_until(f"{CHOICE}?.value === '{ONE}'")
        page.run(f"{CHOICE}.value = '{OTHER}'; {CHOICE}.dispatchEvent(new Event('change'))")
        page.wait_until(
            f"{CHOICE}?.value === '{OTHER}' && document.querySelector('.domains').innerText.includes('https://cdn.example.com')"
        )
        assert page.run("document.querySelector('[data-key=scope]')") is None
        page.show("#/calls", "en", (1280, 900))
        page.wait_until(
            f"[...document.querySelectorAll('.row .tag.policy')].some(each => each.title.endsWith('{OTHER}'))"
        )
        assert page.said == []
    assert second.read_text() == SECOND


def test_its_report_and_its_check_tell_them_apart(proxy, second):
    report = run_script("report.py", proxy.session, "--lang", "en").stdout
    assert f"policy {ONE} · release ·" in report and f"policy {OTHER} · debug ·" in report
    assert "domains.request in second.yaml." in " ".join(report.split())
    assert proxy.output.count(NEITHER) == report.count(NEITHER) == 1
    assert f"request · {ONE} ·" in report and f"request · {OTHER} ·" in report
    both = ("--policy", proxy.policy, "--policy", second, "--extra-root", proxy.root)
    checked = run_script("check.py", *both, proxy.session, "--lang", "en", "--format", "jsonl")
    assert checked.returncode == 1, checked.stderr
    verdicts = {record["url"]: (record["policy"], record["release"], record["debug"]) for record in proxy.records()}
    again = [json.loads(line) for line in checked.stdout.splitlines()]
    assert {record["url"]: (record["policy"], record["release"], record["debug"]) for record in again} == verdicts


@pytest.mark.parametrize(
    ("script", "more", "words"),
    [
        ("run.py", (), ["b.yaml:1:8: ", "is already the policy of this appid", "b.yaml:3:9: ", "has 10.0.0.1 as the address of h.example.com"]),
        ("run.py", ("--scope", "all"), ["scope all works with one policy file only"]),
        ("check.py", ("c.har",), ["b.yaml:1:8: ", "b.yaml:3:9: "]),
    ],
)  # fmt: skip
def test_files_that_do_not_go_together_are_mistakes(tmp_path, script, more, words):
    is_wrong = "--scope" not in more
    texts = {"a.yaml": (ONE, "10.0.0.1"), "b.yaml": (ONE, "10.0.0.2") if is_wrong else (OTHER, "10.0.0.1")}
    for name, (appid, place) in texts.items():
        (tmp_path / name).write_text(
            f"appid: {appid}\ndomains: {{request: []}}\nhosts: {{h.example.com: {place}}}\n", "utf-8"
        )
    both = ("--policy", tmp_path / "a.yaml", "--policy", tmp_path / "b.yaml", "--lang", "en", *more)
    done = run_script(script, *both)
    assert done.returncode == 2 and all(each in done.stderr for each in words), done.stderr


def test_one_for_any_beside_a_named_one(start_proxy, tmp_path):
    (tmp_path / "one.yaml").write_text(FIRST, "utf-8")
    proxy = start_proxy(policy=POLICY.replace("scope: all", ""), arguments=("--policy", str(tmp_path / "one.yaml")))
    for appid, status in ((ONE, None), (NEITHER, 200)):
        answer = proxy.clients.python_request(f"https://upload.example.com/{appid}", headers=referer(appid))
        assert answer.failed
        answer = proxy.clients.python_request(f"https://api.example.com/{appid}", headers=referer(appid))
        assert answer.status == 200, status
    assert [one_record(proxy, f"api.example.com/{appid}").policy for appid in (ONE, NEITHER)] == [ONE, "any"]
