"""One value a name, whatever the lines of a header were."""

import time

from wxpolicy.call.headers import joined


def test_lines_of_one_name_are_one_value_in_their_order():
    lines = [("Accept", "a"), ("Host", "x"), ("accept", "b"), ("ACCEPT", "")]
    assert joined(lines) == {"accept": "a, b, ", "host": "x"}
    assert list(joined(lines)) == ["accept", "host"]


def test_no_lines_are_no_headers():
    assert joined([]) == {}


def test_many_lines_of_one_name_take_no_long_time():
    lines = [("Set-Cookie", "a" * 100)] * 40_000
    began = time.process_time()
    assert len(joined(lines)["set-cookie"]) == 40_000 * 102 - 2
    assert time.process_time() - began < 1
