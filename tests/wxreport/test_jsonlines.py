"""What programs get: the contract's names, one call a line, writable and safe whatever the wire held."""

import json

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.call.record import SessionFacts
from wxpolicy.terms import Text
from wxreport.jsonlines import iter_jsonl
from wxreport.jsonlines import session_line

FIELDS = """id started_at device client appid version api apis api_confidence method url http_status outcome errno errmsg mode
acted release debug debug_only findings duration_ms queued_ms request_bytes response_bytes tls encoding""".split()
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


def test_a_line_has_the_names_of_the_contract(record, finding):
    (line,) = iter_jsonl([record(findings=[finding()])], "en")
    call = json.loads(line)
    assert list(call) == FIELDS
    assert set(call["release"]) == set(call["debug"]) == {"outcome", "errno", "errmsg"}
    assert call["debug_only"] is True
    assert call["findings"][0]["code"] == "DOMAIN_NOT_LISTED"
    assert call["findings"][0]["message"] == "api.example.com has DOMAIN_NOT_LISTED."


@pytest.mark.parametrize(
    ("lang", "message"),
    [
        ("zh", "api.example.com 有问题：DOMAIN_NOT_LISTED。"),
        ("en", "api.example.com has DOMAIN_NOT_LISTED."),
        (None, {"zh": "api.example.com 有问题：DOMAIN_NOT_LISTED。", "en": "api.example.com has DOMAIN_NOT_LISTED."}),
    ],
)
def test_messages_are_in_the_language_asked_for_and_chinese_stays_readable(record, finding, lang, message):
    (line,) = iter_jsonl([record(findings=[finding()])], lang)
    assert json.loads(line)["findings"][0]["message"] == message
    assert ("有问题" in line) is (lang != "en")


def test_secrets_are_masked_unless_asked_for(record):
    call = record("https://api.example.com/?access_token=s3cr3t&page=2")
    (masked,) = iter_jsonl([call], "en")
    (whole,) = iter_jsonl([call], "en", with_secrets=True)
    assert "s3cr3t" not in masked and "page=2" in masked
    assert "s3cr3t" in whole


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wild=ANYTHING)
def test_any_text_makes_one_line_that_can_be_written_and_read_back(record, wild):
    (line,) = iter_jsonl([record(errmsg=wild)], "zh")
    assert line.isprintable()
    assert line.encode("utf-8")
    assert json.loads(line)["errmsg"] == wild


def test_the_line_of_a_session_holds_its_facts_in_one_language_or_both():
    session = SessionFacts("s", path="sessions/s", notices=(Text("坏了", "broken"),), counts={"other": 3})
    told = json.loads(session_line(session, "zh"))
    assert told["notices"] == ["坏了"] and told["counts"] == {"other": 3}
    assert json.loads(session_line(session, None))["notices"] == [{"zh": "坏了", "en": "broken"}]


def test_calls_are_read_one_at_a_time(record):
    read = []

    def records():
        for number in range(3):
            read.append(number)
            yield record()

    lines = iter_jsonl(records(), "en")
    assert read == []
    while not read:
        next(lines)
    assert read == [0]
