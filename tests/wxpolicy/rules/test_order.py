"""Rules are found by their files, run in a stated order, and have one shape."""

import inspect
from importlib import import_module
from pkgutil import iter_modules

import pytest

import wxpolicy.rules
from wxpolicy.rules.order import discover
from wxpolicy.rules.stage import Stage

# What several rules share; order and stage say how they run.
NO_RULES = {"lan", "listing", "names", "order", "stage"}
RULES = sorted({found.name for found in iter_modules(wxpolicy.rules.__path__)} - NO_RULES)


def names(stage):
    return [rule.__name__.rpartition(".")[2] for rule in discover(stage)]


def test_the_deepest_cause_comes_first():
    assert names(Stage.TARGET)[:7] == [
        "url_invalid", "scheme", "host_is_localhost", "host_is_ip", "host_reserved", "port", "domain_list",
    ]  # fmt: skip
    assert names(Stage.RESPONSE_HEAD)[:2] == ["redirect", "status"]
    assert names(Stage.BODY)[:2] == ["charset", "file_too_large"]


def test_every_rule_stands_at_one_stage():
    assert sorted(name for stage in Stage for name in names(stage)) == RULES


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_what_passes_and_what_does_not(name):
    rule = import_module(f"wxpolicy.rules.{name}")
    assert any(head in rule.__doc__ for head in ("\nPasses:\n", "\nSays nothing:\n", "\nNotes:\n")), name
    assert any(head in rule.__doc__ for head in ("\nFails:\n", "\nWarns:\n", "\nNotes:\n")), name
    assert inspect.isgeneratorfunction(rule.check)


@pytest.mark.parametrize("stage", [Stage.TARGET, Stage.RESPONSE_HEAD, Stage.BODY])
def test_the_rules_of_a_stage_are_asked_alike(stage):
    asked = {tuple(inspect.signature(rule.check).parameters) for rule in discover(stage)}
    assert len(asked) == 1
