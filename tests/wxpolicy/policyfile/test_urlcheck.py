import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.policyfile import read_url_check


@pytest.mark.parametrize(
    "text, switch",
    [
        pytest.param('{"setting": {"urlCheck": true}}', True, id="checked"),
        pytest.param('{"setting": {"urlCheck": false}}', False, id="skipped"),
        pytest.param('\ufeff{"setting": {"urlCheck": false}}', False, id="byte order mark"),
        pytest.param(b'{"setting": {"urlCheck": false}}', False, id="bytes"),
        pytest.param('{"setting": {}}', None, id="not said"),
        pytest.param('{"setting": {"urlCheck": "false"}}', None, id="a text is no switch"),
        pytest.param('{"setting": []}', None, id="setting is a list"),
        pytest.param("[]", None, id="not an object"),
        pytest.param("{", None, id="broken"),
        pytest.param(b"\xff", None, id="not UTF-8"),
        pytest.param("[" * 200_000, None, id="too deep"),
        pytest.param(" " * ((1 << 20) + 1) + "{}", None, id="too long"),
    ],
)
def test_the_devtools_switch(text, switch):
    assert read_url_check(text) is switch


@settings(max_examples=100, deadline=None)
@given(st.text() | st.binary())
def test_any_text_gives_an_answer(text):
    assert read_url_check(text) in (True, False, None)
