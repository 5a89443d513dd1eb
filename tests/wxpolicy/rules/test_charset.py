"""What is said of an answer's encoding, by case."""

import gzip

import pytest

from wxpolicy.call.facts import Classification
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.editions import Edition
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.policy import Policy
from wxpolicy.rules import charset
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence

CHINESE = '{"msg":"本店今日打烊，明早九点开门，欢迎再来"}'
ENGLISH = b'{"msg":"closed today"}'
BOM = b"\xef\xbb\xbf"

REQUEST = Classification((Api.REQUEST,), Confidence.LIKELY)
UPLOAD = Classification((Api.UPLOAD_FILE,), Confidence.LIKELY)
DOWNLOAD = Classification((Api.DOWNLOAD_FILE,), Confidence.DECLARED)
EITHER = Classification((Api.REQUEST, Api.DOWNLOAD_FILE), Confidence.AMBIGUOUS)


def findings(
    body: bytes,
    content_type: str = "application/json",
    coding: str = "",
    classification: Classification = REQUEST,
    edition: Edition = WECHAT_2017,
    limit_bytes: int = 1 << 20,
) -> list[Finding]:
    ledger = Ledger(content_type, coding, limit_bytes)
    ledger.feed(body)
    return list(charset.check(ledger.finish(), classification, Policy(edition=edition), "api.example.com"))


def said(found: list[Finding]) -> list[tuple[str, str]]:
    return [(each.code.value, each.severity.value) for each in found]


UTF8, GBK = CHINESE.encode(), CHINESE.encode("gbk")
NOT_UTF8 = ("CHARSET_NOT_UTF8", "warning")
FAILED = ("CHARSET_CONVERSION_FAILED", "violation")
MISDECLARED = ("CHARSET_MISDECLARED", "warning")
UNDECLARED = ("CHARSET_UNDECLARED", "warning")

