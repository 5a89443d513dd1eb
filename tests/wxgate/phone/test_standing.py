"""Which step a device stands at, by what is known of it; and what its page says of hostile words."""

from datetime import UTC
from datetime import datetime

import pytest

from testenv.page_sessions import HOSTILE
from testenv.session_records import record
from testenv.session_records import unlisted
from wxgate.phone.arrivals import MOST_DEVICES
from wxgate.phone.arrivals import Arrivals
from wxgate.phone.arrivals import Trust
from wxgate.phone.certificates import Authority
from wxgate.phone.rendering import Shown
from wxgate.phone.rendering import page
from wxgate.phone.standing import Known
from wxgate.phone.standing import Standing
from wxgate.phone.standing import standing_of
from wxgate.phone.visitor import System
from wxgate.phone.visitor import Visitor
from wxpolicy.terms import Outcome

GOOD, BAD = record(1), record(2, outcome=Outcome.FAIL, errno=5, errmsg="request:fail")
CASES = [
    ("no proxy", Known(False), Standing.NO_PROXY),
    ("proxied, nothing tried", Known(True), Standing.PROXIED),
    ("the certificate is missing", Known(True, Trust.REFUSED), Standing.NO_CERTIFICATE),
    ("it trusts another one", Known(True, Trust.OLDER), Standing.OLDER_CERTIFICATE),
    ("trusted", Known(True, Trust.TRUSTED), Standing.TRUSTED),
    ("calls", Known(True, Trust.TRUSTED, calls=(GOOD,)), Standing.SEEN),
    ("one of them failed", Known(True, Trust.TRUSTED, calls=(GOOD, BAD)), Standing.REFUSED),
    ("calls, though this browser does not trust it", Known(True, Trust.REFUSED, calls=(GOOD,)), Standing.SEEN),
]


@pytest.mark.parametrize(("case", "known", "expected"), CASES, ids=[each[0] for each in CASES])
def test_where_a_device_stands(case, known, expected):
    assert standing_of(known) is expected


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("known", [case[1] for case in CASES])
def test_no_word_of_the_wire_is_markup(lang, known):
    authority = Authority(b"", b"der", HOSTILE, datetime(2026, 1, 1, tzinfo=UTC))
    shown = Shown("10.0.0.2", Visitor(System.IOS), lang, "t", "10.0.0.1:8080", authority, "https://a/", "http://a/")
    hostile = record(9, unlisted("a.example.com"), url=f"https://a.example.com/{HOSTILE}?token=s3cr3t", appid=HOSTILE)
    told = page(shown, Known(known.is_through, known.trust, True, [HOSTILE], (), (hostile, *known.calls)))
    assert "<img" not in told and 'onerror="document' not in told and "\u202e" not in told and "s3cr3t" not in told
    assert told.count("<script") == 1


def test_what_works_with_debugging_on_alone_is_not_called_well():
    shown = Shown("10.0.0.2", Visitor(System.IOS), "en", "t", "10.0.0.1:8080", None, "https://a/", "http://a/")
    debug_only = record(3, unlisted("a.example.com"))
    assert debug_only.debug_only
    assert "Setup is complete" in page(shown, Known(True, Trust.TRUSTED, calls=(GOOD,)))
    assert "Setup is complete" not in page(shown, Known(True, Trust.TRUSTED, calls=(GOOD, debug_only)))


def test_each_step_is_said_once_and_devices_are_bounded():
    said = []
    arrivals = Arrivals(lambda text: said.append(text.en))
    for _ in range(3):
        arrivals.visited("10.0.0.2", System.IOS, is_through=False)
        arrivals.visited("10.0.0.2", System.IOS, is_through=True)
        arrivals.browser("10.0.0.2", Trust.OLDER)
        arrivals.browser("10.0.0.2", Trust.REFUSED)
    assert len(said) == 3 and arrivals.of("10.0.0.2").browser is Trust.OLDER
    for number in range(MOST_DEVICES):
        arrivals.fetched(f"10.1.{number // 256}.{number % 256}")
    assert len(arrivals.as_json()) == MOST_DEVICES and arrivals.of("10.0.0.2") is None
