"""What passes unjudged is said once, and a stranger cannot make it be said without end."""

import json

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
    counters, said, noticed = Counters(), [], []
    counters.counted.subscribe(said.append)
    counters.noticed.subscribe(noticed.append)
    for _ in range(2):
        for number in range(MOST_NAMES + 5):
            counters.foreign(f"wx{number:016}")
    assert len(said) == MOST_NAMES
    assert noticed == [], "the report names it with its count"


def test_what_an_option_passes_is_counted_by_host_said_once_and_bounded():
    counters, said = Counters(), []
    counters.noticed.subscribe(said.append)
    for _ in range(2):
        for number in range(MOST_NAMES + 5):
            counters.passed_by("ignore_hosts", f"host-{number}.example.com")
    counted = json.loads(counters.facts()["passed_by_option"])
    assert len(said) == len(counted) == MOST_NAMES
    assert counted["ignore_hosts host-0.example.com"] == 2 and "ignore_hosts" in said[0].en


def test_a_place_that_calls_are_sent_to_is_said_once():
    counters, said = Counters(), []
    counters.noticed.subscribe(said.append)
    for _ in range(3):
        counters.diverted("api.example.com:443", "127.0.0.1:8443")
    assert [text.en for text in said] == [
        "calls to api.example.com:443 are sent to 127.0.0.1:8443 by an option or another addon,"
        " and still judged as calls to api.example.com:443"
    ]
