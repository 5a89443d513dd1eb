"""The page's API over a session, as a program asks it: paged, counted, never silently short, and closed to strangers."""

import http.client
import json
import urllib.parse

import pytest

from testenv.memory_store import MemoryStore
from testenv.page_sessions import make_small
from testenv.session_records import record
from testenv.session_records import unlisted
from testenv.viewer import viewing
from wxsession.embedded import EMBEDDED


class Api:
    def __init__(self, url):
        self.place = url.removeprefix("http://").rstrip("/")

    def __call__(self, path, body=None, method=None, headers=(), **query):
        connection = http.client.HTTPConnection(self.place, timeout=10)
        sent = {"Origin": f"http://{self.place}", "Content-Type": "application/json"} if body is not None else {}
        tail = f"?{urllib.parse.urlencode(query)}" if query else ""
        connection.request(
            method or ("POST" if body is not None else "GET"),
            path + tail,
            json.dumps(body) if body is not None else None,
            {name: value for name, value in {**sent, **dict(headers)}.items() if value},
        )
        response = connection.getresponse()
        data = response.read()
        connection.close()
        told = json.loads(data) if response.headers["content-type"].startswith("application/json") else data
        return response.status, told, response.headers


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    with viewing(make_small(tmp_path_factory.mktemp("api") / "session")) as url:
        yield Api(url)


def ids(answer):
    return [call["id"] for call in answer["calls"]]


def test_windows_join_to_the_whole_in_a_stable_order(api):
    pages = [api("/api/calls", start=start, length=2)[1] for start in range(0, 10, 2)]
    whole = api("/api/calls")[1]
    assert (
        [call for page in pages for call in ids(page)] == ids(whole) == [f"call-{number}" for number in range(9, 0, -1)]
    )
    assert {(page["matching"], page["total"]) for page in pages} == {(9, 9)}
    assert ids(api("/api/calls", order="oldest", length=1)[1]) == ["call-1"]
    beyond = api("/api/calls", start=1000)[1]
    assert (beyond["calls"], beyond["matching"], beyond["total"]) == ([], 9, 9)


def test_a_filter_counts_how_many_of_how_many(api):
    answer = api("/api/calls", filter="debug-only -host:cdn", length=1)[1]
    assert (len(answer["calls"]), answer["matching"], answer["total"]) == (1, 2, 9)
    answer = api("/api/calls", since=1005.0, until=1007.0)[1]
    assert ids(answer) == ["call-6", "call-5"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"start": "-1"}, "expected a number"),
        ({"length": "501"}, "from 0 to 500"),
        ({"length": "ten"}, "expected a number"),
        ({"filter": "errno:six"}, "expects a number"),
        ({"since": "yesterday"}, "expected a Unix time"),
    ],
)
def test_a_mistake_is_said_in_both_languages(api, query, words):
    status, told, _ = api("/api/calls", **query)
    assert status == 400 and words in told["error"] and told["text"]["zh"]


def test_a_list_holds_no_secret_and_a_call_only_where_it_is_asked_for(api):
    assert "s3cr3t" not in json.dumps(api("/api/calls")[1])
    assert "s3cr3t" not in json.dumps(api("/api/calls/call-1")[1])
    assert "s3cr3t" in json.dumps(api("/api/calls/call-1", secrets=1)[1])
    assert "s3cr3t" in json.dumps(api("/api/calls/call-2", secrets=1)[1])


def test_one_call_with_its_traffic(api):
    call = api("/api/calls/call-1")[1]
    assert call["traffic"]["request"]["body"]["kind"] == "json" and call["traffic"]["kept"]
    assert json.loads(call["traffic"]["response"]["body"]["pretty"]) == {"名": "值", "a": [1, 2]}
    gbk = api("/api/calls/call-7")[1]["traffic"]["response"]["body"]
    assert "你好，世界" in gbk["text"] and "gb" in gbk["charset"].lower()
    socket = api("/api/calls/call-8")[1]["traffic"]["messages"]
    assert [(each["from_client"], "s3cr3t" in each["text"]) for each in socket["shown"]] == [
        (True, False),
        (False, False),
    ]
    nothing = api("/api/calls/call-5")[1]["traffic"]
    assert (nothing["kept"], nothing["request"], nothing["response"]) == (False, None, None)
    assert api("/api/calls/nothing")[0] == 404


