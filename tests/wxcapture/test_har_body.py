"""A body as an export holds it is the same the second time, and what unpacks to more is not kept for that."""

import gzip

import pytest

from wxcapture import har_body
from wxcapture.har_body import plain_body

BODIES = {
    "JSON": (b'{"ok": 1}', "application/json", "", '{"ok": 1}'),
    "GBK": ("完成了，请稍候再试".encode("gbk"), "text/plain; charset=gbk", "", "完成了，请稍候再试"),
    "gzip": (gzip.compress(b"some text"), "text/plain", "gzip", "some text"),
    "longer than what is kept": (b"a word " * 1000, "text/plain", "", "a word " * 1000),
    "no text": (bytes(range(128, 256)), "image/png", "", None),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_body_reads_the_same_twice(case):
    raw, kind, coding, text = BODIES[case]
    first, again = plain_body(raw, kind, coding), plain_body(raw, kind, coding)
    assert first == again and first.text == text


def test_a_body_is_read_by_its_type_each_time():
    raw = "完成".encode("gbk")
    assert plain_body(raw, "text/plain; charset=gbk", "").charset != plain_body(raw, "image/png", "").charset


def test_a_bomb_is_not_kept():
    har_body._of_before.cache_clear()
    bomb = gzip.compress(bytes(1_000_000))
    assert len(bomb) < 2000 and len(plain_body(bomb, "text/plain", "gzip").data) == 1_000_000
    assert har_body._of_before.cache_info().currsize == 0
