"""docs/record.schema.json is what records are."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from testenv.json_schema import mistakes
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.codes import Status
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence
from wxpolicy.terms import Mode
from wxpolicy.terms import Outcome
from wxpolicy.terms import Platform

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "record.schema.json").read_text(encoding="utf-8"))
OK = Verdict(Outcome.SUCCESS, None, "request:ok")
RECORD = CallRecord(
    id="1", started_at=1.5, device="10.0.0.2", client="ios", appid=None, version=None, api="request", api_confidence="likely",
    method="GET", url="https://api.example.com/", http_status=None, outcome=Outcome.SUCCESS, errno=None, errmsg="request:ok",
    mode="release", acted="pass", release=OK, debug=OK,
)  # fmt: skip


def test_a_record_has_the_fields_of_the_schema_and_no_others():
    shown = RECORD.as_json("en")
    assert mistakes(shown, SCHEMA) == []
    assert set(shown) == set(SCHEMA["required"])
    of_several = replace(RECORD, policy="any").as_json("en")
    assert mistakes(of_several, SCHEMA) == []
    assert set(of_several) == set(SCHEMA["properties"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outcome", "maybe"),
        ("errno", "5"),
        ("apis", []),
        ("duration_ms", -1),
        ("debug_only", 1),
        ("findings", [{}]),
        ("tls", "1.3"),
        ("more", 1),
    ],
)
def test_what_is_no_record_is_told(field, value):
    assert mistakes({**RECORD.as_json("en"), field: value}, SCHEMA)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("#/$defs/api", Api),
        ("#/$defs/outcome", Outcome),
        ("#/properties/api_confidence", Confidence),
        ("#/properties/mode", Mode),
        ("#/$defs/finding/properties/severity", Severity),
        ("#/$defs/finding/properties/status", Status),
        ("#/$defs/finding/properties/known", Known),
    ],
)
def test_the_words_are_those_of_the_code(place, words):
    found = SCHEMA
    for part in place.removeprefix("#/").split("/"):
        found = found[part]
    assert found["enum"] == [word.value for word in words]


def test_the_platforms_are_those_of_the_code():
    assert SCHEMA["$defs"]["finding"]["properties"]["platforms"]["items"]["enum"] == [each.value for each in Platform]
