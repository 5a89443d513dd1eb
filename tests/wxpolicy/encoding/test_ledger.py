"""Real texts in the charsets that servers send: whole, cut, compressed four ways, well and badly labelled."""

import gzip
import json

import pytest

from testenv.judged_bodies import MARKS
from testenv.judged_bodies import compressed
from testenv.judged_bodies import cut
from testenv.judged_bodies import judged
from testenv.texts import ARABIC
from testenv.texts import CHINESE
from testenv.texts import FRENCH
from testenv.texts import GERMAN
from testenv.texts import GREEK
from testenv.texts import HEBREW
from testenv.texts import JAPANESE
from testenv.texts import KOREAN
from testenv.texts import POLISH
from testenv.texts import RUSSIAN
from testenv.texts import TAIWANESE
from testenv.texts import THAI
from testenv.texts import TURKISH
from wxpolicy.encoding.facts import Conversion
from wxpolicy.encoding.ledger import BLOCK_BYTES
from wxpolicy.encoding.ledger import Ledger

# (charset as reported, Python's codec, its label in a header, text)
TEXTS = [
    ("utf-8", "utf-8", "utf-8", CHINESE),
    ("gbk", "gbk", "gb2312", CHINESE),
    ("gb18030", "gb18030", "gb18030", CHINESE + "㐀\U00020000𠮷"),
    ("big5", "big5", "big5", TAIWANESE),
    ("shift_jis", "cp932", "shift_jis", JAPANESE),
    ("euc-jp", "euc_jp", "euc-jp", JAPANESE),
    ("iso-2022-jp", "iso2022_jp", "iso-2022-jp", JAPANESE),
    ("euc-kr", "euc_kr", "ks_c_5601-1987", KOREAN),
    ("windows-1251", "cp1251", "windows-1251", RUSSIAN),
    ("koi8-r", "koi8_r", "koi8-r", RUSSIAN),
    ("ibm866", "cp866", "ibm866", RUSSIAN),
    ("iso-8859-5", "iso8859_5", "iso-8859-5", RUSSIAN),
    ("windows-1252", "cp1252", "windows-1252", GERMAN),
    ("windows-1252", "cp1252", "windows-1252", FRENCH),
    ("windows-1250", "cp1250", "windows-1250", POLISH),
    ("iso-8859-2", "iso8859_2", "iso-8859-2", POLISH),
    ("windows-1254", "cp1254", "windows-1254", TURKISH),
    ("windows-1253", "cp1253", "windows-1253", GREEK),
    ("windows-1255", "cp1255", "windows-1255", HEBREW),
    ("windows-1256", "cp1256", "windows-1256", ARABIC),
    ("iso-8859-6", "iso8859_6", "iso-8859-6", ARABIC),
    ("tis-620", "tis_620", "tis-620", THAI),
    ("utf-16le", "utf-16-le", "utf-16le", CHINESE),
    ("utf-16be", "utf-16-be", "utf-16be", CHINESE),
    ("utf-32le", "utf-32-le", "utf-32le", CHINESE),
    ("utf-32be", "utf-32-be", "utf-32be", CHINESE),
]
FORMS = {
    "json": ("application/json", lambda text: json.dumps({"code": 0, "msg": text}, ensure_ascii=False)),
    "html": ("text/html", lambda text: f"<html><body><p>{text}</p></body></html>"),
    "plain": ("text/plain", lambda text: text + "\n"),
}
EQUAL = {"windows-1253": {"iso-8859-7"}, "iso-8859-2": {"windows-1250"}}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "codec", "label", "text"), TEXTS, ids=lambda value: str(value)[:14])
class TestEveryCharset:
    def test_is_detected_without_a_declaration(self, form, name, codec, label, text):
        content_type, wrap = FORMS[form]
        facts = judged(wrap(text).encode(codec), content_type)
        assert facts.declared is None
        assert facts.detected == name or facts.detected in EQUAL.get(name, ())
        assert facts.conversion is (Conversion.NONE if name == "utf-8" else Conversion.LOSSLESS)
        assert facts.valid_utf8 == (name in ("utf-8", "iso-2022-jp"))

    def test_is_what_its_header_says(self, form, name, codec, label, text):
        content_type, wrap = FORMS[form]
        facts = judged(wrap(text).encode(codec), f"{content_type}; charset={label}")
        assert (facts.declared, facts.detected) == (label, name)
        assert facts.confidence >= 0.9

    def test_is_the_same_however_it_is_cut(self, form, name, codec, label, text):
        content_type, wrap = FORMS[form]
        body = wrap(text).encode(codec)
        whole = judged(body, content_type)
        assert judged(cut(body), content_type) == whole
        assert all(judged([body[:at], body[at:]], content_type) == whole for at in range(0, len(body), 7))

    def test_is_the_same_compressed_in_four_ways(self, form, name, codec, label, text):
        content_type, wrap = FORMS[form]
        body = wrap(text).encode(codec)
        plain = judged(body, content_type)
        for coding, packed in compressed(body):
            for chunks in ([packed], cut(packed)):
                facts = judged(chunks, content_type, coding)
                assert facts.as_json() == plain.as_json(), coding
                assert (facts.judged_bytes, facts.first_bad_offset) == (len(body), plain.first_bad_offset)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("name", MARKS)
def test_a_bom_says_what_it_is_and_how_often(name, count):
    codec = name.replace("16", "16-").replace("32", "32-")
    body = MARKS[name] * count + json.dumps({"msg": CHINESE}, ensure_ascii=False).encode(codec)
    for chunks in ([body], cut(body)):
        facts = judged(chunks)
        assert (facts.bom, facts.bom_count, facts.detected) == (name, count, name)
        assert facts.conversion is (Conversion.NONE if name == "utf-8" else Conversion.LOSSLESS)


