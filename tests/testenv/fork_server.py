"""Starts scripts in processes forked from one that has imported this project and mitmproxy, which is most of a start.

Run by testenv.forked: fork_server.py DESCRIPTOR, a socket on which each message asks for one start. It has no thread,
and opens nothing, so that what it forks is as new as an interpreter that has just imported the same.
"""

import gc
import io
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import time
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_MOST_BYTES = 1 << 20


def main() -> None:
    sys.path[:1] = [str(ROOT / "scripts"), str(ROOT / "addons")]
    import _venv

    _venv.enter = lambda: None
    for module in pkgutil.walk_packages([str(ROOT / "addons")]):
        if module.name.startswith("wx") and not module.name.endswith("__main__"):
            import_module(module.name)
    gc.freeze()
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who watches a script is not waited for
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _MOST_BYTES, 3)
        if not message:
            return
        if os.fork() == 0:
            break
        for each in descriptors:
            os.close(each)
    control.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    asked, (out, err, told) = json.loads(message), descriptors
    script = os.fork()
    if script:
        os.close(out)
        os.close(err)
        _watch(script, told)
    _become(asked, out, err)
    runpy.run_path(sys.argv[0], run_name="__main__")


def _watch(script: int, told: int) -> None:
    """Tells the number of the script's process, and at its end the status."""
    os.write(told, b"%d\n" % script)
    _, status = os.waitpid(script, 0)
    os.write(told, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(asked: dict, out: int, err: int) -> None:
    """What subprocess.Popen(start_new_session=True) and the interpreter's own start would have done."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, descriptor in enumerate((nothing, out, err)):
        os.dup2(descriptor, number)
    os.closerange(3, 1024)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    sys.argv = asked["command"]
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "utf-8").partition(":")
    is_unbuffered = "PYTHONUNBUFFERED" in os.environ
    sys.stdin = open(0, encoding=encoding)
    for number, name in ((1, "stdout"), (2, "stderr")):
        stream = io.TextIOWrapper(
            open(number, "wb", 0 if is_unbuffered else -1, closefd=False), encoding=encoding, errors=errors or "strict",
            line_buffering=number == 2, write_through=is_unbuffered,
        )  # fmt: skip
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


if __name__ == "__main__":
    main()
