"""A summary of parts is the same as one of all records, whatever its bounds leave out."""

import random
from dataclasses import replace

import pytest

from wxpolicy.finding import Code
from wxreport import parts
from wxreport import places
from wxreport import summary as whole
from wxreport.parts import add_part
from wxreport.parts import part_of
from wxreport.summary import Section
from wxreport.summary import Summary
from wxreport.summary import summarise


def shown(summary):
    """Everything, in its order."""
    causes = {section: list(found.items()) for section, found in summary.causes.items()}
    rest = replace(summary, met=None, causes={section: {} for section in Section})
    return rest, causes, list(summary.devices), {name: list(found) for name, found in summary.trust_stores.items()}


@pytest.fixture
def calls(record, finding):
    chosen = random.Random(5)
    found = []
    for _ in range(200):
        number = chosen.randrange(12)
        findings = [
            finding(chosen.choice([Code.DOMAIN_NOT_LISTED, Code.TIMEOUT]), subject=f"host-{chosen.randrange(12)}.cn")
            for _ in range(chosen.randrange(3))
        ]
        found.append(
            record(
                f"https://host.cn/{chosen.randrange(20)}",
                findings=findings,
                device=f"10.0.0.{number}",
                tls={"trust_stores": {"ios": f"store {number}"}},
            )  # fmt: skip
        )
    return found


@pytest.mark.parametrize("bounds", [{}, {"MOST_CAUSES": 5, "MOST_DEVICES": 4, "MOST_STORES": 3, "MOST_PLACES": 30}])
@pytest.mark.parametrize("size", [1, 4])
def test_a_summary_of_parts_is_the_same(calls, monkeypatch, size, bounds):
    for name, most in bounds.items():
        for module in (whole, parts):
            monkeypatch.setattr(module, name, most)
    if bounds:  # a portion has no more calls than a cause holds places
        monkeypatch.setattr(places, "MOST_PLACES_OF_A_CAUSE", 4)
    summary = Summary()
    for start in range(0, len(calls), size):
        part = part_of(calls[start : start + size])
        add_part(summary, part)
    assert shown(summary) == shown(summarise(calls))
    assert (summary.more_causes > 0) is bool(bounds)
