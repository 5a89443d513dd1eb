"""200 MB, to the byte."""

import pytest

from wxpolicy.call.facts import Classification
from wxpolicy.policy import Policy
from wxpolicy.rules.file_too_large import MAX_FILE_BYTES
from wxpolicy.rules.file_too_large import check_file_size
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence
from wxpolicy.terms import Edition

DOWNLOAD = Classification((Api.DOWNLOAD_FILE,), Confidence.DECLARED)
EITHER = Classification((Api.REQUEST, Api.DOWNLOAD_FILE), Confidence.AMBIGUOUS)
REQUEST = Classification((Api.REQUEST,), Confidence.LIKELY)


@pytest.mark.parametrize(
    ("body_bytes", "classification", "edition", "expected"),
    [
        (MAX_FILE_BYTES, DOWNLOAD, Edition.CURRENT, []),
        (MAX_FILE_BYTES + 1, DOWNLOAD, Edition.CURRENT, [("FILE_TOO_LARGE", "violation")]),
        (MAX_FILE_BYTES + 1, EITHER, Edition.CURRENT, [("FILE_TOO_LARGE", "warning")]),
        (MAX_FILE_BYTES + 1, REQUEST, Edition.CURRENT, []),
        (MAX_FILE_BYTES * 9, DOWNLOAD, Edition.SEED_2017, []),
    ],
)
def test_downloads(body_bytes, classification, edition, expected):
    found = list(check_file_size(body_bytes, classification, Policy(edition=edition), "cdn.example.com"))
    assert [(each.code.value, each.severity.value) for each in found] == expected


def test_the_words_say_how_large_it_is():
    (found,) = check_file_size(250 << 20, DOWNLOAD, Policy(edition=Edition.CURRENT))
    assert "250.0 MB" in found.message.zh
    assert "250.0 MB" in found.message.en
