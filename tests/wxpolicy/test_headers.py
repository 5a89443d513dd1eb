"""One value a name, whatever the lines of a header were."""

from wxpolicy.headers import joined


def test_lines_of_one_name_are_one_value_in_their_order():
    lines = [("Accept", "a"), ("Host", "x"), ("accept", "b"), ("ACCEPT", "")]
    assert joined(lines) == {"accept": "a, b, ", "host": "x"}
    assert list(joined(lines)) == ["accept", "host"]


def test_no_lines_are_no_headers():
    assert joined([]) == {}
