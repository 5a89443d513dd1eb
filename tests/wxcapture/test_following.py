"""A capture tells whether a redirect was followed only further down: then its record is given."""

from dataclasses import replace

from wxcapture.following import Following
from wxcapture.har_reader import read_entry
from wxpolicy.call.hops import MOST
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.finding import Status
from wxpolicy.policy_set import PolicySet

JSON = {"content-type": "application/json"}


def entries(har_entry, *urls_and_more):
    return [
        read_entry(har_entry(url, headers=JSON, **more), number, "f")
        for number, (url, more) in enumerate(urls_and_more, 1)
    ]


def records_of(judge, calls):
    judge.policies = PolicySet([replace(judge.policies.only, edition=WECHAT_CURRENT)])
    following = Following(judge)
    found = [record for call in calls for record in following.records(call)]
    return found + list(following.rest())


def redirects(record):
    return [finding for finding in record.findings if finding.code == "REDIRECT_NOT_LISTED"]


AWAY = {"status": 302, "location": "https://evil.example.org/in"}


def test_a_redirect_that_is_followed_fails(har_entry, judge):
    calls = entries(har_entry, ("https://api.example.com/a", AWAY), ("https://evil.example.org/in", {}))
    first, hop = records_of(judge, calls)
    assert [finding.fails for finding in redirects(first)] == [True]
    assert (first.release.errno, first.debug_only, first.http_status) == (600002, True, 302)
    assert hop.release.errno == 600002


def test_a_redirect_that_nobody_follows_is_not_observable(har_entry, judge):
    calls = entries(har_entry, ("https://api.example.com/a", AWAY), ("https://api.example.com/b", {}))
    other, first = records_of(judge, calls)
    assert other.url.endswith("/b")
    assert [finding.status for finding in redirects(first)] == [Status.NOT_OBSERVABLE]
    assert first.release.outcome == "success"


def test_no_record_is_lost_where_more_wait_than_are_remembered(har_entry, judge):
    calls = entries(har_entry, *[(f"https://api.example.com/{n}", AWAY) for n in range(MOST + 20)])
    assert sorted(record.id for record in records_of(judge, calls)) == sorted(call.id for call in calls)