CASES = {
    "JSON in UTF-8, declared": (UTF8, "application/json; charset=utf-8", []),
    "JSON in UTF-8, which needs no declaration": (UTF8, "application/json", []),
    "HTML in UTF-8, undeclared": (UTF8, "text/html", [("CHARSET_UNDECLARED", "note")]),
    "plain ASCII, undeclared": (ENGLISH, "text/html", []),
    "plain ASCII, declared as GBK": (ENGLISH, "text/html; charset=gbk", []),
    "plain ASCII, declared as no charset": (ENGLISH, "text/html; charset=utf8mb4", [("CHARSET_MISDECLARED", "note")]),
    "UTF-8, declared as no charset": (UTF8, "text/html; charset=utf8mb4", [MISDECLARED]),
    "UTF-8, declared as GBK": (UTF8, "text/html; charset=gb2312", [MISDECLARED]),
    "UTF-8, declared as Latin-1": (UTF8, "application/json;charset=ISO-8859-1", [MISDECLARED]),
    "GBK, declared": (GBK, "text/html; charset=gb2312", [NOT_UTF8]),
    "GBK, undeclared": (GBK, "application/json", [NOT_UTF8, UNDECLARED]),
    "GBK, declared as UTF-8": (GBK, "application/json; charset=utf-8", [NOT_UTF8, MISDECLARED]),
    "GB18030 declared as GBK": ("㐀你好，世界".encode("gb18030"), "text/plain; charset=gbk", [NOT_UTF8]),
    "a single-byte charset under another's name": (
        "Привет, заказ оформлен".encode("koi8-r"),
        "text/plain; charset=windows-1251",
        [NOT_UTF8],
    ),
    "UTF-16 with a BOM, declared": (
        b"\xff\xfe" + CHINESE.encode("utf-16-le"),
        "application/json; charset=utf-16",
        [NOT_UTF8, ("BOM_STRIPPED", "note")],
    ),
    "UTF-8 cut in a character": (UTF8[:-3], "application/json", [FAILED]),
    "UTF-8 with GBK in it": (UTF8[:-2] + "门店".encode("gbk") + b'"}', "application/json; charset=utf-8", [FAILED]),
    "GBK cut in a character": (GBK[:-3], "application/json; charset=gbk", [FAILED]),
    "one BOM": (BOM + UTF8, "application/json", [("BOM_STRIPPED", "note")]),
    "two BOMs": (BOM * 2 + UTF8, "application/json", [("BOM_REPEATED", "note")]),
    "a right header over a wrong meta": (
        b'<html><meta charset="gbk">' + UTF8,
        "text/html; charset=utf-8",
        [("CHARSET_MISDECLARED", "note")],
    ),
    "an XML declaration that lies": (b'<?xml version="1.0" encoding="gbk"?><a>' + UTF8, "text/xml", [MISDECLARED]),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(99), "image/png", [("CHARSET_NOT_SEEN", "note")]),
    "nothing": (b"", "text/html", []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_said(case):
    body, content_type, expected = CASES[case]
    found = findings(body, content_type)
    assert said(found) == expected
    assert all(each.subject == "api.example.com" for each in found)
    assert all(each.status is Status.VIOLATED for each in found if each.code is not Code.CHARSET_NOT_SEEN)


def test_a_second_bom_is_worse_today():
    found = findings(BOM * 2 + UTF8, edition=WECHAT_CURRENT)
    assert said(found) == [("BOM_REPEATED", "warning")]
    assert "JSON.parse" in message_of(found[0]).en


@pytest.mark.parametrize(
    ("case", "body", "content_type", "is_observable"),
    [
        ("protobuf as a page", b"\x0a\x05hello\x10\x96\x01\x1a\x04\xff\xfe\x80\x81", "text/html", False),
        ("ciphertext as JSON", bytes(range(256)), "application/json", False),
        ("ciphertext as UTF-8", bytes(range(256)), "text/plain; charset=utf-8", False),
        ("UTF-8 cut in a character", UTF8[:-3], "text/html", True),
        ("GBK cut in a character", GBK[:-3], "text/html; charset=gbk", True),
        ("an emoji as Java writes it", b'{"a":"\xed\xa0\xbd\xed\xb8\x80"}', "application/json", True),
    ],
)
def test_what_looks_like_bytes_may_be_asked_for_as_such(case, body, content_type, is_observable):
    first, *others = findings(body, content_type)
    assert (first.code, first.fails) == (Code.CHARSET_CONVERSION_FAILED, is_observable)
    if not is_observable:
        assert (first.severity, first.status, others) == (Severity.WARNING, Status.NOT_OBSERVABLE, [])
        assert "arraybuffer" in message_of(first).en and "arraybuffer" in fix_of(first).zh


def test_a_downloaded_file_is_never_converted():
    assert findings(GBK[:-3], classification=DOWNLOAD) == []
    assert findings(GBK, classification=Classification((Api.CONNECT_SOCKET,), Confidence.EXACT)) == []
    assert said(findings(GBK[:-3], "text/plain; charset=gbk", classification=UPLOAD)) == [FAILED]


def test_what_may_be_a_download_only_warns():
    found = findings(UTF8[:-3], classification=EITHER)
    assert said(found) == [("CHARSET_CONVERSION_FAILED", "warning")]
    assert not found[0].fails


@pytest.mark.parametrize(
    ("body", "coding", "limit_bytes", "words"),
    [
        (gzip.compress(UTF8, mtime=0)[:-9], "gzip", 1 << 20, "too early"),
        (UTF8, "exi", 1 << 20, "not known"),
        (UTF8, "", 10, "first 10 bytes"),
    ],
)
def test_what_was_not_seen_is_not_passed(body, coding, limit_bytes, words):
    found = findings(body, "application/json", coding, limit_bytes=limit_bytes)
    assert [(each.code, each.status, each.severity) for each in found] == [
        (Code.CHARSET_NOT_SEEN, Status.NOT_OBSERVABLE, Severity.NOTE)
    ]
    assert words in message_of(found[0]).en


def test_the_words_name_the_byte_the_header_and_the_setting():
    (failed,) = findings(UTF8[:-3])
    offset = len(UTF8) - 5
    assert f"第 {offset} 字节" in message_of(failed).zh
    assert f"byte {offset}" in message_of(failed).en
    assert "602302" in message_of(failed).en
    assert "mb_substr" in fix_of(failed).zh
    not_utf8, undeclared = findings(GBK)
    assert "GBK" in message_of(not_utf8).zh
    for name in ("Content-Type: application/json; charset=utf-8", "header('", "SET NAMES utf8mb4", "nginx", "Spring"):
        assert name in fix_of(not_utf8).zh
        assert name in fix_of(not_utf8).en
    assert "charset=utf-8" in fix_of(undeclared).en
    (unknown,) = findings(UTF8, "text/html; charset=utf8mb4")
    assert "utf8mb4" in message_of(unknown).en
    assert "no charset" in message_of(unknown).en


@pytest.mark.parametrize("case", CASES)
def test_both_languages_are_whole_sentences(case):
    body, content_type, _ = CASES[case]
    for each in findings(body, content_type):
        for text in (message_of(each), fix_of(each)):
            assert text.zh.endswith("。")
            assert text.en.endswith((".", "!"))
            assert text.en[0].isupper()
            assert "None" not in text.en + text.zh
            assert not any("\u4e00" <= char <= "\u9fff" for char in text.en)


def test_an_image_that_may_be_a_download_is_nothing_to_say():
    assert findings(b"\x89PNG\r\n\x1a\n" + bytes(99), "image/png", classification=EITHER) == []


@pytest.mark.parametrize("count", [1])
def test_a_file_keeps_its_bom_where_the_call_may_be_a_download(count):
    (found,) = findings(BOM * count + UTF8, "application/json", classification=EITHER)
    assert found.code is Code.BOM_STRIPPED
    assert "a file of wx.downloadFile keeps it" in message_of(found).en
