"""``encoding: apply``: the converted stream, for any chunk borders."""

import gzip
import json

import brotli
import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.editions import EDITIONS
from wxpolicy.editions import Edition
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.encoding.facts import Conversion
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.encoding.transform import HOLD_BYTES
from wxpolicy.encoding.transform import Utf8Transform
from wxpolicy.encoding.transform import header_changes

TEXT = '{"msg":"您的预约已确认，请准时到店，祝您生活愉快"}'
BOM = b"\xef\xbb\xbf"


def through(
    body: bytes,
    content_type: str = "application/json",
    coding: str = "",
    edition: Edition = WECHAT_2017,
    step: int = 1 << 30,
) -> tuple[bytes, int | None]:
    transform = Utf8Transform(content_type, coding, edition)
    out = b"".join(piece for at in range(0, len(body), step) for piece in transform.feed(body[at : at + step]))
    out += b"".join(transform.finish())
    return out, transform.failed_offset


@pytest.mark.parametrize("step", [1, 2, 5, 1 << 30])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (TEXT.encode(), "application/json"),
        (TEXT.encode("gbk"), "application/json"),
        (TEXT.encode("gbk"), "application/json; charset=gb2312"),
        (TEXT.encode("gbk"), "application/json; charset=utf-8"),
        (TEXT.encode("gbk"), "text/html; charset=iso-8859-1"),
        (TEXT.encode("gb18030"), "text/plain; charset=gb18030"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "application/json"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "application/json; charset=utf-8"),
        (TEXT.encode("utf-16-le"), "application/json"),
        (TEXT.encode("utf-32-be"), "application/json"),
        (BOM + TEXT.encode(), "application/json"),
        (BOM + TEXT.encode("gbk"), "application/json"),
        (TEXT.encode(), "text/event-stream"),
        (b"{}", "application/json"),
        (b"", "application/json"),
    ],
)
def test_what_comes_out_is_utf8_without_a_bom(body, content_type, step):
    expected = TEXT.encode() if len(body) > 2 else body
    assert through(body, content_type, step=step) == (expected, None)


def test_seven_bit_charsets_are_converted_where_they_are_declared():
    text = "本日は閉店しました。"
    assert through(text.encode("iso2022_jp"), "text/plain; charset=iso-2022-jp", step=3) == (text.encode(), None)


@pytest.mark.parametrize(("edition", "left"), [(WECHAT_2017, 0), (WECHAT_CURRENT, 2)])
@pytest.mark.parametrize("step", [1, 4, 1 << 30])
def test_one_bom_is_taken_away_today_and_every_one_in_2017(edition, left, step):
    assert through(BOM * 3 + TEXT.encode(), edition=edition, step=step) == (BOM * left + TEXT.encode(), None)
    wide = b"\xff\xfe" * 3 + TEXT.encode("utf-16-le")
    assert through(wide, edition=edition, step=step) == (BOM * left + TEXT.encode(), None)


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("br", brotli.compress)])
def test_compressed_bodies_come_out_plain(coding, pack):
    assert through(pack(TEXT.encode("gbk")), coding=coding, step=3) == (TEXT.encode(), None)
    out, failed_at = through(pack(TEXT.encode())[:-4], coding=coding)
    assert TEXT.encode().startswith(out)
    assert failed_at is not None


@pytest.mark.parametrize("step", [1, 3, 1 << 30])
def test_what_cannot_be_converted_passes_from_there_on_as_it_is(step):
    good = TEXT.encode()
    assert through(good + b"\xff\xfe" + good, step=step) == (good + b"\xff\xfe" + good, len(good))
    gbk = TEXT.encode("gbk")
    assert through(gbk + b"\xff\xff" + gbk, "text/plain; charset=gbk", step=step)[0].endswith(b"\xff\xff" + gbk)
    assert through(good[:-3], step=step) == (good[:-3], len(good) - 5)


def test_an_image_that_is_called_text_stays_an_image():
    image = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3
    assert through(image, "text/html", step=7) == (image, None)


def test_ascii_and_events_are_sent_on_at_once():
    events = Utf8Transform("text/event-stream")
    assert b"".join(events.feed("data: 好\n\n".encode())) == "data: 好\n\n".encode()
    plain = Utf8Transform("application/json")
    assert b"".join(plain.feed(b'{"a":1,"b":"long enough"')) == b'{"a":1,"b":"long enough"'
    assert b"".join(plain.feed(b',"c":2')) == b',"c":2'


def test_no_more_is_held_back_than_is_said():
    transform = Utf8Transform("application/json")
    unclear = b'{"k":"................' + "é".encode("latin-1") + b"x" * (HOLD_BYTES - 1)
    assert len(b"".join(transform.feed(unclear))) >= len(unclear)


def test_the_headers_follow_the_body():
    changes = header_changes("text/html; charset=gbk", "gzip")
    assert changes is not None
    assert changes.set == (("content-type", "text/html; charset=utf-8"),)
    assert {"content-length", "content-encoding", "etag"} <= set(changes.remove)
    plain = header_changes("application/json", "")
    assert plain is not None
    assert "content-encoding" not in plain.remove


@pytest.mark.parametrize(
    ("content_type", "coding"),
    [("image/png", ""), ("", ""), ("application/octet-stream", ""), ("text/html", "compress")],
)
def test_what_is_not_surely_text_is_left_alone(content_type, coding):
    assert header_changes(content_type, coding) is None


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")),
        st.text(alphabet=TEXT + "商品订单支付", max_size=60).map(lambda text: text.encode("gbk")),
        st.binary(max_size=40).map(lambda body: BOM * 2 + body),
    ),
    st.sampled_from(["application/json", "text/html; charset=big5", "text/event-stream", "text/plain; charset=utf-8"]),
    st.sampled_from(list(EDITIONS.values())),
    st.lists(st.integers(min_value=0, max_value=200), max_size=5),
)
def test_chunk_borders_change_nothing(body, content_type, edition, borders):
    transform = Utf8Transform(content_type, edition=edition)
    at = [0, *sorted(min(border, len(body)) for border in borders), len(body)]
    chunks = [body[start:end] for start, end in zip(at, at[1:], strict=False)]
    out = b"".join(piece for chunk in chunks for piece in transform.feed(chunk)) + b"".join(transform.finish())
    assert (out, transform.failed_offset) == through(body, content_type, edition=edition)


@pytest.mark.parametrize(
    ("codec", "words"),
    [
        ("gbk", "下单成功啦"),
        ("big5", "訂單已成立"),
        ("cp932", "注文を受け付けました"),
        ("euc_jp", "注文を受け付けました"),
        ("euc_kr", "주문이 접수되었습니다"),
        ("cp1251", "заказ оформлен"),
        ("koi8_r", "заказ оформлен"),
        ("tis_620", "สั่งซื้อสำเร็จแล้ว"),
    ],
)
def test_the_stream_and_the_ledger_agree(codec, words):
    body = json.dumps({"msg": words}, ensure_ascii=False).encode(codec)
    ledger = Ledger("application/json")
    ledger.feed(body)
    assert ledger.finish().conversion is Conversion.LOSSLESS
    assert json.loads(through(body)[0])["msg"] == words
