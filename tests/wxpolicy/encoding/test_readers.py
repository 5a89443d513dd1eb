"""The parts that every byte passes: blocks, the UTF-8 check, strict readers, detection, UTF-16 without a BOM."""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.encoding.blocks import Blocks
from wxpolicy.encoding.charsets import BIG5
from wxpolicy.encoding.charsets import CHARSETS
from wxpolicy.encoding.charsets import GBK
from wxpolicy.encoding.charsets import SINGLE_BYTE
from wxpolicy.encoding.charsets import UTF_8
from wxpolicy.encoding.charsets import WIDE
from wxpolicy.encoding.charsets import find_charset
from wxpolicy.encoding.choice import choose
from wxpolicy.encoding.detect import Guess
from wxpolicy.encoding.detect import detect
from wxpolicy.encoding.race import Race
from wxpolicy.encoding.utf8 import Utf8Check
from wxpolicy.encoding.wide import wide_without_bom


@settings(max_examples=100)
@given(st.lists(st.binary(max_size=30), max_size=8), st.integers(min_value=1, max_value=20))
def test_blocks_are_the_body_at_fixed_offsets(chunks, size):
    blocks = Blocks(size)
    found = [block for chunk in chunks for block in blocks.cut(chunk)]
    rest = blocks.rest()
    assert b"".join(found) + rest == b"".join(chunks)
    assert all(len(block) == size for block in found)
    assert len(rest) < size


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from([b"a", "é".encode(), "汉".encode(), "𠮷".encode(), b"\xff", b"\xed\xa0\x80", b"\xe6"]),
        max_size=9,
    )
)
def test_the_first_bad_byte_is_where_python_says(parts):
    body = b"".join(parts)
    check = Utf8Check()
    for at in range(len(body)):
        check.feed(body[at : at + 1])
    check.finish()
    try:
        body.decode()
    except UnicodeDecodeError as mistake:
        assert check.first_bad_offset == mistake.start
        assert check.is_cut_at_end == (mistake.reason == "unexpected end of data")
    else:
        assert check.first_bad_offset is None
        assert check.continuation_bytes == len(body) - len(body.decode())


def test_a_body_that_was_left_early_is_not_cut():
    check = Utf8Check()
    check.feed("汉".encode()[:2])
    check.finish(is_whole=False)
    assert check.first_bad_offset is None


MULTIBYTE = [charset for charset in CHARSETS if charset.multibyte and charset is not UTF_8 and charset not in WIDE]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40), st.integers(min_value=1, max_value=5))
def test_a_race_is_won_by_whoever_reads_it_all(body, step):
    race = Race(MULTIBYTE, 0)
    for at in range(0, len(body), step):
        race.feed(body[at : at + step])
    race.feed(b"", is_last=True)
    for charset in (*MULTIBYTE, *SINGLE_BYTE):
        assert (race.first_bad_offset(charset) is None) == any(_reads(body, codec) for codec in charset.codecs)


def _reads(body: bytes, codec: str) -> bool:
    try:
        body.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def test_a_race_says_where_in_the_body_a_charset_fails():
    race = Race([GBK], 100)
    race.feed("时间".encode("gbk") + b"\xb5")
    race.feed(b"\x20abc")
    assert race.first_bad_offset(GBK) == 104
    latin = find_charset("windows-1252")
    assert latin is not None
    race.feed(b"\x81")
    assert race.first_bad_offset(latin) == 109


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_guess_that_can_be_used_or_none(body):
    guess = detect(body)
    if guess is not None:
        assert 0.0 < guess.confidence <= 1.0
        body.decode(guess.charset.codecs[0], "replace")
    assert detect(body) == guess


def test_a_damaged_text_is_still_known():
    text = "本店所有商品支持七天无理由退货，运费由商家承担。".encode("gbk")
    guess = detect(b'{"brief":"' + text[:11] + b'...","full":"' + text + b'"}')
    assert guess is not None
    assert guess.charset is GBK


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_two_and_four_bytes_a_character_show_without_a_bom(codec):
    for text in ('{"code":0,"msg":"库存不足"}', "<a>Заказ принят</a>", "第一章\n　　春天来了，院子里的花都开了。"):
        found = wide_without_bom(text.encode(codec))
        assert found is not None
        assert found.codecs[0] == codec


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"code":0}',
        "库存不足".encode(),
        "库存不足，请稍后".encode("gbk"),
        b"\x08\x96\x01\x12\x07testing\x1a\x03\x08\x96\x01",
        bytes(range(256)),
        bytes(64),
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isom",
    ],
)
def test_what_is_not_wide(body):
    assert wide_without_bom(body) is None


LATIN_1 = find_charset("iso-8859-1")
KOI8_R = find_charset("koi8-r")


@pytest.mark.parametrize(
    ("declared", "guess", "unreadable", "expected"),
    [
        pytest.param(None, Guess(GBK, 0.3), (), "gbk", id="nothing declared"),
        pytest.param(GBK, None, (), "gbk", id="nothing guessed"),
        pytest.param(BIG5, Guess(GBK, 0.9), (), "gbk", id="plainly something else"),
        pytest.param(BIG5, Guess(GBK, 0.3), (), "big5", id="a weak guess against a declaration"),
        pytest.param(BIG5, Guess(GBK, 0.9), (GBK,), "big5", id="a guess that cannot be read"),
        pytest.param(BIG5, Guess(GBK, 0.3), (BIG5,), "gbk", id="a declaration that cannot be read"),
        pytest.param(BIG5, Guess(KOI8_R, 0.7), (BIG5,), "big5", id="damaged, and anything may be Russian"),
        pytest.param(BIG5, Guess(KOI8_R, 0.9), (BIG5,), "koi8-r", id="damaged, and surely Russian"),
        pytest.param(LATIN_1, Guess(KOI8_R, 0.9), (), "iso-8859-1", id="two single-byte charsets"),
        pytest.param(LATIN_1, Guess(GBK, 0.9), (), "gbk", id="the default of an old container"),
        pytest.param(UTF_8, Guess(GBK, 0.4), (), "gbk", id="said to be UTF-8"),
        pytest.param(UTF_8, None, (), None, id="nothing at all"),
    ],
)
def test_declared_or_detected(declared, guess, unreadable, expected):
    chosen = choose(declared, guess, lambda charset: charset not in unreadable)
    assert (chosen.charset.name if chosen else None) == expected
