"""A race that starts late ends as one that ran from the beginning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpolicy.encoding.charsets import CHARSETS
from wxpolicy.encoding.charsets import GBK
from wxpolicy.encoding.charsets import UTF_8
from wxpolicy.encoding.charsets import WIDE
from wxpolicy.encoding.race import HELD_BYTES
from wxpolicy.encoding.race import LateRace
from wxpolicy.encoding.race import Race

CHINESE = "你好，小程序".encode("gbk")
RACERS = tuple(charset for charset in CHARSETS if charset.multibyte and charset is not UTF_8 and charset not in WIDE)


def offsets(race, blocks):
    for block in blocks:
        race.feed(block)
    race.feed(b"", True)
    return {
        charset.name: race.first_bad_offset(charset)
        for charset in CHARSETS
        if charset in RACERS or not charset.multibyte
    }


@given(st.lists(st.binary(max_size=40) | st.just(CHINESE), max_size=6), st.integers(0, 100))
def test_it_knows_what_a_race_from_the_beginning_knows(blocks, offset):
    assert offsets(LateRace(RACERS, offset), blocks) == offsets(Race(RACERS, offset), blocks)


@pytest.mark.parametrize("asked_after", [0, 1, 2])
def test_it_may_be_asked_at_any_time(asked_after):
    late, blocks = LateRace(RACERS, 0), [CHINESE, CHINESE + b"\xff", CHINESE]
    for number, block in enumerate(blocks):
        if number == asked_after:
            late.first_bad_offset(GBK)
        late.feed(block)
    assert late.first_bad_offset(GBK) == 2 * len(CHINESE)


def test_it_holds_no_more_than_its_limit():
    late = LateRace(RACERS, 0)
    for _ in range(HELD_BYTES // len(CHINESE) * 3):
        late.feed(CHINESE)
        assert sum(len(block) for block, _ in late._held) < HELD_BYTES
    assert late.first_bad_offset(GBK) is None
