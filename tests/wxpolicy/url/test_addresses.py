import pytest

from wxpolicy.url.addresses import plain_address
from wxpolicy.url.addresses import plain_ip


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::FFFF:0a00:0001", "10.0.0.1"),
        ("FE80::1", "fe80::1"),
        ("any", "any"),
        ("", ""),
    ],
)
def test_an_address_has_one_spelling(address, plain):
    assert plain_address(address) == plain


def test_what_is_no_address_is_told():
    with pytest.raises(ValueError, match="any"):
        plain_ip("any")
