"""Calls grouped by what is wrong with them: what comes first is what a release build alone fails."""

from dataclasses import replace

import pytest

from wxpolicy.call.record import SessionFacts
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Api
from wxpolicy.terms import Platform
from wxreport import summary as summary_module
from wxreport import words
from wxreport.summary import Section
from wxreport.summary import summarise
from wxreport.text import render_text

IOS, ANDROID, DEVTOOLS = Platform.IOS, Platform.ANDROID, Platform.DEVTOOLS


def sections(*calls):
    return {
        section.name: [cause.finding.code.value for cause in found]
        for section, found in ((section, summarise(calls).of(section)) for section in Section)
        if found
    }


@pytest.mark.parametrize(
    ("case", "found", "expected"),
    [
        ("a clean call", [], {}),
        ("a domain fault", [(Code.DOMAIN_NOT_LISTED, {})], {"DEBUG_ONLY": ["DOMAIN_NOT_LISTED"]}),
        ("a certificate fault", [(Code.CERT_EXPIRED, {})], {"DEBUG_ONLY": ["CERT_EXPIRED"]}),
        ("a timeout", [(Code.TIMEOUT, {})], {"VIOLATION": ["TIMEOUT"]}),
        ("a URL that no build can parse", [(Code.URL_INVALID, {})], {"VIOLATION": ["URL_INVALID"]}),
        (
            "a domain fault does not matter where the call fails anyway",
            [(Code.DOMAIN_NOT_LISTED, {}), (Code.TIMEOUT, {})],
            {"VIOLATION": ["DOMAIN_NOT_LISTED", "TIMEOUT"]},
        ),
        (
            "another platform's fault",
            [(Code.CERT_VALIDITY_TOO_LONG, {"platforms": (IOS,)})],
            {"OTHER_PLATFORM": ["CERT_VALIDITY_TOO_LONG"]},
        ),
        ("a warning", [(Code.CERT_NO_SAN, {"severity": Severity.WARNING})], {"WARNING": ["CERT_NO_SAN"]}),
        ("a note", [(Code.STATUS_IS_SUCCESS, {"severity": Severity.NOTE})], {"NOTE": ["STATUS_IS_SUCCESS"]}),
        (
            "what cannot be seen is no violation",
            [(Code.HOST_IS_IP, {"status": Status.NOT_OBSERVABLE})],
            {"NOT_OBSERVABLE": ["HOST_IS_IP"]},
        ),
        (
            "a note beside a fault stays a note",
            [(Code.DOMAIN_NOT_LISTED, {}), (Code.STATUS_IS_SUCCESS, {"severity": Severity.NOTE})],
            {"DEBUG_ONLY": ["DOMAIN_NOT_LISTED"], "NOTE": ["STATUS_IS_SUCCESS"]},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_a_finding_is_shown(case, found, expected, record, finding):
    assert sections(record(findings=[finding(code, **fields) for code, fields in found])) == expected


def test_a_client_that_nobody_knows_is_judged_by_every_platform(record, finding):
    strange = replace(record(findings=[finding(Code.CERT_EXPIRED, platforms=(ANDROID,))]), client="toaster")
    assert sections(strange) == {"DEBUG_ONLY": ["CERT_EXPIRED"]}


def test_a_handshake_that_was_not_judged_counts_for_a_client_that_nobody_measured(record, finding):
    call = replace(record(findings=[finding(Code.CERT_NOT_SEEN)]), client="harmony")
    assert sections(call) == {"DEBUG_ONLY": ["CERT_NOT_SEEN"]}


def test_calls_are_counted_by_what_each_build_does(record, finding):
    summary = summarise(
        [
            record(),
            record(findings=[finding()], api=Api.UPLOAD_FILE, device="10.0.0.9"),
            record(findings=[finding(Code.TIMEOUT)], mode="release"),
        ]
    )
    assert (summary.calls, summary.success, summary.fail) == (3, 2, 1)
    assert (summary.release_fail, summary.debug_fail, summary.debug_only) == (2, 1, 1)
    assert summary.by_api == {"request": 2, "uploadFile": 1} and summary.by_mode == {"debug": 2, "release": 1}
    assert list(summary.devices) == ["192.168.1.23", "10.0.0.9"]


def test_one_cause_is_said_once_with_its_first_call_and_every_device(record, finding):
    calls = [record(f"https://api.example.com/{n}", findings=[finding()], device=f"10.0.0.{n % 2}") for n in range(5)]
    (cause,) = summarise(calls).of(Section.DEBUG_ONLY)
    assert (cause.calls, cause.example, set(cause.devices)) == (
        5,
        "https://api.example.com/0",
        {"10.0.0.0", "10.0.0.1"},
    )


@pytest.mark.parametrize(
    ("case", "one", "other", "causes"),
    [
        ("another host", {}, {"subject": "b.example.com"}, 2),
        ("another API", {}, {"api": Api.UPLOAD_FILE}, 2),
        ("another code", {}, {"code": Code.HOST_IS_IP}, 2),
        ("another path", {}, {"url": "https://api.example.com/other"}, 1),
        (
            "a note of another host",
            {"severity": Severity.NOTE},
            {"severity": Severity.NOTE, "subject": "b.example.com"},
            1,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_makes_another_cause(case, one, other, causes, record, finding):
    def call(api=Api.REQUEST, url="https://api.example.com/user", **fields):
        return record(url, api=api, findings=[finding(**fields)])

    assert sum(len(found) for found in summarise([call(**one), call(**other)]).causes.values()) == causes


def test_the_most_frequent_cause_comes_first(record, finding):
    rare, frequent = finding(subject="rare.example.com"), finding(subject="frequent.example.com")
    summary = summarise([record(findings=[rare]), record(findings=[frequent]), record(findings=[frequent])])
    assert [cause.finding.subject for cause in summary.of(Section.DEBUG_ONLY)] == [
        "frequent.example.com",
        "rare.example.com",
    ]


def test_one_fault_of_several_platforms_is_said_once_at_its_gravest(record, finding):
    hole = [
        finding(Code.CERT_CHAIN_INCOMPLETE, platforms=(DEVTOOLS,), severity=Severity.NOTE),
        finding(Code.CERT_CHAIN_INCOMPLETE, platforms=(ANDROID,)),
        finding(Code.CERT_CHAIN_INCOMPLETE, platforms=(IOS,)),
    ]
    summary = summarise([record(findings=hole)])
    (cause,) = summary.of(Section.DEBUG_ONLY)
    assert cause.spread == {Severity.NOTE: (DEVTOOLS,), Severity.VIOLATION: (ANDROID, IOS)}
    assert sum(map(len, summary.causes.values())) == 1


@pytest.mark.parametrize(("with_secrets", "shown"), [(False, "***"), (True, "s3cr3t")])
def test_an_example_shows_no_secrets_unless_asked_for(with_secrets, shown, record, finding):
    call = record("https://api.example.com/?token=s3cr3t", findings=[finding()])
    (cause,) = summarise([call], with_secrets=with_secrets).of(Section.DEBUG_ONLY)
    assert cause.example == f"https://api.example.com/?token={shown}"


def test_causes_and_devices_are_bounded(record, finding, monkeypatch):
    monkeypatch.setattr(summary_module, "MOST_CAUSES", 3)
    monkeypatch.setattr(summary_module, "MOST_DEVICES", 2)
    summary = summarise(
        record(findings=[finding(subject=f"h{n}.example.com")], device=f"10.0.0.{n}") for n in range(10)
    )
    assert len(summary.of(Section.DEBUG_ONLY)) == 3 and summary.more_causes == 7
    assert len(summary.devices) == 2 and summary.calls == 10


def test_a_certificate_s_fault_is_one_cause_for_all_apis(record, finding):
    found = finding(code=Code.CERT_EXPIRED)
    summary = summarise([record(api=Api.REQUEST, findings=[found]), record(api=Api.UPLOAD_FILE, findings=[found])])
    (cause,) = summary.of(Section.DEBUG_ONLY)
    assert cause.calls == 2


def test_whose_roots_counted_stands_side_by_side(record):
    names = {"ios": "Apple (iOS 26) + 1 extra", "android": "Android (AOSP 17)", "devtools": "Mozilla (2026-07-19)"}
    told = words.trust_stores(summarise([record(tls={"trust_stores": names}), record(tls=None), record(tls={})]))
    assert (
        told.en
        == "trust stores: iOS Apple (iOS 26) + 1 extra; Android Android (AOSP 17); devtools Mozilla (2026-07-19)"
    )
    assert told.zh.startswith("信任库：iOS Apple (iOS 26)，另加 1 个文件；Android ")
    shared = words.trust_stores(summarise([record(tls={"trust_stores": dict.fromkeys(names, "mine.pem")})]))
    assert shared.en == "trust store: mine.pem"
    assert words.trust_stores(summarise([record(tls=None)])) is None
    strange = {"ios": 5, "android": None, "other": "x"}
    assert words.trust_stores(summarise([record(tls={"trust_stores": strange})])) is None


def test_the_roots_of_each_platform_make_no_cause_of_its_own(record, finding):
    hole = [
        replace(
            (made := finding(Code.CERT_CHAIN_INCOMPLETE, platforms=(platform,), severity=severity)),
            data={**made.data, "trust_stores": [store]},
        )
        for platform, severity, store in (
            (ANDROID, Severity.VIOLATION, "Android"), (IOS, Severity.WARNING, "Apple"), (DEVTOOLS, Severity.NOTE, "Mozilla"),
        )
    ]  # fmt: skip
    summary = summarise([record(findings=hole)])
    (cause,) = summary.of(Section.DEBUG_ONLY)
    assert sum(map(len, summary.causes.values())) == 1
    assert cause.finding.data["trust_stores"] == ["Android", "Apple", "Mozilla"]


def test_of_several_policies_the_same_fault_is_each_ones_own(record, finding):
    calls = [record(findings=[finding()], policy=policy) for policy in ("wxa", "wxb", "wxb")]
    found = summarise(calls).of(Section.DEBUG_ONLY)
    assert [(cause.policy, cause.calls) for cause in found] == [("wxb", 2), ("wxa", 1)]
    told = SessionFacts("s", policies=({"appid": "wxa", "file": "a.yaml", "mode": "debug"},))
    shown = render_text(summarise(calls), told, "en")
    assert "policy wxa · debug · a.yaml" in shown and "request · wxb · 2 calls" in shown
