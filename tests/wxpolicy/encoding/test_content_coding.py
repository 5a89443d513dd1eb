"""gzip, deflate, br and zstd undone: complete, cut short, damaged, nested, and as bombs."""

import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.encoding.content_coding import ContentDecoder
from wxpolicy.encoding.content_coding import Problem
from wxpolicy.encoding.content_coding import can_undo
from wxpolicy.encoding.content_coding import coding_names
from wxpolicy.encoding.ledger import Ledger

PLAIN = '{"城市":"成都","气温":26}'.encode() * 300 + bytes(range(256)) * 40


def raw_deflate(data: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return squeeze.compress(data) + squeeze.flush()


PACKERS = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "deflate with the zlib wrapper": ("deflate", zlib.compress),
    "deflate without": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
}


def undone(coding: str, body: bytes, step: int = 1 << 30) -> tuple[bytes, Problem | None]:
    decoder = ContentDecoder(coding)
    plain = b"".join(piece for at in range(0, len(body), step) for piece in decoder.feed(body[at : at + step]))
    plain += b"".join(decoder.finish())
    return plain, decoder.problem


@pytest.mark.parametrize("case", PACKERS)
@pytest.mark.parametrize("step", [1, 3, 1000, 1 << 30])
def test_each_coding_is_undone_however_it_is_cut(case, step):
    coding, pack = PACKERS[case]
    assert undone(coding, pack(PLAIN), step) == (PLAIN, None)


@pytest.mark.parametrize("case", PACKERS)
def test_every_early_end_is_noticed(case):
    coding, pack = PACKERS[case]
    packed = pack(b"hello, mini-program")
    assert undone(coding, packed) == (b"hello, mini-program", None)
    for end in range(1, len(packed)):
        plain, problem = undone(coding, packed[:end])
        assert problem is Problem.TRUNCATED, end
        assert b"hello, mini-program".startswith(plain)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate"])
def test_text_that_only_says_it_is_compressed_is_corrupt(coding):
    assert undone(coding, b'{"code":0,"msg":"ok"}' * 20)[1] is Problem.CORRUPT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", ""])
def test_an_empty_body_is_complete(coding):
    assert undone(coding, b"") == (b"", None)


def test_codings_are_undone_in_reverse_order():
    assert undone("gzip, br", brotli.compress(gzip.compress(PLAIN)), 11) == (PLAIN, None)
    assert undone("br, gzip", brotli.compress(gzip.compress(PLAIN)))[1] is Problem.CORRUPT


def test_gzip_may_have_several_members_and_padding_after_them():
    assert undone("gzip", gzip.compress(b"one ") + gzip.compress(b"two"), 1) == (b"one two", None)
    assert undone("gzip", gzip.compress(b"one") + bytes(700), 1) == (b"one", None)


def test_zstd_may_have_several_frames():
    assert undone("zstd", zstandard.compress(b"one ") + zstandard.compress(b"two"), 1) == (b"one two", None)


def test_a_coding_that_is_not_known_is_left_alone():
    assert undone("compress", b"\x1f\x9d\x90") == (b"", Problem.UNKNOWN_CODING)
    assert undone("gzip, rot13", gzip.compress(PLAIN)) == (b"", Problem.UNKNOWN_CODING)
    assert not can_undo("gzip, rot13")
    assert can_undo("GZIP , br")
    assert coding_names(" Identity, GZip ") == ("gzip",)


def bomb(coding: str) -> bytes:
    """64 MB of zeros, packed without ever holding them."""
    megabyte = bytes(1 << 20)
    if coding == "br":
        squeeze = brotli.Compressor(quality=5)
        return b"".join(squeeze.process(megabyte) for _ in range(64)) + squeeze.finish()
    if coding == "zstd":
        squeeze = zstandard.ZstdCompressor().compressobj()
    else:
        squeeze = zlib.compressobj(9, wbits=zlib.MAX_WBITS | (16 if coding == "gzip" else 0))
    return b"".join(squeeze.compress(megabyte) for _ in range(64)) + squeeze.flush()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd", "br"])
def test_a_bomb_is_judged_no_further_than_the_limit(coding):
    packed = bomb(coding)
    ledger = Ledger("application/json", coding, limit_bytes=1 << 20)
    tracemalloc.start()
    try:
        ledger.feed(packed)
        facts = ledger.finish()
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (facts.is_truncated, facts.judged_bytes, facts.wire_bytes) == (True, 1 << 20, len(packed))
    # One meta-block of br is the largest piece: 16 MiB, held twice where it is copied into blocks.
    assert peak_bytes < (40 << 20 if coding == "br" else 12 << 20)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(["gzip", "deflate", "br", "zstd", "br, gzip", "what", ""]),
    st.sampled_from(sorted(PACKERS)),
    st.integers(min_value=0, max_value=60),
    st.integers(min_value=1, max_value=50),
)
def test_no_bytes_raise_and_borders_change_nothing(body, coding, packer, damaged_at, step):
    packed = bytearray(PACKERS[packer][1](body))
    packed[damaged_at % len(packed)] ^= 0x55
    for data in (bytes(packed), body):
        assert undone(coding, data, step) == undone(coding, data)
