import re

import pytest

from wxpolicy.editions import EDITIONS
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.finding import Code
from wxpolicy.finding import Family
from wxpolicy.finding import Severity
from wxpolicy.rules.time_and_state import Stage
from wxpolicy.rules.time_and_state import background_refused
from wxpolicy.rules.time_and_state import concurrency_exceeded
from wxpolicy.rules.time_and_state import concurrency_queued
from wxpolicy.rules.time_and_state import interrupted
from wxpolicy.rules.time_and_state import timeout
from wxpolicy.terms import Api

HOST = "api.example.com"
OLD, NEW = WECHAT_2017, WECHAT_CURRENT

EVERY_FINDING = [
    *(timeout(api, HOST, 3000, stage, edition, 40) for api in Api for stage in Stage for edition in EDITIONS.values()),
    *(interrupted(api, HOST, edition, 5000) for api in Api for edition in EDITIONS.values()),
    interrupted(Api.CONNECT_SOCKET, HOST, OLD, 5000, is_open_socket=True),
    interrupted(Api.REQUEST, HOST, OLD, 5000, begun_in_background=True),
    *(background_refused(api, HOST, edition, 61_300) for api in Api for edition in EDITIONS.values()),
    *(concurrency_queued(api, HOST, 10, queued_ms) for api in Api for queued_ms in (None, 0, 1234)),
    *(concurrency_exceeded(api, HOST, 10) for api in Api),
]


@pytest.mark.parametrize("finding", EVERY_FINDING, ids=lambda finding: finding.code)
def test_every_finding_says_where_and_what_to_do_in_both_languages(finding):
    assert finding.code.family is Family.BEHAVIOUR
    assert finding.subject == HOST
    assert re.match(r"(seed-2017|platform) §\d|[a-z]+ \[doc\]", finding.clause)
    assert HOST in finding.message.zh and HOST in finding.message.en
    for text in (finding.message, finding.fix):
        assert re.search("[\u4e00-\u9fff]", text.zh) and text.zh.endswith(("。", "）"))
        assert not re.search("[\u4e00-\u9fff，。：；（）]", text.en)
        assert text.en.endswith((".", ")"))
        assert not re.search(r"[{]\w+[}]|\bNone\b|  |。。|\.\.", text.zh + text.en)


def test_only_the_queue_is_a_note():
    notes = {finding.code for finding in EVERY_FINDING if finding.severity is Severity.NOTE}
    assert notes == {Code.CONCURRENCY_QUEUED}
    assert all(finding.fails for finding in EVERY_FINDING if finding.code not in notes)


@pytest.mark.parametrize(
    "finding, code",
    [
        (timeout(Api.REQUEST, HOST, 60_000, Stage.WAITING, OLD), Code.TIMEOUT),
        (interrupted(Api.REQUEST, HOST, OLD, 5000), Code.INTERRUPTED),
        (background_refused(Api.REQUEST, HOST, OLD, 9000), Code.BACKGROUND_REFUSED),
        (concurrency_queued(Api.REQUEST, HOST, 10, 1500), Code.CONCURRENCY_QUEUED),
        (concurrency_exceeded(Api.REQUEST, HOST, 10), Code.CONCURRENCY_EXCEEDED),
    ],
    ids=["timeout", "interrupted", "refused", "queued", "over the limit"],
)
def test_each_has_its_code(finding, code):
    assert finding.code is code


def test_a_short_timeout_is_mended_in_app_json_and_in_the_policy():
    fix = timeout(Api.UPLOAD_FILE, HOST, 3000, Stage.UPLOAD, OLD).fix
    for text in fix:
        assert '"networkTimeout": {"uploadFile": 60000}' in text
        assert "networkTimeout: {uploadFile: 60000}" in text


def test_sixty_seconds_cannot_be_raised_in_2017_and_can_today():
    old, new = (timeout(Api.REQUEST, HOST, 60_000, Stage.WAITING, edition) for edition in (OLD, NEW))
    assert "cannot be raised" in old.fix.en and "networkTimeout" not in old.fix.en
    assert '"networkTimeout": {"request": 120000}' in new.fix.en
    assert (old.clause, new.clause) == ("seed-2017 §2", "platform §1 [doc]")


def test_a_timeout_names_its_length_its_stage_and_the_wait_for_a_slot():
    finding = timeout(Api.DOWNLOAD_FILE, HOST, 1500, Stage.DOWNLOAD, OLD, queued_ms=850)
    assert (
        "1.5 s" in finding.message.en
        and "850 ms" in finding.message.en
        and "body was not complete" in finding.message.en
    )
    assert "1.5 s" in finding.message.zh and "850 ms" in finding.message.zh
    assert "slot" not in timeout(Api.REQUEST, HOST, 1500, Stage.WAITING, OLD).message.en


def test_the_pin_is_advice_in_2017_only():
    for build in (
        lambda edition: interrupted(Api.REQUEST, HOST, edition, 5000),
        lambda edition: background_refused(Api.REQUEST, HOST, edition, 9000),
    ):
        assert "pinned" in build(OLD).fix.en and "置顶" in build(OLD).fix.zh
        assert "pinned" not in build(NEW).fix.en and "置顶" not in build(NEW).fix.zh


def test_what_was_cut_is_told_apart():
    socket = interrupted(Api.CONNECT_SOCKET, HOST, OLD, 5000, is_open_socket=True)
    late = interrupted(Api.REQUEST, HOST, OLD, 5000, begun_in_background=True)
    assert "WebSocket" in socket.message.en and "connect again" in socket.fix.en
    assert "begun after that" in late.message.en
    assert "5 s" in late.message.zh
    # A blank between Latin and Chinese, none within Chinese.
    early = interrupted(Api.REQUEST, HOST, OLD, 5000)
    for finding in (early, late):
        assert "request 仍未结束" in finding.message.zh
    assert "连接仍未结束" in socket.message.zh


def test_observe_says_what_would_have_been():
    assert "would have waited" in concurrency_queued(Api.REQUEST, HOST, 10, None).message.en
    assert "waited 1.5 s" in concurrency_queued(Api.REQUEST, HOST, 10, 1500).message.en
