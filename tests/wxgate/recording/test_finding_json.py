"""A finding is told as ``finding_as_json`` tells it, whichever was told before."""

from wxgate.recording import finding_json
from wxgate.recording.finding_json import FindingJson
from wxgate.recording.finding_json import storable_json
from wxpolicy.call.record import finding_as_json
from wxpolicy.codes import Code
from wxpolicy.codes import Severity
from wxpolicy.finding import Finding

DIFFERENT = [
    Finding(Code.DOMAIN_NOT_LISTED, {"host": "a.example.com", "api": "request"}),
    Finding(Code.DOMAIN_NOT_LISTED, {"host": "b.example.com", "api": "request"}),
    Finding(Code.DOMAIN_NOT_LISTED, {"host": "a.example.com", "api": "request"}, severity=Severity.NOTE),
    Finding(Code.DOMAIN_NOT_LISTED, {"host": "a.example.com", "api": "request"}, clause="another"),
    Finding(Code.CERT_STRICT_FORM, {"host": "a.example.com", "certificate": {"index": 1}, "trust_stores": ["x"]}),
    Finding(Code.REFERER_REWRITTEN, {"sent": "caf\udce9"}),
    Finding(Code.REFERER_REWRITTEN, {"sent": 1}),
    Finding(Code.REFERER_REWRITTEN, {"sent": True}),
    Finding(Code.REFERER_REWRITTEN, {"sent": "x" * 5000}),
    Finding(Code.REFERER_REWRITTEN, {"sent": b"no JSON"}),
]


def test_each_is_told_as_itself_whatever_was_told_before():
    told = FindingJson()
    for _ in range(2):
        for lang in ("zh", "en"):
            for finding in DIFFERENT:
                expected = storable_json(finding_as_json(finding, lang))
                assert told.of(finding, lang) == expected
                assert told.message(finding, lang) == expected["message"]


def test_who_writes_into_one_changes_no_other():
    told = FindingJson()
    for finding in DIFFERENT[:5]:
        first = told.of(finding, "en")
        expected = storable_json(finding_as_json(finding, "en"))
        first["data"]["host"] = "changed"
        first["data"].get("certificate", {})["index"] = 7
        first["platforms"].append("changed")
        first["code"] = "changed"
        assert told.of(finding, "en") == expected


def test_what_the_wire_brings_is_kept_within_bounds():
    told = FindingJson()
    for at in range(finding_json.MOST_KEPT * 2):
        told.of(Finding(Code.DOMAIN_NOT_LISTED, {"host": f"h{at}.example.com"}), "en")
    assert len(told._kept) <= finding_json.MOST_KEPT
    told.of(Finding(Code.DOMAIN_NOT_LISTED, {"host": "x" * finding_json.LONGEST_KEPT}), "en")
    assert not any("x" * 100 in str(key) for key in told._kept)
