import re

import pytest

from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.editions import EDITIONS
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.finding import Code
from wxpolicy.finding import Family
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.rules import background_refused as background_refused_rule
from wxpolicy.rules import concurrency_exceeded as concurrency_exceeded_rule
from wxpolicy.rules import concurrency_queued as concurrency_queued_rule
from wxpolicy.rules import interrupted as interrupted_rule
from wxpolicy.rules import timeout as timeout_rule
from wxpolicy.rules.timeout import Progress
from wxpolicy.terms import Api

HOST = "api.example.com"


def one(check):
    return lambda *arguments, **named: next(check(*arguments, **named))


timeout = one(timeout_rule.check)
interrupted = one(interrupted_rule.check)
background_refused = one(background_refused_rule.check)
concurrency_queued = one(concurrency_queued_rule.check)
concurrency_exceeded = one(concurrency_exceeded_rule.check)
OLD, NEW = WECHAT_2017, WECHAT_CURRENT

EVERY_FINDING = [
    *(
        timeout(api, HOST, 3000, stage, edition, 40)
        for api in Api
        for stage in Progress
        for edition in EDITIONS.values()
    ),
    *(interrupted(api, HOST, edition, 5000) for api in Api for edition in EDITIONS.values()),
    interrupted(Api.CONNECT_SOCKET, HOST, OLD, 5000, is_open_socket=True),
    interrupted(Api.REQUEST, HOST, OLD, 5000, begun_in_background=True),
    *(background_refused(api, HOST, edition, 61_300) for api in Api for edition in EDITIONS.values()),
    *(concurrency_queued(api, HOST, 10, queued_ms) for api in Api for queued_ms in (None, 0, 1234)),
    *(concurrency_exceeded(api, HOST, 10) for api in Api),
]


@pytest.mark.parametrize("finding", EVERY_FINDING, ids=lambda finding: finding.code)
def test_every_finding_says_where_and_what_to_do_in_both_languages(finding):
    assert finding.family is Family.BEHAVIOUR
    assert finding.subject == HOST
    assert re.match(r"(seed-2017|platform) §\d|[a-z]+ \[doc\]", finding.clause)
    assert HOST in message_of(finding).zh and HOST in message_of(finding).en
    for text in (message_of(finding), fix_of(finding)):
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
        (timeout(Api.REQUEST, HOST, 60_000, Progress.WAITING, OLD), Code.TIMEOUT),
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
    fix = fix_of(timeout(Api.UPLOAD_FILE, HOST, 3000, Progress.UPLOAD, OLD))
    for text in fix:
        assert '"networkTimeout": {"uploadFile": 60000}' in text
        assert "networkTimeout: {uploadFile: 60000}" in text


def test_sixty_seconds_cannot_be_raised_in_2017_and_can_today():
    old, new = (timeout(Api.REQUEST, HOST, 60_000, Progress.WAITING, edition) for edition in (OLD, NEW))
    assert "cannot be raised" in fix_of(old).en and "networkTimeout" not in fix_of(old).en
    assert '"networkTimeout": {"request": 120000}' in fix_of(new).en
    assert (old.clause, new.clause) == ("seed-2017 §2", "platform §1 [doc]")


def test_a_timeout_names_its_length_its_stage_and_the_wait_for_a_slot():
    finding = timeout(Api.DOWNLOAD_FILE, HOST, 1500, Progress.DOWNLOAD, OLD, queued_ms=850)
    assert (
        "1.5 s" in message_of(finding).en
        and "850 ms" in message_of(finding).en
        and "body was not complete" in message_of(finding).en
    )
    assert "1.5 s" in message_of(finding).zh and "850 ms" in message_of(finding).zh
    assert "slot" not in message_of(timeout(Api.REQUEST, HOST, 1500, Progress.WAITING, OLD)).en


def test_the_pin_is_advice_in_2017_only():
    for build in (
        lambda edition: interrupted(Api.REQUEST, HOST, edition, 5000),
        lambda edition: background_refused(Api.REQUEST, HOST, edition, 9000),
    ):
        assert "pinned" in fix_of(build(OLD)).en and "置顶" in fix_of(build(OLD)).zh
        assert "pinned" not in fix_of(build(NEW)).en and "置顶" not in fix_of(build(NEW)).zh


def test_what_was_cut_is_told_apart():
    socket = interrupted(Api.CONNECT_SOCKET, HOST, OLD, 5000, is_open_socket=True)
    late = interrupted(Api.REQUEST, HOST, OLD, 5000, begun_in_background=True)
    assert "WebSocket" in message_of(socket).en and "connect again" in fix_of(socket).en
    assert "onClose runs and not fail" in message_of(socket).en
    # The page promises nothing of open sockets.
    assert [finding.known for finding in (socket, late)] == [Known.SAID, Known.DOCUMENTED]
    assert "begun after that" in message_of(late).en
    assert "5 s" in message_of(late).zh
    # A blank between Latin and Chinese, none within Chinese.
    early = interrupted(Api.REQUEST, HOST, OLD, 5000)
    for finding in (early, late):
        assert "request 仍未结束" in message_of(finding).zh
    assert "连接仍未结束" in message_of(socket).zh


def test_observe_says_what_would_have_been():
    assert "would have waited" in message_of(concurrency_queued(Api.REQUEST, HOST, 10, None)).en
    assert "waited 1.5 s" in message_of(concurrency_queued(Api.REQUEST, HOST, 10, 1500)).en
