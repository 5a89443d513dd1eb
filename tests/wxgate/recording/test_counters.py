"""What passes unjudged is said once, and a stranger cannot make it be said without end."""

from wxgate.recording.counters import MOST_MISDECLARED
from wxgate.recording.counters import MOST_NAMES
from wxgate.recording.counters import Counters
from wxpolicy.terms import Text


def test_a_wrong_declaration_is_said_once_for_each_value_and_not_without_end():
    counters, said = Counters(), []
    counters.noticed.subscribe(said.append)
    for _ in range(2):
        for number in range(MOST_MISDECLARED + 5):
            counters.misdeclared(Text(f"值 {number}", f"value {number}"))
    assert [text.en for text in said] == [f"value {number}" for number in range(MOST_MISDECLARED)]


def test_a_foreign_mini_program_is_said_once_and_their_number_is_bounded():
    counters, said = Counters(), []
    counters.noticed.subscribe(said.append)
    for _ in range(2):
        for number in range(MOST_NAMES + 5):
            counters.foreign(f"wx{number:016}")
    assert len(said) == MOST_NAMES
