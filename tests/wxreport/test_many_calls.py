"""A long session costs time, not memory."""

import tracemalloc

from wxpolicy.call.record import SessionFacts
from wxreport import summary as summary_module
from wxreport.summary import summarise
from wxreport.text import render_text

CALLS = 6_000
HOSTS = 50


def test_records_are_read_one_at_a_time_and_let_go(record, finding, monkeypatch):
    """Peak memory does not depend on the number of calls; the URLs of a cause are kept up to a bound."""
    monkeypatch.setattr(summary_module, "MOST_PLACES", CALLS // 40)
    found = [finding(subject=f"host{number}.example.com") for number in range(HOSTS)]

    def records(count):
        for number in range(count):
            url = f"https://host{number % HOSTS}.example.com/商品/{number}"
            yield record(url, findings=[found[number % HOSTS]], device=f"10.0.0.{number % 7}")

    def peak_of(count):
        tracemalloc.start()
        summary = summarise(records(count))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak, summary

    few, _ = peak_of(CALLS // 20)
    many, summary = peak_of(CALLS)
    assert many < 2 * few + 100_000
    text = render_text(summary, SessionFacts("s"), "en")
    headline = text.split("\n")[0]
    assert str(HOSTS) in headline and str(CALLS) in headline


def test_hostile_hosts_do_not_fill_the_memory(record, finding):
    """Each call names another host: causes stop being kept, calls go on being counted."""
    summary = summarise(record(findings=[finding(subject=f"h{number}.example.com")]) for number in range(5000))
    assert summary.more_causes > 0
    text = render_text(summary, SessionFacts("s"), "zh")
    assert "5000" in text