def test_an_image_is_given_as_one_and_nothing_else_is(api):
    status, data, headers = api("/api/calls/call-6/response")
    assert (status, headers["content-type"]) == (200, "image/png") and data.startswith(b"\x89PNG")
    assert "sandbox" in headers["content-security-policy"] and headers["x-content-type-options"] == "nosniff"
    for path in ("/api/calls/call-9/response", "/api/calls/call-6/request", "/api/calls/call-5/response"):
        assert api(path)[0] == 404


def test_causes_have_the_debug_only_ones_first_with_lists_for_the_admin_page(api):
    answer = api("/api/causes")[1]
    first, second = answer["causes"][:2]
    assert [(each["section"], each["subject"], each["calls"]) for each in (first, second)] == [
        ("debug-only", "new.example.com", 2), ("debug-only", "cdn.example.com", 1),
    ]  # fmt: skip
    assert first["lines"] == {"request": ["https://new.example.com"]} and not first["passes_now"]
    assert first["release"]["errno"] == 600002 and first["finding"]["fix"]["zh"]
    (request,) = [each for each in answer["lists"] if each["api"] == "request"]
    assert request["listed"] == ["https://api.example.com"]
    assert request["missing"] == ["https://new.example.com", "https://cdn.example.com"]
    assert (answer["more"], answer["matching"], answer["total"]) == (0, 9, 9)


def test_domains_and_devices(api):
    lists = {each["api"]: each for each in api("/api/domains")[1]["lists"]}
    (entry,) = lists["request"]["entries"]
    assert (entry["entry"], entry["calls"]) == ("https://api.example.com", 4)
    devices = {each["device"]: each for each in api("/api/devices")[1]["devices"]}
    assert devices["10.0.0.2"]["calls"] == 8 and devices["192.168.1.99"]["untrusting"] == {"pinned.example.com": 1}


@pytest.mark.parametrize("form", ["har", "jsonl", "html"])
def test_what_is_shown_is_exported_without_secrets(api, form):
    status, data, headers = api("/api/export", format=form, filter="host:new", lang="zh")
    text = json.dumps(data, ensure_ascii=False) if isinstance(data, dict) else data.decode()
    assert status == 200 and "new.example.com" in text and "cdn.example.com" not in text and "s3cr3t" not in text
    assert headers["content-disposition"] == f'attachment; filename="calls.{form}"'
    assert api("/api/export", format="exe")[0] == 400


def test_the_past_is_not_changed(api):
    for path, body in (
        ("/api/policy", {"mode": "debug"}),
        ("/api/policy/entries", {"api": "request", "entry": "https://a.example.com"}),
        ("/api/policy/undo", {}),
        ("/api/devices/any/state", {"state": "background"}),
    ):
        assert api(path, body)[0] == 409, path
    assert api("/api/connect")[0] == 409
    assert api("/api/session")[1]["live"] is False


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/api/events", {"Host": "evil.example.com"}),
        ("/api/calls", {"Origin": "http://evil.example.com"}),
        ("/api/export", {"Sec-Fetch-Site": "cross-site"}),
        ("/main.js", {"Host": "evil.example.com"}),
    ],
)
def test_strangers_get_nothing(api, path, headers):
    status, told, _ = api(path, headers=headers)
    assert status == 403 and set(told) == {"error", "text"}


def test_events_tell_what_has_changed(api):
    connection = http.client.HTTPConnection(api.place, timeout=10)
    connection.request("GET", "/api/events")
    response = connection.getresponse()
    lines = [response.readline().decode() for _ in range(3)]
    assert response.headers["content-type"].startswith("text/event-stream")
    assert lines[0].startswith("retry:") and json.loads(lines[2].removeprefix("data: ")) == ["calls", "policy"]
    connection.close()