def test_a_body_of_nothing_but_a_bom_is_text():
    assert judged(b"\xef\xbb\xbf").as_json() == {
        "declared": None,
        "detected": "utf-8",
        "bom": "utf-8",
        "conversion": "none",
    }


SHORT_ANSWERS = {
    "gbk": ["退款成功", "请先绑定手机", "门店已打烊", "积分不够", "杨梅两斤", "周末愉快", "地址有误", "支付超时"],
    "big5": ["退款成功", "請先綁定手機", "門市已打烊", "點數不足", "週末愉快", "地址有誤", "付款逾時", "鳳梨酥禮盒"],
    "shift_jis": ["返金が完了しました", "電話番号を登録してください", "閉店しました", "ポイント不足", "良い週末を"],
    "euc-jp": ["返金が完了しました", "電話番号を登録してください", "閉店しました", "ポイント不足", "良い週末を"],
    "euc-kr": [
        "환불이 완료되었습니다",
        "휴대폰을 등록하세요",
        "영업이 종료되었습니다",
        "포인트 부족",
        "좋은 주말 되세요",
    ],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in SHORT_ANSWERS.items() for text in texts])
def test_answers_of_a_few_words_are_told_apart(name, text):
    body = json.dumps({"code": -1, "msg": text}, ensure_ascii=False).encode(name)
    assert judged(body).detected == name


def test_html_says_its_charset_in_a_meta_and_xml_in_its_declaration():
    meta = f'<html><head><meta charset="gb2312"></head><body>{CHINESE}</body></html>'.encode("gbk")
    xml = f'<?xml version="1.0" encoding="Big5"?><a>{TAIWANESE}</a>'.encode("big5")
    assert [(each.place.value, each.label) for each in judged(meta, "text/html").declarations] == [("meta", "gb2312")]
    assert [(each.place.value, each.label) for each in judged(xml, "text/xml").declarations] == [("xml", "big5")]


def test_the_first_chinese_may_come_late():
    body = b'{"pad":"' + b"x" * 50_000 + b'","msg":"' + CHINESE.encode("gbk") + b'"}'
    facts = judged(cut(body, 1000))
    assert (facts.detected, facts.conversion, facts.first_bad_offset) == ("gbk", Conversion.LOSSLESS, 50_017)


def test_damage_far_behind_the_sample_is_found():
    body = CHINESE.encode("gbk") * 2000
    damaged = body + b"\xff\xff" + body
    facts = judged(cut(damaged, 5000), "text/plain")
    assert (facts.detected, facts.conversion, facts.failed_offset) == ("gbk", Conversion.FAILED, len(body))
    good = CHINESE.encode() * 2000
    facts = judged(cut(good + b"\xc4\xe3" + good, 5000), "text/plain")
    assert (facts.detected, facts.failed_offset) == ("utf-8", len(good))


def test_more_than_the_limit_is_counted_and_not_judged():
    for size in (1, 7, 1000, 10_000):
        ledger = Ledger("text/plain", limit_bytes=1000)
        for chunk in cut(CHINESE.encode() * 20 + b"\xff", size):
            ledger.feed(chunk)
        facts = ledger.finish()
        assert (facts.is_truncated, facts.judged_bytes) == (True, 1000)
        assert facts.wire_bytes == len(CHINESE.encode()) * 20 + 1
        # The limit cuts a character: that is no mistake of the server's.
        assert facts.conversion is Conversion.NONE
    exact = Ledger("text/plain", limit_bytes=6)
    exact.feed("时间".encode())
    assert exact.finish().is_truncated is False


def test_an_empty_answer_has_nothing_to_judge():
    facts = judged(b"", "text/html; charset=gbk")
    assert (facts.kind, facts.declared, facts.detected, facts.conversion) == ("empty", "gbk", None, Conversion.NONE)


def test_a_block_may_end_inside_a_character():
    body = b"x" * (BLOCK_BYTES - 1) + CHINESE.encode("gbk") * 200
    assert judged(body).conversion is Conversion.LOSSLESS
    assert judged(body).first_bad_offset == BLOCK_BYTES - 1


NOISE = bytes(range(128, 256)) * 40
LONG_WORK = {
    "nothing": (b"", "", False),
    "a text in UTF-8": (CHINESE.encode() * 20, "", False),
    "a long text in UTF-8": (CHINESE.encode() * 500, "", False),
    "a short text in GBK": (CHINESE.encode("gbk")[:200], "", False),
    "a text in GBK": (CHINESE.encode("gbk") * 20, "", True),
    "a long text in GBK": (CHINESE.encode("gbk") * 500, "", True),
    "a text in GBK, packed": (CHINESE.encode("gbk") * 20, "gzip", True),
    "a text in UTF-8, packed": (CHINESE.encode() * 20, "gzip", False),
    "noise": (NOISE[:1000], "", True),
    "noise behind much UTF-8": (CHINESE.encode() * 500 + NOISE, "", False),
    "a picture": (b"\x89PNG\r\n\x1a\n" + NOISE, "", False),
}


@pytest.mark.parametrize("case", LONG_WORK)
def test_it_is_known_beforehand_what_takes_milliseconds(case):
    body, coding, takes_long = LONG_WORK[case]
    ledger = Ledger("application/json", coding)
    ledger.feed(gzip.compress(body) if coding else body)
    assert ledger.end() is takes_long
    ledger.finish()
    assert not ledger.end()
