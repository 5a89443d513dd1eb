import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxgate.steering.words import read_appid
from wxgate.steering.words import read_change
from wxgate.steering.words import read_device
from wxpolicy.state.lifecycle import Change

READERS = (read_change, read_device, read_appid)


@pytest.mark.parametrize(
    ("word", "change"),
    [
        ("background", Change.BACKGROUND),
        ("foreground", Change.FOREGROUND),
        ("pinned", Change.PINNED),
        ("pin", Change.PINNED),
        ("unpinned", Change.UNPINNED),
        ("unpin", Change.UNPINNED),
    ],
)
def test_words_for_states(word, change):
    assert read_change(word) is change


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("any", "any"),
        ("192.168.1.23", "192.168.1.23"),
        ("2001:DB8::0:1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
    ],
)
def test_devices_have_one_spelling(text, device):
    assert read_device(text) == device


@pytest.mark.parametrize(
    ("reader", "found"),
    [(read_change, "Background"), (read_change, None), (read_change, ["pin"]), (read_device, "192.168.1"), (read_device, 5),
     (read_device, ""), (read_appid, ""), (read_appid, "a" * 65), (read_appid, "wx<b>"), (read_appid, None), (read_appid, "wx\n")],
)  # fmt: skip
def test_mistakes_say_what_was_found(reader, found):
    with pytest.raises(ValueError, match="expected") as mistake:
        reader(found)
    assert repr(found) in str(mistake.value)


@settings(max_examples=100)
@given(st.one_of(st.text(), st.integers(), st.none(), st.lists(st.text()), st.binary()))
def test_whatever_is_said_is_read_or_refused(said):
    for reader in READERS:
        try:
            assert isinstance(reader(said), str)
        except ValueError as mistake:
            assert "expected" in str(mistake)
