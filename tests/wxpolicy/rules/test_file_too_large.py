"""200 MB, to the byte."""

from dataclasses import replace

import pytest

from wxpolicy.call.facts import Classification
from wxpolicy.catalogue import message_of
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.policy import Policy
from wxpolicy.rules import file_too_large
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence

MAX_FILE_BYTES = 200 * 1024 * 1024
DOWNLOAD = Classification((Api.DOWNLOAD_FILE,), Confidence.DECLARED)
EITHER = Classification((Api.REQUEST, Api.DOWNLOAD_FILE), Confidence.AMBIGUOUS)
REQUEST = Classification((Api.REQUEST,), Confidence.LIKELY)


def check_file_size(body_bytes, classification, policy, host=""):
    facts = replace(Ledger("application/zip", "").finish(), wire_bytes=body_bytes)
    return file_too_large.check(facts, classification, policy, host)


@pytest.mark.parametrize(
    ("body_bytes", "classification", "edition", "expected"),
    [
        (MAX_FILE_BYTES - 1, DOWNLOAD, WECHAT_CURRENT, []),
        (MAX_FILE_BYTES, DOWNLOAD, WECHAT_CURRENT, [("FILE_TOO_LARGE", "violation")]),
        (MAX_FILE_BYTES + 1, EITHER, WECHAT_CURRENT, [("FILE_TOO_LARGE", "warning")]),
        (MAX_FILE_BYTES + 1, REQUEST, WECHAT_CURRENT, []),
        (MAX_FILE_BYTES * 9, DOWNLOAD, WECHAT_2017, []),
    ],
)
def test_downloads(body_bytes, classification, edition, expected):
    found = list(check_file_size(body_bytes, classification, Policy(edition=edition), "cdn.example.com"))
    assert [(each.code.value, each.severity.value) for each in found] == expected


def test_the_words_say_how_large_it_is():
    (found,) = check_file_size(250 << 20, DOWNLOAD, Policy(edition=WECHAT_CURRENT))
    assert "250.0 MB" in message_of(found).zh
    assert "250.0 MB" in message_of(found).en
