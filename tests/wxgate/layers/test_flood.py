"""What costs an HTTP/2 peer nothing is counted; what any client does is not."""

from types import SimpleNamespace

import pytest
from h2.events import RequestReceived
from h2.events import StreamReset
from h2.exceptions import DenialOfServiceError

from wxgate.layers.flood import MOST_EMPTY_FRAMES
from wxgate.layers.flood import MOST_RESETS
from wxgate.layers.flood import MOST_TAKEN_BACK_AT_ONCE
from wxgate.layers.flood import Flood
from wxgate.layers.flood import without_taken_back

HEADERS, DATA, PING, WINDOW_UPDATE = 1, 0, 6, 8


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


def frame(kind, data=b"", flags=()):
    return SimpleNamespace(type=kind, data=data, flags=flags)


@pytest.mark.parametrize("one", [frame(PING), frame(WINDOW_UPDATE), frame(DATA), frame(4), frame(0xEE)])
def test_frames_without_content_are_bounded_a_minute(one):
    clock = Clock()
    flood = Flood(clock)
    for _ in range(MOST_EMPTY_FRAMES):
        flood.frame(one)
    with pytest.raises(DenialOfServiceError):
        flood.frame(one)
    clock.now_s = 61.0
    flood.frame(one)


@pytest.mark.parametrize("one", [frame(HEADERS), frame(DATA, b"a"), frame(DATA, b"", {"END_STREAM"})])
def test_frames_with_content_are_not(one):
    flood = Flood(Clock())
    for _ in range(3 * MOST_EMPTY_FRAMES):
        flood.frame(one)


def test_a_window_for_each_frame_that_was_sent_is_none_of_them():
    flood = Flood(Clock())
    for _ in range(2 * MOST_EMPTY_FRAMES):
        flood.sent(16_384)
        flood.frame(frame(WINDOW_UPDATE))
        flood.frame(frame(WINDOW_UPDATE))


def test_resets_are_counted_a_minute():
    clock = Clock()
    flood = Flood(clock)
    flood.reset(MOST_RESETS)
    assert flood.limit is None
    flood.reset(200)
    assert flood.limit is not None and (flood.limit.limit, flood.limit.count) == (MOST_RESETS, MOST_RESETS + 200)
    clock.now_s = 61.0
    flood.reset()
    assert flood.limit is None


def request(stream_id):
    event = RequestReceived.__new__(RequestReceived)
    event.stream_id = stream_id
    return event


def reset(stream_id):
    event = StreamReset.__new__(StreamReset)
    event.stream_id = stream_id
    return event


def test_of_requests_that_come_and_go_in_one_piece_the_first_are_seen_and_the_rest_counted():
    kept = [request(1), *(each for number in range(3, 203, 2) for each in (request(number), reset(number)))]
    left, hidden = without_taken_back(kept)
    assert hidden == 100 - MOST_TAKEN_BACK_AT_ONCE
    assert left == kept[: 1 + 2 * MOST_TAKEN_BACK_AT_ONCE]
    few = kept[:21]
    assert without_taken_back(few) == (few, 0)
    only_begun = [request(number) for number in range(1, 201, 2)]
    assert without_taken_back(only_begun) == (only_begun, 0)