def test_any_store_will_do(tmp_path):
    """The page asks the interface and nothing else."""
    store = MemoryStore()
    writer = store.create(tmp_path / "nowhere", lambda text: None)
    for number in range(3):
        writer.call(record(number))
    with viewing(tmp_path / "nowhere", store) as url:
        asked = Api(url)
        assert asked("/api/calls", filter="api:request", length=1)[1]["matching"] == 3
        assert asked("/api/causes")[1]["causes"] == []
        assert asked("/api/session")[1]["calls"] == 3
        assert asked("/api/calls/call-1")[1]["traffic"]["kept"] is False


def test_a_session_that_is_not_there_is_said(tmp_path):
    with viewing(tmp_path) as url:
        status, told, _ = Api(url)("/api/calls")
        assert status == 503 and "not a session" in told["error"] and "不是会话目录" in told["text"]["zh"]


def test_sessions_beside_it_open_in_it_too(tmp_path):
    make_small(tmp_path / "first")
    make_small(tmp_path / "second")
    (tmp_path / "no session").mkdir()
    with viewing(tmp_path / "first") as url:
        asked = Api(url)
        assert asked("/api/sessions")[1] == {"others": ["second"]}
        assert asked("/api/session", session="second")[1]["name"] == "second"
        assert asked("/api/calls", session="second", length=1)[1]["matching"] == 9
        for name in ("../first", "no session", "nothing", "first/../second", "/etc"):
            status, told, _ = asked("/api/calls", session=name)
            assert status == 404 and "no such session" in told["error"], name


def test_the_session_names_who_does_not_trust_the_certificate(api):
    assert api("/api/session")[1]["untrusting"] == {"192.168.1.99": ["pinned.example.com"]}


def test_of_several_policies_each_has_its_own_causes_and_domains(tmp_path):
    a, b = "wx00000000000000aa", "wx00000000000000bb"
    writer = EMBEDDED.create(tmp_path / "several", lambda trouble: None)
    for appid, host in ((a, "a.example.com"), (b, "b.example.com")):
        writer.policy(1.0, f"appid: {appid}\ndomains: {{request: [https://{host}]}}\n")
    told = [{"appid": appid, "file": f"{appid}.yaml", "mode": "release"} for appid in (a, b)]
    writer.fact("policies", json.dumps(told))
    for number, (appid, host) in enumerate(((a, "b.example.com"), (b, "a.example.com"), (b, "b.example.com"))):
        found = () if host.startswith(appid[-1]) else (unlisted(host),)
        writer.call(record(number, *found, appid=appid, policy=appid, url=f"https://{host}/"))
    writer.close()
    with viewing(tmp_path / "several") as url:
        asked = Api(url)
        causes = asked("/api/causes")[1]
        assert {(each["policy"], each["subject"], each["calls"]) for each in causes["causes"]} == {
            (a, "b.example.com", 1), (b, "a.example.com", 1),
        }  # fmt: skip
        missing = {(each["policy"], *each["missing"]) for each in causes["lists"] if each["missing"]}
        assert missing == {(a, "https://b.example.com"), (b, "https://a.example.com")}
        assert {each["policy"] for each in asked("/api/causes", filter=f"appid:{a}")[1]["causes"]} == {a}
        request = asked("/api/domains", policy=b)[1]["lists"][0]
        assert ([(each["entry"], each["calls"]) for each in request["entries"]], request["missing"]) == (
            [("https://b.example.com", 1)], ["https://a.example.com"],
        )  # fmt: skip
        assert [each["appid"] for each in asked("/api/policy", policy=b)[1]["policies"]] == [a, b]
        assert asked("/api/policy", policy="wx")[0] == asked("/api/domains", policy="wx")[0] == 404
        assert [call["policy"] for call in asked("/api/calls", order="oldest")[1]["calls"]] == [a, b, b]
        assert asked("/api/policy", {"mode": "debug", "policy": 5})[0] in (404, 409)
