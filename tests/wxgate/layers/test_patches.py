"""What is replaced in mitmproxy: each is put in and taken out again, and lets go by itself where it is not needed."""

import importlib
import random
from types import SimpleNamespace

import pytest
from mitmproxy.http import MessageData
from mitmproxy.net import tls
from mitmproxy.proxy.layers.tls import TLSLayer
from OpenSSL import SSL

from wxgate.layers import patches
from wxgate.layers.checks import PATCHED
from wxgate.layers.own import Layers
from wxgate.layers.patches import message_checks
from wxgate.layers.patches import tls_output
from wxgate.layers.patches import tls_versions


def named(table):
    """Each name of the table with what it stands for just now."""
    found = {}
    for place, names in table.items():
        module, _, kind = place.partition(":")
        owner = importlib.import_module(module)
        owner = getattr(owner, kind) if kind else owner
        found.update({(place, name): getattr(owner, name) for name in names})
    return found


def raising(version):
    if version.name == "SSL3":
        raise SSL.Error([("SSL routines", "", "unknown ssl version")])
    return True


def test_each_patch_has_one_name_that_comes_back(monkeypatch):
    monkeypatch.setattr(tls, "is_supported_version", raising)
    before = named(PATCHED)
    own = Layers()
    own.load(None)
    during = named(PATCHED)
    assert all(before[name] is not during[name] for name in before)
    own.done()
    assert named(PATCHED) == before


def test_every_patch_says_why_and_with_which_versions():
    for patch in patches.ALL:
        assert "Why: " in patch.__doc__ and "Checked on 11.0.2" in patch.__doc__


def test_old_tls_versions_need_the_patch_only_where_asking_for_them_raises(monkeypatch):
    monkeypatch.setattr(tls, "is_supported_version", lambda version: True)
    assert not tls_versions.needed()
    monkeypatch.setattr(tls, "is_supported_version", raising)
    assert tls_versions.needed()
    undo = tls_versions.apply()
    assert not tls.is_supported_version(tls.Version.SSL3) and tls.is_supported_version(tls.Version.TLS1_2)
    assert not tls_versions.needed()
    undo()


def test_messages_are_made_without_a_look_at_their_types(monkeypatch):
    def mistaken():
        return MessageData(b"HTTP/1.1", None, b"", None, 0.0, None)

    assert message_checks.needed()
    with pytest.raises(TypeError):
        mistaken()
    undo = message_checks.apply()
    mistaken()
    undo()
    with pytest.raises(TypeError):
        mistaken()
    monkeypatch.delattr(MessageData, "__post_init__")
    assert not message_checks.needed()


class Waiting:
    """What TLS has to say, as a memory BIO gives it."""

    def __init__(self, size):
        self.left = random.Random(size).randbytes(size)

    def bio_read(self, most):
        if not self.left:
            raise SSL.WantReadError
        taken, self.left = self.left[:most], self.left[most:]
        return taken


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_700, tls_output.MOST_BYTES, tls_output.MOST_BYTES + 1, 500_000])
def test_tls_says_the_same_in_fewer_pieces(size):
    def said():
        layer = SimpleNamespace(tls=Waiting(size), conn="connection")
        return [command.data for command in TLSLayer.tls_interact(layer)]

    usual = said()
    undo = tls_output.apply()
    pieces = said()
    undo()
    assert b"".join(pieces) == b"".join(usual) and len(pieces) <= len(usual)
    assert said() == usual
