"""Whatever a call carries, its record stays small."""

import json

from wxpolicy.call import events
from wxpolicy.call.bounds import LONGEST_TEXT
from wxpolicy.call.bounds import LONGEST_URL
from wxpolicy.call.bounds import MOST_ALIKE
from wxpolicy.call.bounds import MOST_FINDINGS
from wxpolicy.call.bounds import bounded
from wxpolicy.call.bounds import folded
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.call.judgement import Judgement
from wxpolicy.call.record_maker import record_of
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.terms import Scope


def unlisted(number):
    return Finding(Code.DOMAIN_NOT_LISTED, {"host": f"a{number}.example.com", "where": []})


def test_of_many_alike_the_first_stands_for_all_and_says_how_many():
    other = Finding(Code.URL_INVALID, {"reason": "no_host"})
    found = (unlisted(0), other, *map(unlisted, range(1, 900)))
    first, second = folded(found)
    assert (first.data["host"], first.data["alike"], second) == ("a0.example.com", 900, other)
    assert "(900 alike)" in message_of(first).en and "900" in message_of(first).zh


def test_a_few_are_left_as_they_are():
    found = tuple(map(unlisted, range(MOST_ALIKE)))
    assert folded(found) == found


def test_long_data_is_cut_and_other_data_is_the_same_object():
    small = unlisted(1)
    assert bounded(small) is small
    long = Finding(Code.REFERER_FORGED, {"host": "a", "sent": "b" * 100_000, "all": ["c" * 5000] * 5000})
    cut = bounded(long)
    assert len(cut.data["sent"]) == LONGEST_TEXT + 1 and len(cut.data["all"]) == 100
    assert len(json.dumps(cut.data)) < 200_000


def call(names, path="/", **more):
    facts = CallFacts("192.0.2.7", "GET", "https", names, path, more)
    url = f"https://a{path}"
    judgement = Judgement("1", Policy(scope=Scope.ALL), events.RequestHead(facts, url, None))
    judgement.feed(judgement.head, 0.0)
    return judgement


def test_a_call_to_a_hundred_hosts_has_a_small_record():
    names = tuple(CarriedName(Where.HOST, f"{'a' * 60}{number}.example.com") for number in range(100))
    judgement = call(names, "/" + "%41" * 80_000)
    assert len(judgement.findings) < 10
    record = record_of(judgement, events.Ended(), 0.0, 1.0)
    assert len(record.url) == LONGEST_URL + 1
    assert len(json.dumps(record.as_json())) < 30_000


def test_a_rule_that_fails_for_ever_is_told_a_bounded_number_of_times():
    judgement = call((CarriedName(Where.HOST, "a.example.com"),))
    for _ in range(3 * MOST_FINDINGS):
        judgement.feed(events.RuleFailed("rule", "RuntimeError"), 1.0)
    assert len(judgement.findings) <= MOST_FINDINGS


def test_a_bound_is_said_of_a_call_that_was_refused_already_and_once():
    judgement = call((CarriedName(Where.HOST, "a.example.com"),))
    assert judgement.refused
    for _ in range(2):
        judgement.feed(events.LimitReached("headers", 1000, "", ""), 1.0)
    assert [each.code for each in judgement.findings].count(Code.LIMIT_REACHED) == 1


def test_a_malformed_request_is_refused_in_every_mode_and_is_nobodys_fault_but_its_own():
    judgement = call((CarriedName(Where.HOST, "a.example.com"),))
    judgement.feed(events.Malformed("two Upgrade lines"), 1.0)
    found = judgement.findings[-1]
    assert (found.code, found.data["reason"], found.fails) == (Code.NETWORK_ERROR, "malformed", True)
    assert "two Upgrade lines" in message_of(found).en
