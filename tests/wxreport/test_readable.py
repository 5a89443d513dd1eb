"""URLs are shown as their developer wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpolicy.text.printable import printable
from wxreport.readable import readable_url


@pytest.mark.parametrize(
    ("case", "url", "expected"),
    [
        ("chinese", "https://a.com/%E5%95%86%E5%93%81?q=%e5%90%8d", "https://a.com/商品?q=名"),
        ("ascii stays escaped", "https://a.com/%2e%2e/%20%00", "https://a.com/%2e%2e/%20%00"),
        ("no utf-8", "https://a.com/%C9%CC", "https://a.com/%C9%CC"),
        ("a bidi override", "https://a.com/%E2%80%AE", "https://a.com/%E2%80%AE"),
        ("cut", "https://a.com/%E5%95", "https://a.com/%E5%95"),
    ],
)
def test_readable(case, url, expected):
    assert readable_url(url) == expected, case


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_decoded(text):
    assert readable_url(printable(text)).isprintable()
