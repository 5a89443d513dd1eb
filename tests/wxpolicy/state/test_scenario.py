"""Invariant: any text gives a scenario or mistakes with a place in it, never another exception."""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.state.lifecycle import Change
from wxpolicy.state.scenario import LONGEST_MS
from wxpolicy.state.scenario import Scenario
from wxpolicy.state.scenario import Step
from wxpolicy.state.scenario import read_scenario

SHOP = "wx0123456789abcdef"


def steps_of(text):
    scenario, mistakes = read_scenario(text)
    assert mistakes == ()
    return scenario.steps


def the_mistake(text):
    scenario, mistakes = read_scenario(text)
    assert scenario is None
    assert len(mistakes) == 1, [mistake.in_lang("en") for mistake in mistakes]
    return mistakes[0]


def test_the_forms_of_a_step():
    text = f"""\
# a walk through the background
- {{at: 10s, device: any, state: background}}
- at: 10500ms
  device: 192.168.1.23
  appid: {SHOP}
  state: foreground
- at: 1m, device: any, state: pinned   # bare, as it is spoken
- {{"at": "90s", "state": "unpinned"}}
"""
    assert steps_of(text) == (
        Step(10_000, Change.BACKGROUND, "any", "any", 2),
        Step(10_500, Change.FOREGROUND, "192.168.1.23", SHOP, 3),
        Step(60_000, Change.PINNED, "any", "any", 7),
        Step(90_000, Change.UNPINNED, "any", "any", 8),
    )


def test_steps_are_in_the_order_of_time_and_else_of_the_file():
    text = "- {at: 2s, state: pinned}\n- {at: 1s, state: background}\n- {at: 2s, state: foreground}\n"
    assert [(step.at_ms, step.line) for step in steps_of(text)] == [(1000, 2), (2000, 1), (2000, 3)]


@pytest.mark.parametrize(
    "text, at_ms",
    [
        ("0s", 0), ("10s", 10_000), ("1500ms", 1500), ("2m", 120_000), ("1.5s", 1500), ("0.25m", 15_000),
        ("1440m", LONGEST_MS), ("007s", 7000), ("3.0ms", 3),
    ],
)  # fmt: skip
def test_times(text, at_ms):
    assert steps_of(f"- {{at: {text}, state: background}}")[0].at_ms == at_ms


@pytest.mark.parametrize(
    "text, instead",
    [
        ("10", "at: 10s or at: 10ms"),
        ("10 s", "at: 10s"),
        ("10S", "at: 10s"),
        ("3sec", "at: 3s"),
        ("5min", "at: 5m"),
        ("10秒", "at: 10s"),
        ("+4s", "at: 4s"),
        ("1.5", "at: 1.5s"),
        ("1.5ms", "at: 10s"),
        ("1h", "at: 10s"),
        ("-1s", "at: 10s"),
        ("soon", "at: 10s"),
        ("'1:30'", "at: 10s"),
        ("1441m", "at: 1440m"),
        ("999999999999m", "at: 1440m"),
        ("9999999999999999s", "at: 10s"),
        ("~", "at: 10s"),
        ("[1s]", "at: 10s"),
    ],
)
def test_a_time_that_is_none_gives_the_line_to_write(text, instead):
    mistake = the_mistake(f"- {{at: {text}, state: background}}")
    assert mistake.instead.en == instead
    assert mistake.line == 1


@pytest.mark.parametrize(
    "written, read",
    [("any", "any"), ("10.0.0.7", "10.0.0.7"), ("'::1'", "::1"), ('"FE80:0::1"', "fe80::1")],
)
def test_devices(written, read):
    assert steps_of(f"- {{at: 1s, device: {written}, state: background}}")[0].device == read


@pytest.mark.parametrize(
    "key, written, instead",
    [
        ("device", "my-phone", "device: any, or its IP address as in device: 192.168.1.23"),
        ("device", "192.168.1.0/24", "device: any, or its IP address as in device: 192.168.1.23"),
        ("device", "010.0.0.7", "device: any, or its IP address as in device: 192.168.1.23"),
        ("device", "ALL", "device: any"),
        ("device", "", "device: any"),
        ("appid", "WX0123456789ABCDEF", f"appid: {SHOP}"),
        ("appid", "wx123", "appid: any"),
        ("appid", "[]", "appid: any"),
    ],
)
def test_who_is_meant_must_be_clear(key, written, instead):
    assert the_mistake(f"- at: 1s\n  {key}: {written}\n  state: background\n").instead.en == instead


