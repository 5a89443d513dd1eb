"""Every edition is whole: what a rule or the policy file may ask of it is there."""

import re
from dataclasses import replace

import pytest

from wxpolicy.editions import DEFAULT
from wxpolicy.editions import EDITIONS
from wxpolicy.editions.edition import Failure
from wxpolicy.editions.edition import Topic
from wxpolicy.policy import ListedDomain
from wxpolicy.policy import Policy
from wxpolicy.policyfile import read_policy
from wxpolicy.policyfile.values import quoted
from wxpolicy.terms import Api


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=lambda edition: edition.name)
class TestEachEdition:
    def test_speaks_of_every_api_failure_and_topic(self, edition):
        for mapping, keys in (
            (edition.schemes, Api),
            (edition.ports, Api),
            (edition.limits, Api),
            (edition.excess, Api),
            (edition.category_names, Api),
            (edition.errors, Failure),
            (edition.clauses, Topic),
        ):
            assert set(mapping) == set(keys)
        assert set(edition.excess.values()) <= {"queue", "fail"}

    def test_is_what_a_policy_file_names(self, edition):
        policy = read_policy(
            f"appid: any\ndomains: {{request: [https://a.com]}}\nedition: {quoted(edition.name)}"
        ).policy
        assert policy.edition is edition
        assert set(policy.network_timeout_ms.values()) == {edition.default_timeout_ms}
        assert {api: policy.concurrency.limit(api) for api in Api} == edition.limits
        assert policy.background.grace_ms == edition.grace_ms

    def test_another_word_for_it_is_a_mistake_that_names_it(self, edition):
        for other in edition.other_names:
            (mistake,) = read_policy(f"appid: any\ndomains: {{request: [https://a.com]}}\nedition: {other}").mistakes
            assert mistake.instead.en == f"edition: {quoted(edition.name)}"

    def test_reads_the_referer_that_it_makes(self, edition):
        made = edition.referer.made("wx0123456789abcdef", edition.development_version)
        sender = edition.referer.read(made)
        assert sender.appid == "wx0123456789abcdef"
        assert sender.version in (edition.development_version, None)

    def test_its_development_version_is_one_of_its_words(self, edition):
        assert edition.development_version in edition.version.words
        assert re.fullmatch(edition.version.release, "12")

    def test_its_successor_exists(self, edition):
        assert edition.superseded_by is None or edition.superseded_by in EDITIONS


def test_apis_may_share_a_list():
    edition = replace(DEFAULT, shared_lists={Api.UPLOAD_FILE: Api.REQUEST})
    entry = ListedDomain("https://a.com", "https", "a.com")
    policy = Policy(edition=edition, domains={Api.REQUEST: (entry,)})
    assert policy.listed(Api.UPLOAD_FILE) == (entry,)
    assert policy.listed(Api.DOWNLOAD_FILE) == ()
