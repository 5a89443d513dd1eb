import pytest

from wxgate.page.server import read_page_address


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("127.0.0.1:8081", ("127.0.0.1", 8081)),
        ("127.0.0.2:0", ("127.0.0.2", 0)),
        ("localhost:80", ("127.0.0.1", 80)),
        ("[::1]:8081", ("::1", 8081)),
        ("off", None),
        ("", None),
    ],
)
def test_addresses_of_this_machine_alone(text, place):
    assert read_page_address(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0:8081",
        "[::]:8081",
        "192.168.1.2:80",
        "example.com:80",
        "8081",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:²",
    ],
)
def test_anything_else_is_a_mistake_that_shows_what_was_found(text):
    with pytest.raises(ValueError, match="expected") as mistake:
        read_page_address(text)
    assert repr(text) in str(mistake.value)
