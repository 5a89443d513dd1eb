"""Every URL, device and time of a cause: folded where alike, bounded, and the same in each kind of report."""

import re
from xml.etree import ElementTree

import pytest

from wxpolicy.call.record import SessionFacts
from wxpolicy.finding import Code
from wxpolicy.terms import Api
from wxreport import places as places_module
from wxreport import summary as summary_module
from wxreport.html_page import render_html
from wxreport.junit import render_junit
from wxreport.places import Places
from wxreport.summary import Section
from wxreport.summary import summarise
from wxreport.text import render_text

FACTS = SessionFacts("s")


def urls(count):
    return [f"https://api.example.com/{number}" for number in range(count)]


def test_alike_calls_are_one_place_with_the_first_and_last_time():
    places = Places()
    assert [places.add("GET", "u", "d", at, has_room=True) for at in (5.0, 3.0, 9.0)] == [True, False, False]
    (place,) = places.first(10)
    assert (place.calls, place.first_at, place.last_at) == (3, 3.0, 9.0)


@pytest.mark.parametrize(
    ("case", "limit_of_a_cause", "limit", "kept"), [("of a cause", 3, 100, 3), ("of the whole report", 100, 4, 4)]
)
def test_places_are_bounded_and_the_rest_is_counted(case, limit_of_a_cause, limit, kept, record, finding, monkeypatch):
    monkeypatch.setattr(places_module, "MOST_PLACES_OF_A_CAUSE", limit_of_a_cause)
    monkeypatch.setattr(summary_module, "MOST_PLACES", limit)
    (cause,) = summarise(record(url, findings=[finding()]) for url in urls(10)).of(Section.DEBUG_ONLY)
    assert len(cause.places.found) == kept and cause.places.calls_beyond(kept) == 10 - kept


@pytest.mark.parametrize(("lang", "rest"), [("en", "... and 3 more calls"), ("zh", "……另有 3 次调用")])
def test_the_text_shows_ten_and_a_count(lang, rest, record, finding):
    text = render_text(summarise(record(url, findings=[finding()]) for url in urls(13)), FACTS, lang, width=200)
    shown = re.findall(r"\d\d:\d\d:\d\d 192\.168\.1\.23 GET (https://api\.example\.com/\d+)$", text, re.MULTILINE)
    assert shown == urls(10) and rest in text


def test_the_page_holds_all_of_them_folded(record, finding):
    page = render_html(summarise(record(url, findings=[finding()]) for url in urls(13)), FACTS, "en")
    (folded,) = re.findall(r"<details>.*?</details>", page, re.DOTALL)
    assert all(f"{url}</code>" in folded for url in urls(13)) and "192.168.1.23" in folded


def test_a_single_call_is_an_example_and_no_list(record, finding):
    summary = summarise([record(findings=[finding()])])
    assert "<details>" not in render_html(summary, FACTS, "en") and "example  " in render_text(summary, FACTS, "en")


def test_a_capture_names_no_device_that_it_does_not_know(record, finding):
    calls = [record(url, findings=[finding()], device="unknown") for url in urls(2)]
    assert "unknown" not in render_text(summarise(calls), FACTS, "en")


def junit(*records):
    return ElementTree.fromstring(render_junit(summarise(records), FACTS, "en"))


def names(suites):
    return [(case.get("classname"), case.get("name")) for case in suites.findall("testsuite/testcase")]


def test_junit_names_are_the_same_however_many_calls_there_are(record, finding):
    one = junit(record(findings=[finding()]))
    many = junit(*(record(url, findings=[finding()], duration_ms=5) for url in urls(7)))
    assert names(one) == names(many)


def test_junit_has_a_case_for_each_cause_and_api(record, finding):
    expired = finding(code=Code.CERT_EXPIRED)
    suites = junit(*(record(api=api, findings=[expired], duration_ms=1500) for api in (Api.REQUEST, Api.UPLOAD_FILE)))
    assert names(suites) == [
        ("miniprogram.request", "request"),
        ("miniprogram.uploadFile", "uploadFile"),
        ("miniprogram.request", "CERT_EXPIRED api.example.com"),
        ("miniprogram.uploadFile", "CERT_EXPIRED api.example.com"),
    ]
    assert suites.find("testsuite").get("time") == "3.000"


def test_junit_lists_the_calls(record, finding):
    (failure,) = junit(*(record(url, findings=[finding()]) for url in urls(12))).findall("testsuite/testcase/failure")
    assert all(url in failure.text for url in urls(12))
