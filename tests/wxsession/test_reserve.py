"""Room for a session's last words, and one writer a folder."""

import subprocess
import sys

import pytest

from wxsession import reserve
from wxsession.reserve import SIZE_BYTES
from wxsession.reserve import Reserve
from wxsession.store import InUse


def test_it_takes_room_until_it_is_given_free(tmp_path):
    held = Reserve(tmp_path)
    assert (tmp_path / ".reserve").stat().st_size == SIZE_BYTES
    held.give_free()
    assert not list(tmp_path.iterdir())
    held.give_free()


@pytest.mark.skipif(reserve.fcntl is None, reason="this system has no flock")
def test_a_second_one_is_refused_until_the_first_has_gone(tmp_path):
    first = Reserve(tmp_path)
    with pytest.raises(InUse):
        Reserve(tmp_path)
    assert (tmp_path / ".reserve").stat().st_size == SIZE_BYTES
    first.give_free()
    Reserve(tmp_path).give_free()


@pytest.mark.skipif(reserve.fcntl is None, reason="this system has no flock")
def test_one_that_was_killed_holds_nothing(tmp_path):
    script = "import os, pathlib, sys; from wxsession.reserve import Reserve; Reserve(pathlib.Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], env={"PYTHONPATH": ":".join(sys.path)}, check=False)
    assert (tmp_path / ".reserve").exists()
    Reserve(tmp_path).give_free()
