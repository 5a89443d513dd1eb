"""The gate's own code is made to raise, step by step: not one byte of a call reaches a faulty origin or an unlisted host."""

from pathlib import Path

import pytest

from testenv.elsewhere import FAULTS
from testenv.elsewhere import HOST
from testenv.elsewhere import UNLISTED
from testenv.elsewhere import WAYS
from testenv.elsewhere import Elsewhere
from testenv.elsewhere import Way
from testenv.recorded import recorded
from testenv.recorded import wait_until
from testenv.steps import BEFORE_ANYTHING_LEAVES
from testenv.steps import METHODS
from testenv.steps import ON_THE_CONNECTION
from testenv.steps import UPSTREAMS
from testenv.steps import WITHOUT_A_BYTE_OF_HTTP

BREAK_METHOD = Path(__file__).resolve().parents[1] / "testenv" / "break_method.py"
STEPS = (*BEFORE_ANYTHING_LEAVES, *WITHOUT_A_BYTE_OF_HTTP, *METHODS, *ON_THE_CONNECTION)
OFTEN = {f"{UPSTREAMS}:_shown", f"{UPSTREAMS}:begin", "wxgate.layers.own:Layers.failed",
         "wxgate.layers.http_layer:OwnHttpLayer._look_at_permit", "wxgate.call.execution:Execution.feed"}  # fmt: skip


# SETTINGS, PING, GOAWAY, WINDOW_UPDATE: how a connection of HTTP/2 begins and ends, with nothing of a call in it.
_OF_THE_CONNECTION = (4, 6, 7, 8)
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def of_calls(received: bytes) -> bytes:
    """What is left of a connection's bytes without those with which HTTP/2 begins."""
    if not received.startswith(_PREFACE):
        return received
    rest = received[len(_PREFACE) :]
    while len(rest) >= 9 and rest[3] in _OF_THE_CONNECTION and len(rest) >= 9 + int.from_bytes(rest[:3], "big"):
        rest = rest[9 + int.from_bytes(rest[:3], "big") :]
    return rest


class Breakable(Elsewhere):
    """Calls are sent elsewhere by another addon, and one function of the product is broken."""

    def __init__(self, start, lab, folder):
        self.target = folder / "target"
        arguments = ("-s", str(BREAK_METHOD), "--set", f"break_method={self.target}")
        super().__init__(Way(arguments, WAYS["server_connect"].script), start, lab, folder)

    def break_(self, target):
        self.target.write_text(target, "utf-8")
        done = self.target.with_suffix(".is")
        assert wait_until(lambda: done.is_file() and done.read_text("utf-8") == target), self.proxy.output[-2000:]


@pytest.fixture(scope="module")
def breakable(shared_proxy, whole_lab, tmp_path_factory):
    made = Breakable(shared_proxy, whole_lab, tmp_path_factory.mktemp("breakable"))
    made.proxy.is_replayed = False  # what could not be recorded live was not broken offline
    return made


@pytest.mark.parametrize(
    "step", [step if step in OFTEN else pytest.param(step, marks=pytest.mark.slow) for step in STEPS]
)
def test_no_byte_leaves_while_a_step_raises(breakable, lab, step):
    for protocol in ("HTTP/1.1", "HTTP/2", "WebSocket"):
        for fault in ("CERT_SELF_SIGNED", UNLISTED):
            host = UNLISTED if fault == UNLISTED else HOST
            leaf = lab.issuing.issue(HOST, UNLISTED) if fault == UNLISTED else FAULTS[fault](lab)
            with breakable.server(leaf, protocol) as server:
                breakable.goes_to(server)
                breakable.break_(step)
                answer = breakable.call(protocol, host, f"/{protocol[-3:].replace('/', '')}-{fault}?{step}", 2)
                breakable.break_("")
                assert answer.kind != "answered", (protocol, fault)
                assert [sent for sent in map(of_calls, server.received) if sent] == [], (protocol, fault)
    assert breakable.proxy.program.process.poll() is None
    with breakable.server(lab.issuing.issue(HOST), "HTTP/1.1") as server:
        breakable.goes_to(server)
        assert breakable.call("HTTP/1.1", HOST, f"/mended?{step}").status == 200
    assert recorded(breakable.proxy, f"/mended?{step}")
