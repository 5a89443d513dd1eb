"""Codes are the names of the catalogue's files, and behave as members of an enum do."""

import copy
import json
import pickle

import pytest

from wxpolicy.codes import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Known
from wxpolicy.finding import Severity


def test_a_code_is_one_object_however_it_is_come_by():
    assert Code("TIMEOUT") is Code.TIMEOUT is next(code for code in Code if code == "TIMEOUT")
    for copied in (copy.deepcopy(Code.TIMEOUT), pickle.loads(pickle.dumps(Code.TIMEOUT))):
        assert copied is Code.TIMEOUT
    assert {Code.TIMEOUT: 1}["TIMEOUT"] == 1 and json.dumps(Code.TIMEOUT) == '"TIMEOUT"'
    assert f"{Code.TIMEOUT}" == Code.TIMEOUT.name == Code.TIMEOUT.value == "TIMEOUT"


@pytest.mark.parametrize("name", ["", "timeout", "WORDING", "__INIT__", "NO_SUCH_CODE", "TIMEOUT "])
def test_what_has_no_file_is_no_code(name):
    assert name not in Code
    with pytest.raises(ValueError, match="is no code"):
        Code(name)


def test_a_name_that_is_no_code_is_no_attribute_either():
    with pytest.raises(AttributeError, match="NO_SUCH_CODE"):
        _ = Code.NO_SUCH_CODE


def test_a_finding_is_what_its_entry_says_unless_its_rule_knows_better():
    found = Finding(Code.STATUS_IS_SUCCESS, {"status": 404})
    assert (found.severity, found.known, found.clause) == (Severity.NOTE, Known.DOCUMENTED, "seed-2017 §3")
    better = Finding(Code.STATUS_IS_SUCCESS, {}, Severity.WARNING, known=Known.SAID, clause="platform §1 [said]")
    assert (better.severity, better.known, better.clause) == (Severity.WARNING, Known.SAID, "platform §1 [said]")


@pytest.mark.parametrize(
    ("data", "subject"),
    [
        ({"host": "a.com"}, "a.com"),
        ({"host": "a.com", "subject": "gate"}, "gate"),
        ({}, ""),
        ({"host": None}, ""),
        ({"subject": ["x"], "host": "a.com"}, ""),
    ],
)
def test_the_subject_is_the_host_unless_the_data_says_otherwise(data, subject):
    assert Finding(Code.TIMEOUT, data).subject == subject
