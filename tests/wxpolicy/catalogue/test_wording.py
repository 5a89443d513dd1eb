"""A finding can be told in both languages whatever its data is: as documented, hostile, or not all there."""

import json
import re
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.catalogue import entry
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import from_prose
from wxpolicy.terms import Text

CHINESE = re.compile(r"[\u4e00-\u9fff]")
QUOTED = re.compile(r"「[^」]*」|\"[^\"]*\"|（小程序后台）|\(小程序后台\)")
LEFT_OPEN = re.compile(r"\{[a-z_]+\}")
# What is missing is shown as "?", and a sentence that was put together badly has these.
PUT_TOGETHER_BADLY = re.compile(
    r"\?|\bNone\b|\bTrue\b|\bFalse\b| {2}|。。|\.\.(?!\.)|：：|: :|,,| ,| \.|（）|(?<!\w)\(\)"
)


def examples_of(code):
    """The data that a catalogue file's docstring documents, one a line."""
    about = import_module(f"wxpolicy.catalogue.{code.lower()}").__doc__
    _, _, lines = about.partition("\nexamples:\n")
    return [json.loads(line) for line in lines.splitlines() if line.strip()]


EXAMPLES = [(code, data) for code in Code for data in examples_of(code)]
IDS = [f"{code}-{data.get('reason', data.get('what', data.get('stage', '')))}" for code, data in EXAMPLES]
XML = re.compile(r"<\?xml [^?]*\?>")
HOSTILE = [
    "{host}{0}{self.code}%s%(x)d",
    "\u202eevil\u202c\u0007\x1b[31m",
    "x" * 100_000,
    "\ud800",
    "</p><script>alert(1)</script>",
    "",
]


def words(code, data):
    finding = Finding(code, data)
    return message_of(finding), fix_of(finding)


def test_every_code_documents_its_data():
    assert {code for code, _ in EXAMPLES} == set(Code)
    for code in Code:
        about = import_module(f"wxpolicy.catalogue.{code.lower()}").__doc__
        assert about.startswith(f"{code}: ") and "\ndata: " in about, code


@pytest.mark.parametrize(("code", "data"), EXAMPLES, ids=IDS)
def test_documented_data_makes_sentences_in_both_languages(code, data):
    for text in words(code, data):
        assert CHINESE.search(text.zh), text.zh
        assert not CHINESE.search(QUOTED.sub("", text.en)), text.en
        for said in text:
            assert not LEFT_OPEN.search(said) and not PUT_TOGETHER_BADLY.search(XML.sub("", said)), said
            assert said.isprintable() and said == said.strip(), said


@pytest.mark.parametrize(("code", "data"), EXAMPLES, ids=IDS)
def test_a_fix_is_a_sentence(code, data):
    fix = fix_of(Finding(code, data))
    assert fix.en[0].isupper() or fix.en[0] in '`"', fix.en
    assert fix.en.endswith((".", ")")) and fix.zh.endswith(("。", "）")), fix


@pytest.mark.parametrize(("code", "data"), EXAMPLES, ids=IDS)
def test_the_data_is_json_and_comes_back_as_it_was(code, data):
    finding = Finding(code, data)
    assert json.loads(json.dumps(finding.data)) == data
    assert finding.severity is entry(code).severity and finding.clause == entry(code).clause


@pytest.mark.parametrize("hostile", HOSTILE, ids=["braces", "bidi", "long", "surrogate", "markup", "empty"])
@pytest.mark.parametrize(("code", "data"), EXAMPLES, ids=IDS)
def test_a_hostile_value_is_only_a_value(code, data, hostile):
    """It is neither read as a template nor obeyed by a terminal, and a sentence stays one that can be read."""
    for name in data:
        for text in words(code, data | {name: hostile}):
            for said in text:
                assert said and said.isprintable() and len(said) < 4000
                assert "{self.code}%s%(x)d" not in said or "{host}{0}{self.code}%s%(x)d" in said


@pytest.mark.parametrize(("code", "data"), EXAMPLES, ids=IDS)
def test_what_is_missing_or_of_another_kind_leaves_a_sentence(code, data):
    for name in data:
        less = {key: value for key, value in data.items() if key != name}
        for other in (less, *(data | {name: value} for value in (None, 7, 1.5, True, [], {}, [1, None], {"a": []}))):
            for text in words(code, other):
                assert text.zh and text.en
    assert all(text.zh and text.en for text in words(code, {}))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(list(Code)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["code", "data", "host", "where", "api", "causes", "index"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EXAMPLES), st.data())
def test_any_data_at_all_is_told(example, draw):
    code, data = example
    changed = {name: draw.draw(ANYTHING) for name in data}
    for text in words(code, changed):
        assert text.zh and text.en and text.zh.isprintable() and text.en.isprintable()


def test_a_hop_inside_a_hop_is_not_followed():
    inner = {"host": "a.com", "status": 302, "to": "https://a.com", "reason": "refused", "causes": []}
    for _ in range(2000):
        inner = inner | {"causes": [{"code": "REDIRECT_NOT_LISTED", "data": inner}]}
    assert "a.com" in message_of(Finding(Code.REDIRECT_NOT_LISTED, inner)).en


def test_words_of_an_earlier_version_stay_as_they_were():
    finding = from_prose(
        Code.TIMEOUT,
        Text("太慢{host}。", "Too {host} slow."),
        Text("快些。", "Be quick."),
        "seed-2017 §2",
        subject="a.com",
    )
    assert message_of(finding) == ("太慢{host}。", "Too {host} slow.") and fix_of(finding).en == "Be quick."
    assert (finding.subject, finding.clause) == ("a.com", "seed-2017 §2")


UNCONNECTED = [
    ("[Errno -2] Name or service not known", "api.example.com cannot be reached: its name does not resolve to an address"),
    ("[Errno 111] Connect call failed ('10.0.0.5', 443)", "api.example.com cannot be reached: the connection was refused"),
    ("[Errno 61] Connect call failed ('::1', 443, 0, 0)", "api.example.com cannot be reached: the connection was refused"),
    ("[Errno 113] Connect call failed ('10.0.0.5', 443)", "api.example.com cannot be reached: there is no route to it"),
    ("connection closed", "The server gave no complete answer: connection closed"),
    ("", "The server gave no complete answer"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "expected"), UNCONNECTED, ids=[each[0] or "nothing known" for each in UNCONNECTED])
def test_the_systems_words_for_a_connection_that_did_not_come_about_are_ours(error, expected):
    finding = Finding(Code.NETWORK_ERROR, {"host": "api.example.com", "reason": "server", "error": error})
    assert message_of(finding).en == expected
    assert "Errno" not in message_of(finding).zh
