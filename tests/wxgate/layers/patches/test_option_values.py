"""Options have the values that they had, and nobody changes one by what he was given."""

from collections.abc import Sequence

import pytest
from mitmproxy.options import Options

from wxgate.layers.patches import option_values


@pytest.fixture
def _patched():
    undo = option_values.apply()
    yield
    undo()


def made():
    options = Options()
    options.add_option("a_text", str, "usual", "")
    options.add_option("a_list", Sequence[str], ["usual"], "")
    return options


def test_values_are_those_of_mitmproxy():
    options = made()
    before = {name: getattr(options, name) for name in options.keys()}
    undo = option_values.apply()
    try:
        assert {name: getattr(options, name) for name in options.keys()} == before
        options.update(a_text="set", a_list=["set"])
        assert (options.a_text, options.a_list) == ("set", ["set"])
        options.reset()
        assert (options.a_text, options.a_list) == ("usual", ["usual"])
    finally:
        undo()


@pytest.mark.usefixtures("_patched")
def test_a_list_is_still_a_copy():
    options = made()
    options.a_list.append("mine")
    assert options.a_list == ["usual"]
    options.update(a_list=["set"])
    options.a_list.append("mine")
    assert options.a_list == ["set"]


@pytest.mark.usefixtures("_patched")
def test_a_change_of_an_option_is_seen():
    options = made()
    assert not options._options["a_text"].has_changed()
    options.update(a_text="set")
    assert options._options["a_text"].has_changed()
