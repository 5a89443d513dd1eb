"""What is not a HAR, or an entry that is not a call, is reported with its place and never ends in a traceback."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from testenv.har_entries import one_of
from testenv.har_entries import read
from wxcapture.captured import Captured
from wxcapture.captured import Mistake
from wxcapture.captured import Skipped
from wxcapture.captured import Unreadable
from wxcapture.har_reader import read_entry
from wxcapture.har_reader import read_har
from wxcapture.offline import OfflineJudge
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Scope

NO_URLS = [
    "api.example.com/a",
    "{{ _.base_url }}/a",
    "//api.example.com/x",
    "api.example.com:443/x",
    "localhost:8080",
    "/a",
    "://a",
    "httpsx:a",
]


@pytest.mark.parametrize("url", NO_URLS)
def test_an_address_without_a_scheme_is_a_mistake_that_shows_it(har_entry, url):
    (item,) = read({"log": {"entries": [har_entry(f" {url}?token=s3cr3t")]}})
    assert isinstance(item, Mistake)
    assert f"entry 1 has no request.url (expected a full URL, found {url}?token=***)" in item.text.en
    assert f"应为完整的 URL，实际是 {url}?token=***" in item.text.zh


@pytest.mark.parametrize("url", ["user:s3cr3t@api.example.com/", "//user:s3cr3t@api.example.com/"])
def test_a_password_in_such_an_address_is_not_shown(har_entry, url):
    (item,) = read({"log": {"entries": [har_entry(url)]}})
    assert "***@api.example.com/" in item.text.en and "s3cr3t" not in item.text.en + item.text.zh


def test_a_url_that_clients_read_differently_stays_whole_to_be_refused(har_entry, judge):
    for url in (
        "https://api.example.com\\@evil.com/",
        "https://api.example.com:99999/",
        "https:///api.example.com",
        "https://",
    ):
        record = judge.record(one_of(har_entry(url)))
        assert [finding.code.value for finding in record.findings][0] == "URL_INVALID", url


def test_what_came_before_the_break_is_read_and_the_break_has_a_place(har_entry):
    data = json.dumps({"log": {"entries": [har_entry(), har_entry(), har_entry()]}}, indent=1).encode()
    items = []
    with pytest.raises(Unreadable, match=r"file\.har:\d+:\d+: the file ends here"):
        for item in read_har(io.BytesIO(data[: len(data) * 5 // 6]), "file.har"):
            items.append(item)
    assert len(items) == 2


BEHIND = [
    ("a second HAR", ' \n{"log": {"entries": []}}', "file.har:2:1: ", '{"log"'),
    ("rubbish", ");", ": ", "found );"),
    ("an end too many", "}", ": ", "found }"),
]


@pytest.mark.parametrize(("case", "behind", "place", "found"), BEHIND, ids=[each[0] for each in BEHIND])
def test_what_follows_the_har_is_said_and_the_har_is_read(har_entry, case, behind, place, found):
    data = json.dumps({"log": {"entries": [har_entry()]}}) + behind
    items = []
    with pytest.raises(Unreadable, match="expected the end of the file") as caught:
        for item in read_har(io.BytesIO(data.encode()), "file.har"):
            items.append(item)
    assert len(items) == 1 and place in caught.value.text.en and found in caught.value.text.en


def test_an_entry_that_is_none_is_passed_over_with_its_place(har_entry):
    good, bad = read(json.dumps({"log": {"entries": [har_entry(), 7]}}).encode())
    assert isinstance(good, Captured) and isinstance(bad, Mistake)
    assert "entry 2" in bad.text.en and "file.har:1:" in bad.text.en and "第 2 条" in bad.text.zh


@pytest.mark.parametrize("document", [[], 5, None, "x", {}, {"log": []}, {"log": {"entries": {}}}, {"entries": []}])
def test_what_is_no_har_is_said(document):
    with pytest.raises(Unreadable, match="not a HAR file|expected"):
        read(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=15) | st.sampled_from(["https://a.com/", "wss://[::1", "tcp://x", "-1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["log", "entries", "request", "response", "url", "method", "headers", "name", "value", "status", "content", "text", "encoding",
         "startedDateTime", "time", "timings", "blocked", "postData", "mimeType", "_miniprogram", "_names", "_answer", "_resourceType",
         "bodySize", "redirectURL", "_error", "where", "host", "port", "clientIPAddress"]), inner, max_size=6),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_any_json_as_a_har_is_read_or_said_to_be_none(document):
    """Never anything but calls, counts, mistakes and Unreadable."""
    try:
        items = read(document)
    except Unreadable as error:
        assert error.text.zh and error.text.en
    else:
        assert all(isinstance(item, (Captured, Skipped, Mistake)) for item in items)


@settings(max_examples=200, deadline=None)
@given(JSON, JSON, JSON, st.text(max_size=30))
def test_any_entry_is_judged_or_passed_over(request_headers, response, more, url):
    """Whatever stands where a call should be: a record, a count or a mistake."""
    for address in (f"https://{url}", url):
        entry = {
            "request": {"url": address, "method": "GET", "headers": request_headers},
            "response": response,
            "_miniprogram": more,
        }
        item = read_entry(entry, 1, "file.har:1:1")
        if isinstance(item, Captured):
            record = OfflineJudge(PolicySet([Policy(scope=Scope.ALL)])).record(item)
            assert record is None or json.dumps(record.as_json())
