"""Each method of mitmproxy that a layer of ours overrides is made to raise: the call is refused with INTERNAL_ERROR.

Never an answer, never a client that waits, never a failure without a name.
"""

from pathlib import Path

import pytest

from testenv.proxy import POLICY
from testenv.recorded import codes
from testenv.recorded import one_record
from testenv.recorded import recorded
from testenv.recorded import wait_until
from testenv.steps import METHODS

BREAK_METHOD = Path(__file__).resolve().parents[1] / "testenv" / "break_method.py"
LISTED = "https://api.example.com"
LARGE = 8 * 1024 * 1024  # passes while it comes


def breakable_proxy(shared_proxy, file):
    loaded = ("-s", str(BREAK_METHOD), "--set", f"break_method={file}")
    proxy = shared_proxy(policy=POLICY, arguments=("--scope", "all"), mitmproxy=loaded)

    def break_(target):
        file.write_text(target, "utf-8")
        assert wait_until(lambda: file.with_suffix(".is").is_file() and file.with_suffix(".is").read_text() == target)

    proxy.break_ = break_
    return proxy


@pytest.fixture(scope="module")
def breakable(shared_proxy, tmp_path_factory):
    return breakable_proxy(shared_proxy, tmp_path_factory.mktemp("break") / "target")


@pytest.mark.parametrize("target", METHODS, ids=lambda target: target.partition(":")[2])
def test_the_call_is_refused_and_recorded(breakable, lab, target):
    http2_too = any(part in target for part in ("Http2", "LimitedH2"))
    is_of_large_bodies = "state_stream_response_body" in target
    path = f"/bytes?n={LARGE}&of=" if is_of_large_bodies else "/json?"
    proxy, mark = breakable, path + target.rpartition(":")[2]
    before = len(recorded(proxy))
    proxy.break_(target)
    answer = proxy.clients.curl(LISTED + mark, http2=http2_too, timeout_s=4)
    proxy.break_("")
    assert answer.kind == "network_error", answer
    assert "timed out" not in answer.error, "it waited for ever"
    assert wait_until(lambda: any("INTERNAL_ERROR" in codes(each) for each in recorded(proxy)[before:])), proxy.output
    for record in recorded(proxy)[before:]:
        assert record.release.outcome == "success" or "INTERNAL_ERROR" in codes(record), (record.url, codes(record))
    assert proxy.clients.curl(f"{LISTED}/json?right-again", http2=http2_too).status == 200
    assert proxy.program.process.poll() is None


def test_a_call_that_none_of_our_layers_carries_is_refused(shared_proxy, lab, tmp_path):
    # Before the first connection: its hooks are looked up once.
    proxy = breakable_proxy(shared_proxy, tmp_path / "target")
    proxy.break_("wxgate.layers.own:_NextLayer.next_layer")
    answer = proxy.clients.curl(f"{LISTED}/json?mitmproxys-own-layer", timeout_s=4)
    assert answer.kind == "network_error" and lab.origin.paths() == []
    assert codes(one_record(proxy, "mitmproxys-own-layer"))[0] == "INTERNAL_ERROR"
