"""Real texts in the charsets that servers send: whole, cut, compressed four ways, well and badly labelled."""

import gzip
import json
import zlib
from collections.abc import Iterable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.encoding.content_coding import Problem
from wxpolicy.encoding.facts import Conversion
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.encoding.ledger import BLOCK_BYTES
from wxpolicy.encoding.ledger import Ledger

CHINESE = "门店今日营业时间为九点到二十一点，会员充值满两百元赠送三十元，详情请咨询店员。"
TAIWANESE = "本店營業時間為上午九點至晚上九點，會員儲值滿兩千元贈送三百元，詳情請洽門市人員。"
JAPANESE = "本日の営業時間は午前九時から午後九時までです。会員の方には送料が無料になります。"
KOREAN = "오늘 영업시간은 오전 아홉 시부터 오후 아홉 시까지입니다. 회원은 배송비가 무료입니다."
RUSSIAN = "Магазин открыт сегодня с девяти утра до девяти вечера, доставка для клиентов бесплатна."
GERMAN = "Unser Geschäft öffnet um neun Uhr, für Mitglieder ist die Lieferung natürlich kostenlos. Schöne Grüße!"
FRENCH = "La boutique est ouverte jusqu’à vingt et une heures, la livraison est offerte à nos adhérents privilégiés."
POLISH = "Sklep czynny od dziewiątej rano, dostawa dla członków jest bezpłatna, życzymy miłych zakupów każdego dnia."
TURKISH = "Mağazamız bugün saat dokuzda açılıyor, üyelerimiz için gönderim ücretsizdir, şimdi sipariş verin."
GREEK = "Το κατάστημα είναι ανοιχτό σήμερα μέχρι τις εννέα το βράδυ και η αποστολή είναι δωρεάν για τα μέλη."
HEBREW = "החנות פתוחה היום עד השעה תשע בערב והמשלוח חינם לחברי המועדון של הרשת"
ARABIC = "المتجر مفتوح اليوم حتى الساعة التاسعة مساء والتوصيل مجاني لجميع الأعضاء في المدينة"
THAI = "ร้านเปิดให้บริการวันนี้ถึงเวลาสามทุ่ม สมาชิกได้รับสิทธิ์จัดส่งสินค้าฟรีทุกคำสั่งซื้อ"

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


def judged(body: bytes | Iterable[bytes], content_type: str = "application/json", coding: str = "") -> EncodingFacts:
    ledger = Ledger(content_type, coding)
    for chunk in [body] if isinstance(body, bytes) else body:
        ledger.feed(chunk)
    return ledger.finish()


def cut(body: bytes, size: int = 1) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


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


def compressed(body: bytes) -> list[tuple[str, bytes]]:
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return [
        ("gzip", gzip.compress(body)),
        ("deflate", zlib.compress(body)),
        ("deflate", raw.compress(body) + raw.flush()),
        ("br", brotli.compress(body)),
        ("zstd", zstandard.compress(body)),
    ]


MARKS = {
    "utf-8": b"\xef\xbb\xbf",
    "utf-16le": b"\xff\xfe",
    "utf-16be": b"\xfe\xff",
    "utf-32le": b"\xff\xfe\x00\x00",
    "utf-32be": b"\x00\x00\xfe\xff",
}


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


GBK_JSON = ('{"msg":"' + CHINESE + '"}').encode("gbk")
UTF8_JSON = ('{"msg":"' + CHINESE + '"}').encode()

# case: (content type, body, detected, conversion, first bad UTF-8 offset, offset of failure)
HARD_CASES = {
    "UTF-8 cut inside its last character": ("application/json", UTF8_JSON[:-3], "utf-8", "failed", 119 + 3, 119 + 3),
    "UTF-8 with one character cut by bytes": (
        "application/json",
        UTF8_JSON[:22] + UTF8_JSON[23:],
        "utf-8",
        "failed",
        20,
        20,
    ),
    "an emoji as CESU-8 writes it": (
        "application/json",
        b'{"name":"\xe5\xb0\x8f\xe6\x98\x8e\xed\xa0\xbd\xed\xb8\x80"}',
        "utf-8",
        "failed",
        15,
        15,
    ),
    "GBK cut inside its last character": ("application/json", GBK_JSON[:-3], "gbk", "failed", 8, len(GBK_JSON) - 4),
    "GBK with one byte lost": (
        "application/json",
        GBK_JSON[:-2] + b"\xa3" + GBK_JSON[-2:],
        "gbk",
        "failed",
        8,
        len(GBK_JSON) - 2,
    ),
    "GBK pasted into UTF-8": (
        "application/json",
        UTF8_JSON[:-2] + "门店".encode("gbk") + b'"}',
        "utf-8",
        "failed",
        len(UTF8_JSON) - 2,
        len(UTF8_JSON) - 2,
    ),
    "GBK that the header calls UTF-8": ("application/json; charset=utf-8", GBK_JSON, "gbk", "lossless", 8, None),
    "GBK that the header calls Latin-1": ("text/html; charset=ISO-8859-1", GBK_JSON, "gbk", "lossless", 8, None),
    "Big5 that the header calls GBK": (
        "text/plain; charset=gbk",
        TAIWANESE.encode("big5"),
        "big5",
        "lossless",
        0,
        None,
    ),
    "UTF-8 that the header calls GBK": ("text/plain; charset=gbk", UTF8_JSON, "utf-8", "none", None, None),
    "UTF-16 that the header calls UTF-8": (
        "application/json; charset=utf-8",
        UTF8_JSON.decode().encode("utf-16-le"),
        "utf-16le",
        "lossless",
        0,
        None,
    ),
    "UTF-16 with half a character at the end": (
        "text/plain",
        b"\xff\xfe" + "时间到了\n".encode("utf-16-le")[:-1],
        "utf-16le",
        "failed",
        0,
        10,
    ),
    "UTF-16 with a lone surrogate": (
        "text/plain",
        b"\xff\xfe" + "时间".encode("utf-16-le") + b"\x3d\xd8" + b"a\x00",
        "utf-16le",
        "failed",
        0,
        6,
    ),
    "a BOM of UTF-8 before GBK": ("application/json", b"\xef\xbb\xbf" + GBK_JSON, "gbk", "lossless", 11, None),
    "the one GBK character that is UTF-8 too, declared": (
        "application/json; charset=gbk",
        '{"type":"通"}'.encode("gbk"),
        "gbk",
        "lossless",
        None,
        None,
    ),
    "bytes that are nothing at all": (
        "application/json",
        b'{"k":"\x9f\x81\xf5\xff\x8d\xd0\x90\xfe\x81\x9d"}',
        None,
        "failed",
        6,
        6,
    ),
}


