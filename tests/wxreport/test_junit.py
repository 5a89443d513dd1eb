"""What a CI shows: causes that fail are failures, the rest is not, and any text makes well-formed XML."""

from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.call.record import SessionFacts
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxreport.junit import render_junit
from wxreport.summary import summarise

KINDS = [
    ("debug-only", {"code": Code.DOMAIN_NOT_LISTED}, "failure"),
    ("violation", {"code": Code.TIMEOUT}, "failure"),
    ("other platform", {"code": Code.CERT_CHAIN_INCOMPLETE, "platforms": (Platform.IOS,)}, "system-out"),
    ("warning", {"code": Code.CHARSET_NOT_UTF8, "severity": Severity.WARNING}, "system-out"),
    ("note", {"code": Code.STATUS_IS_SUCCESS, "severity": Severity.NOTE}, "system-out"),
    ("not observable", {"code": Code.TLS_HANDSHAKE_FAILED, "status": Status.NOT_OBSERVABLE}, "skipped"),
]


def parsed(records, lang="en"):
    return ElementTree.fromstring(render_junit(summarise(records), SessionFacts("s"), lang).encode())


@pytest.mark.parametrize(("case", "fields", "outcome"), KINDS, ids=[each[0] for each in KINDS])
def test_each_kind_of_cause_has_its_outcome(record, finding, case, fields, outcome):
    suites = parsed([record(findings=[finding(**fields)])])
    cases = suites.findall("testsuite/testcase")
    assert [len(cases), cases[0].get("name"), len(cases[0])] == [2, "request", 1]
    (child,) = cases[1]
    assert child.tag == outcome and cases[1].get("name").startswith(fields["code"].value)
    counts = {"failure": "failures", "skipped": "skipped"}
    for tag, attribute in counts.items():
        assert suites.get(attribute) == suites.find("testsuite").get(attribute) == ("1" if tag == outcome else "0")
    if outcome == "failure":
        assert child.get("type") == case and "Mend api.example.com" in child.text


def test_a_clean_session_has_cases_and_no_failures(record):
    suites = parsed([record(), record()], "zh")
    assert (suites.get("tests"), suites.get("failures")) == ("1", "0")
    assert "2 次调用全部" in suites.find("testsuite/system-out").text


WILD = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WILD)
def test_any_text_from_the_wire_makes_well_formed_xml(record, finding, wild):
    found = finding(subject=wild, message=Text(wild, wild), fix=Text(wild, wild))
    suites = parsed([record(f"https://a.com/{wild}", findings=[found], method=wild)])
    assert suites.get("failures") == "1"
