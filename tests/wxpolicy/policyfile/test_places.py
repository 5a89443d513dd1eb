"""hosts, exclude and apis of policy.yaml: what they mean, and each mistake with its place and repair."""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.policy import DeclaredApi
from wxpolicy.policy import HostPlace
from wxpolicy.policyfile import read_policy
from wxpolicy.terms import Api

SMALL = "appid: any\nscope: all\ndomains: {request: [https://api.example.com]}\n"


def reading(text):
    return read_policy(SMALL + text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("10.0.0.5:8443", HostPlace("10.0.0.5", 8443)),
        ("10.0.0.5", HostPlace("10.0.0.5")),
        ("localhost:3000", HostPlace("localhost", 3000)),
        ("staging.example.com", HostPlace("staging.example.com")),
        ('"[::1]:8443"', HostPlace("::1", 8443)),
        ('"::1"', HostPlace("::1")),
    ],
)
def test_where_a_name_lives(text, place):
    found = reading(f"hosts:\n  API.example.com: {text}\n")
    assert found.mistakes == ()
    assert found.policy.hosts == {"api.example.com": place}


def test_what_a_url_is_called_by_the_longest_first():
    found = reading(
        "apis:\n  https://api.example.com/form: request\n  https://API.example.com:8443/form/file?x=1: uploadFile\n"
    )
    assert found.policy.apis == (
        DeclaredApi("https", "api.example.com", 8443, "/form/file?x=1", Api.UPLOAD_FILE),
        DeclaredApi("https", "api.example.com", 443, "/form", Api.REQUEST),
    )


def test_what_is_excluded():
    found = reading('exclude: ["*.google.com", stats.example.com, 10.0.0.9]\n')
    assert (found.policy.exclude, found.warnings) == (("*.google.com", "stats.example.com", "10.0.0.9"), ())


MISTAKES = [
    # hosts
    ("hosts: 10.0.0.5", "4:8", "hosts: {api.example.com: 10.0.0.5:8443}"),
    ("hosts: {https://api.example.com: 10.0.0.5}", "4:9", "api.example.com: 10.0.0.5"),
    ("hosts: {api.example.com:8443: 10.0.0.5}", "4:9", "api.example.com: 10.0.0.5"),
    ('hosts: {"*.example.com": 10.0.0.5}', "4:9", ": 10.0.0.5"),
    ("hosts: {10.0.0.4: 10.0.0.5}", "4:9", ": 10.0.0.5"),
    ("hosts: {api.example.com: https://10.0.0.5:8443/x}", "4:26", "api.example.com: 10.0.0.5"),
    ("hosts: {api.example.com: 10.0.0.5:99999}", "4:26", "api.example.com: 10.0.0.5:8443"),
    ("hosts: {api.example.com: a@10.0.0.5}", "4:26", "api.example.com: 10.0.0.5"),
    ("hosts: {api.example.com: }", "4:9", "api.example.com: 10.0.0.5"),
    ("hosts:\n  api.example.com: 10.0.0.5\n  API.example.com: 10.0.0.6\n", "6:3", "only one of the two lines"),
    # apis
    ("apis: [https://api.example.com]", "4:7", "apis: {https://api.example.com/form: request}"),
    ("apis: {api.example.com/form: request}", "4:8", "https://api.example.com: request"),
    ("apis: {wss://api.example.com/form: request}", "4:8", "https://api.example.com: request"),
    ("apis: {https://api.example.com/form: upload}", "4:38", "https://api.example.com/form: uploadFile"),
    ("apis: {https://api.example.com/form: connectSocket}", "4:38", "request"),
    (
        "apis:\n  https://api.example.com/x: request\n  https://api.example.com:443/x: uploadFile\n",
        "6:3",
        "only one of the two lines",
    ),
    # exclude
    ("exclude: google.com", "4:10", "exclude: [google.com]"),
    ("exclude: [https://google.com]", "4:11", "google.com"),
    ("exclude: [stats.example.com:443]", "4:11", "stats.example.com"),
    ('exclude: ["*google.com"]', "4:11", "example.com"),
    ('exclude: ["*.10.0.0.5"]', "4:11", '"*.10.0.0.5"'),
    ("exclude: [api.example.com]", "4:11", "delete this item"),
    ('exclude: ["*.example.com"]', "4:11", "delete this item"),
    ("exclude: [f.example.org]\napis: {https://f.example.org/: request}", "4:11", "delete this item"),
]


@pytest.mark.parametrize(("text", "place", "instead"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_a_mistake_says_where_and_what_to_write(text, place, instead):
    found = reading(text)
    (mistake,) = found.mistakes
    assert found.policy is None
    assert f"{mistake.line}:{mistake.column}" == place
    assert instead in mistake.instead.en
    assert mistake.expected.zh and mistake.expected.en


def test_excluding_has_no_effect_where_only_a_mini_program_is_judged():
    found = read_policy("appid: any\ndomains: {request: [https://api.example.com]}\nexclude: [stats.example.com]\n")
    (warning,) = found.warnings
    assert (warning.line, warning.instead.en) == (3, "scope: all")


@pytest.mark.parametrize(("wrong", "meant"), [("host", "hosts"), ("excludes", "exclude"), ("api", "apis")])
def test_a_misspelled_key_is_told(wrong, meant):
    (mistake,) = reading(f"{wrong}: {{}}\n").mistakes
    assert f"did you mean {meant}?" in mistake.instead.en


@settings(deadline=None)
@given(st.sampled_from(["hosts", "apis", "exclude"]), st.text(max_size=80), st.text(max_size=80))
def test_nothing_that_is_written_there_raises(key, name, value):
    def quoted(text):
        return "'" + text.replace("'", "''").replace("\n", " ") + "'"

    reading(f"{key}: [{quoted(name)}]\n")
    reading(f"{key}: {{{quoted(name)}: {quoted(value)}}}\n")
