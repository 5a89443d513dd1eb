"""What the proxy cannot carry fails no verdict; a certificate that an upstream proxy shows is not the server's."""

import pytest

from testenv.domain_calls import listing
from wxpolicy.call import events
from wxpolicy.call.events import EndedBy
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.call.judgement import Judgement
from wxpolicy.call.record_maker import record_of
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Status
from wxpolicy.rules.proxy_limit import check
from wxpolicy.rules.proxy_limit import inspected
from wxpolicy.terms import Mode

HOST = "api.example.com"
PROXY = "http://proxy.example.com:3128"
UNTRUSTED = Finding(Code.CERT_UNTRUSTED_ROOT, {"host": HOST})
EXPIRED = Finding(Code.CERT_EXPIRED, {"host": HOST})


def test_an_answer_that_is_not_carried_is_not_observable():
    (found,) = check(HOST, "the answer has no status line", "http_0_9")
    assert (found.code, found.status, found.fails) == (Code.PROXY_LIMIT, Status.NOT_OBSERVABLE, False)
    assert "HTTP/0.9" in message_of(found).en and "HTTP/0.9" in message_of(found).zh


def test_an_upstream_proxy_is_named():
    (found,) = check(HOST, "connection refused", upstream_proxy=PROXY)
    assert (found.data["what"], found.fails) == ("upstream_proxy", False)
    assert PROXY in message_of(found).en


@pytest.mark.parametrize("code", [Code.CERT_UNTRUSTED_ROOT, Code.CERT_SELF_SIGNED])
@pytest.mark.parametrize(("mode", "refuses"), [(Mode.RELEASE, True), (Mode.DEBUG, False), (Mode.OBSERVE, False)])
def test_a_certificate_of_an_unknown_authority_behind_a_proxy_is_the_proxys(code, mode, refuses):
    found = inspected((Finding(code, {"host": HOST}), EXPIRED), HOST, PROXY, mode)
    assert [finding.code for finding in found] == [Code.PROXY_LIMIT, Code.CERT_NOT_SEEN]
    assert [finding.fails for finding in found] == [False, refuses]
    for finding in found:
        for text in (message_of(finding), fix_of(finding)):
            assert "?" not in text.en
        assert PROXY in message_of(finding).en and PROXY in message_of(finding).zh


def test_any_other_fault_behind_a_proxy_stays_the_servers():
    assert inspected((EXPIRED,), HOST, PROXY, Mode.RELEASE) == (EXPIRED,)


def test_the_record_of_a_call_that_was_not_carried_fails_for_nobodys_rule():
    policy = listing(request=[f"https://{HOST}"], downloadFile=[f"https://{HOST}"])
    facts = CallFacts("127.0.0.1", "GET", "https", (CarriedName(Where.HOST, HOST, None),), "/", {})
    head = events.RequestHead(facts, f"https://{HOST}/", None)
    call = Judgement("1", policy, head)
    call.feed(head, 0)
    decision = call.feed(events.Broken(EndedBy.PROXY, "the answer has no status line", "http_0_9"), 5)
    assert [finding.code for finding in decision.findings] == [Code.PROXY_LIMIT]
    record = record_of(call, events.Ended(), 0.0, 5)
    assert (record.outcome, record.errmsg, record.acted) == ("fail", "request:fail", "pass")
    assert (record.release.outcome, record.debug.outcome) == ("success", "success")
