"""The system lets the proxy open no more: one line says so, also in the report, and the proxy goes on when it can."""

import socket

import pytest

from testenv.proxy import Proxy
from testenv.recorded import facts
from testenv.recorded import wait_until

MOST = 90
POLICY = """\
appid: any
scope: all
domains:
  request: [https://api.example.com]
"""


class Confined(Proxy):
    def command(self):
        return ["sh", "-c", f'ulimit -n {MOST}; exec "$@"', "sh", *super().command()]


@pytest.fixture
def proxy(lab, confdir, tmp_path):
    with Confined(lab, tmp_path, confdir, policy=POLICY) as started:
        yield started


def test_used_up_descriptors_are_one_line(proxy, lab):
    assert proxy.clients.python_request("https://api.example.com/json").status == 200
    held = [socket.create_connection(("127.0.0.1", proxy.port)) for _ in range(MOST)]
    assert wait_until(lambda: "LIMIT_REACHED" in proxy.output)
    for sock in held:
        sock.close()
    answer = proxy.clients.python_request("https://api.example.com/json?after", timeout_s=10)
    assert answer.status == 200, answer
    assert proxy.stop() in (0, 1)
    assert len(proxy.output) < 6000 and "Traceback" not in proxy.output
    live, report = proxy.output.split("LIMIT_REACHED", 2)[1:]
    assert f"({MOST})" in live and "ulimit -n" in report
    assert [notice.en for notice in facts(proxy).notices if f"({MOST})" in notice.en]
