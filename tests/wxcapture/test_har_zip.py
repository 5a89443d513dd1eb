"""A HAR in a zip archive, and HTTP Toolkit's list of clients that did not trust its certificate."""

import io
import json
import zipfile

import pytest

from wxcapture.captured import Captured
from wxcapture.captured import Skipped
from wxcapture.captured import Unreadable
from wxcapture.captured import Untrusting
from wxcapture.har_reader import read_har
from wxcapture.har_zip import read_har_zip

GBK = "你好，世界".encode("gbk")


def har(content, **log):
    entry = {
        "request": {"method": "GET", "url": "https://api.example.com/x", "headers": []},
        "response": {"status": 200, "headers": [], "content": content, "bodySize": 10},
        "time": 5,
    }
    return json.dumps({"log": {"version": "1.2", "entries": [entry], **log}}).encode()


def zipped(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out


def answered(items):
    (item,) = items
    assert isinstance(item, Captured) and item.answer is not None
    return item.answer.body


def test_a_body_that_the_entry_names_is_read_from_the_archive():
    archive = zipped(("har.har", har({"_file": "a.txt", "size": len(GBK), "mimeType": "text/plain"})), ("a.txt", GBK))
    assert answered(read_har_zip(archive, "x.zip")) == GBK


@pytest.mark.parametrize("named", ["missing.txt", "../../etc/passwd", "", 7])
def test_a_body_that_is_not_there_is_not_seen(named):
    archive = zipped(("har.har", har({"_file": named, "size": 10, "mimeType": "text/plain"})))
    assert answered(read_har_zip(archive, "x.zip")) is None


@pytest.mark.parametrize(
    ("case", "members", "says"),
    [
        ("no HAR", [("a.txt", b"x")], "contains 0"),
        ("two HARs", [("a.har", b"{}"), ("b.har", b"{}")], "contains 2"),
        ("no HAR in it", [("a.har", b"{}")], "not a HAR file"),
    ],
)
def test_what_holds_no_single_har_is_told(case, members, says):
    with pytest.raises(Unreadable) as caught:
        list(read_har_zip(zipped(*members), "x.zip"))
    assert says in caught.value.text.en


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_damaged_archive_is_told(cut):
    whole = zipped(("har.har", har({"size": 0}))).getvalue()
    try:
        list(read_har_zip(io.BytesIO(whole[:cut]), "x.zip"))
    except Unreadable as error:
        assert "x.zip" in error.text.en


TLS_ERRORS = [
    {"hostname": "pinned.example.com", "cause": "cert-rejected", "clientIPAddress": "::ffff:10.0.0.2", "time": 3},
    {"hostname": "pinned.example.com", "cause": "closed", "clientIPAddress": "10.0.0.2"},
    {"hostname": "old.example.com", "cause": "no-shared-cipher", "clientIPAddress": "10.0.0.2"},
    {"cause": "reset"},
    "nothing",
]


def test_clients_that_do_not_trust_the_certificate_are_told_and_are_no_calls():
    items = list(read_har(io.BytesIO(har({"size": 0}, _tlsErrors=TLS_ERRORS)), "a.har"))
    assert items[1:] == [Untrusting("10.0.0.2", "pinned.example.com")] * 2 + [Skipped("raw")] * 3
    assert isinstance(items[0], Captured)