@pytest.mark.parametrize("case", HARD_CASES)
def test_hard_cases(case):
    content_type, body, detected, conversion, first_bad, failed_at = HARD_CASES[case]
    for chunks in ([body], cut(body), cut(body, 3)):
        facts = judged(chunks, content_type)
        assert (facts.detected, facts.conversion.value) == (detected, conversion)
        assert (facts.first_bad_offset, facts.failed_offset) == (first_bad, failed_at)


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


@pytest.mark.parametrize(
    ("content_type", "body", "kind"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n" + bytes(50), "png"),
        ("application/json", b"\xff\xd8\xff\xe0" + bytes(50), "jpeg"),
        ("", b"PK\x03\x04" + bytes(50), "zip"),
        ("application/octet-stream", b"\x08\x96\x01\x12\x07testing\x1a\x03\x08\x96\x01", "protobuf"),
        ("application/x-protobuf", b"\x0a\x03abc", "binary"),
        ("", bytes(range(256)), "binary"),
    ],
)
def test_binary_answers_are_left_alone(content_type, body, kind):
    facts = judged(cut(body, 5), content_type)
    assert (facts.kind, facts.is_text, facts.detected, facts.conversion) == (kind, False, None, Conversion.NONE)


def test_text_without_a_type_is_judged_and_noise_is_not():
    assert judged(GBK_JSON, "").detected == "gbk"
    assert judged(UTF8_JSON, "application/octet-stream").is_text
    noise = b"\x9f\x81\xf5\xff\x8d\xd0\x90\xfe\x81\x9d"
    assert not judged(noise, "").is_text
    assert judged(noise, "application/json").conversion is Conversion.FAILED


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bad_compressed_data_is_said_and_never_raised(coding):
    packed = dict(compressed(UTF8_JSON * 50))[coding]
    assert judged(packed[:-6], coding=coding).coding_problem is Problem.TRUNCATED
    assert judged(b"not compressed at all" * 9, coding=coding).coding_problem is Problem.CORRUPT
    assert judged(b"", coding=coding).coding_problem is None
    assert judged(b"not compressed at all", coding=coding).kind == "unread"


def test_an_unknown_coding_is_said():
    facts = judged(UTF8_JSON, coding="aes128gcm")
    assert (facts.coding_problem, facts.kind, facts.judged_bytes) == (Problem.UNKNOWN_CODING, "unread", 0)


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


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace")),
        st.text(alphabet=CHINESE + JAPANESE + '<>{}"\n ', max_size=80).map(lambda text: text.encode("gb18030")),
        st.builds(lambda mark, body: mark * 2 + body, st.sampled_from(list(MARKS.values())), st.binary(max_size=60)),
    ),
    st.sampled_from(["", "text/html", "application/json; charset=gbk", "text/plain; charset=utf-16"]),
    st.sampled_from(["", "gzip", "deflate", "br", "zstd", "gzip, br"]),
    st.lists(st.integers(min_value=0, max_value=300), max_size=6),
    st.booleans(),
)
def test_any_bytes_give_facts_and_chunk_borders_change_nothing(body, content_type, coding, borders, honest):
    if honest:
        for name in filter(None, coding.split(", ")):
            body = dict(compressed(body))[name]
    at = [0, *sorted(min(border, len(body)) for border in borders), len(body)]
    chunks = [body[start:end] for start, end in zip(at, at[1:], strict=False)]
    whole = judged(body, content_type, coding)
    assert judged(chunks, content_type, coding) == whole
    assert judged(cut(body), content_type, coding) == whole
    if honest:
        assert whole.coding_problem is None


def test_a_block_may_end_inside_a_character():
    body = b"x" * (BLOCK_BYTES - 1) + CHINESE.encode("gbk") * 200
    assert judged(body).conversion is Conversion.LOSSLESS
    assert judged(body).first_bad_offset == BLOCK_BYTES - 1