@pytest.mark.parametrize(
    "written, instead",
    [
        ("pin", "state: pinned"),
        ("unpin", "state: unpinned"),
        ("hide", "state: background"),
        ("Background", "state: background"),
        ("forground", "state: foreground"),
    ],
)
def test_a_state_that_is_none_gives_the_one_that_was_meant(written, instead):
    assert the_mistake(f"- {{at: 1s, state: {written}}}").instead.en == instead


@pytest.mark.parametrize(
    "text, place, said",
    [
        ("", (1, 1), "no steps"),
        ("# nothing\n", (1, 1), "no steps"),
        ("[]", (1, 1), "no steps"),
        ("at: 10s\nstate: background\n", (1, 1), "a scenario is a list"),
        ("background", (1, 1), "a scenario is a list"),
        ("- 10s background\n", (1, 3), "a step has"),
        ("-\n", (1, 2), "a step has"),
        ("- {state: background}", (1, 3), "lacks at"),
        ("- {at: 1s}", (1, 3), "lacks state"),
        ("- {at: 1s, state: pinned, stat: x}", (1, 27), "no key stat"),
        ("- {at: 1s, at: 2s, state: pinned}", (1, 12), "write each key once"),
        ("- {at: 1s, state: pinned\n", (1, 3), "lacks its }"),
        ("- {at: &a 1s, state: pinned}", (1, 8), "anchors"),
        ("- at:\n  state: pinned\n", (1, 3), "number with the unit"),
        (b"- {at: 1s, state: \xff}", (1, 19), "not UTF-8"),
    ],
)
def test_a_file_that_is_no_scenario_says_so_at_its_place(text, place, said):
    mistake = the_mistake(text)
    assert (mistake.line, mistake.column) == place
    assert said in mistake.in_lang("en")
    assert mistake.in_lang("zh").startswith(f"scenario.yaml:{place[0]}:{place[1]}: ")


def test_all_mistakes_come_at_once_with_the_name_of_the_file():
    _, mistakes = read_scenario("- {at: 1, state: hidden}\n- {device: x, state: pinned}\n- word\n", "walk.yaml")
    assert [(mistake.line, mistake.column) for mistake in mistakes] == [(1, 8), (1, 18), (2, 3), (2, 12), (3, 3)]
    assert {mistake.source for mistake in mistakes} == {"walk.yaml"}


def test_a_bare_step_is_read_as_its_braced_form_and_its_mistakes_stand_where_they_are_written():
    _, mistakes = read_scenario("- at: 10, device: phone, sate: x  # why not\n", "s")
    assert [(mistake.column, mistake.found) for mistake in mistakes] == [
        (3, ""),
        (7, "10"),
        (19, "phone"),
        (26, "sate"),
    ]


_PIECES = st.sampled_from(
    [
        "- ",
        "at: ",
        "10s",
        "state: ",
        "background",
        ", ",
        "\n",
        "  ",
        "{",
        "}",
        "device: ",
        "any",
        "#",
        "[",
        '"',
        "\t",
        "&a",
        "*a",
        "🙂",
        "\x85",
    ]
)


@settings(max_examples=200)
@given(st.lists(_PIECES, max_size=30).map("".join) | st.text(max_size=80) | st.binary(max_size=80))
def test_any_text_is_a_scenario_or_has_mistakes_in_it(text):
    scenario, mistakes = read_scenario(text)
    assert (scenario is None) == bool(mistakes)
    assert scenario is None or scenario.steps
    for mistake in mistakes:
        assert mistake.line >= 1 and mistake.column >= 1
        assert mistake.in_lang("zh") and mistake.in_lang("en")


_STEPS = st.builds(
    Step,
    st.integers(0, LONGEST_MS),
    st.sampled_from(Change),
    st.just("any") | st.ip_addresses().map(str),
    st.just("any") | st.from_regex(r"wx[0-9a-z]{16}", fullmatch=True),
)


@settings(max_examples=100)
@given(
    st.lists(_STEPS, min_size=1, max_size=6),
    st.sampled_from(
        ['- {{at: {}, state: {}, device: "{}", appid: {}}}', '- at: {}, state: {}, device: "{}", appid: {}']
    ),
)
def test_what_is_written_is_read_back(steps, form):
    text = "\n".join(form.format(f"{step.at_ms}ms", step.change.value, step.device, step.appid) for step in steps)
    expected = [Step(step.at_ms, step.change, step.device, step.appid, line) for line, step in enumerate(steps, 1)]
    assert read_scenario(text)[0] == Scenario(tuple(sorted(expected, key=lambda step: step.at_ms)))
