"""What an upstream proxy spoils is not blamed on the server."""

import socket

import pytest

from testenv.proxy import BareProxy
from testenv.recorded import codes
from testenv.recorded import one_record

HOST = "api.example.com"
POLICY = f"""\
appid: any
scope: all
domains:
  request:      [https://{HOST}]
  uploadFile:   [https://{HOST}]
  downloadFile: [https://{HOST}]
"""


def behind(start_proxy, address, mode):
    return start_proxy(policy=POLICY, arguments=("--mode", mode), mitmproxy=("--mode", f"upstream:http://{address}"))


@pytest.fixture
def inspecting(lab, tmp_path):
    """A proxy that shows certificates of a CA of its own."""
    folder = tmp_path / "inspecting"
    folder.mkdir()
    proxy = BareProxy(lab, folder, folder / "its own CA")
    yield proxy.start()
    proxy.kill9()


@pytest.mark.parametrize(("mode", "status"), [("release", None), ("debug", 200)])
def test_a_proxy_that_inspects_tls_is_named(start_proxy, inspecting, lab, mode, status):
    proxy = behind(start_proxy, f"127.0.0.1:{inspecting.port}", mode)
    assert proxy.clients.python_request(f"https://{HOST}/json").status == status
    record = one_record(proxy, "/json")
    assert codes(record)[:2] == ["PROXY_LIMIT", "CERT_NOT_SEEN"]
    assert record.findings[0].data["proxy"] == f"http://127.0.0.1:{inspecting.port}"
    assert (record.release.outcome == "fail", record.debug.outcome) == (mode == "release", "success")
    assert lab.origin.paths() == ([] if status is None else ["/json"])


@pytest.mark.parametrize("mode", ["release", "observe"])
def test_a_dead_proxy_is_named(start_proxy, mode):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dead = f"127.0.0.1:{listener.getsockname()[1]}"
    proxy = behind(start_proxy, dead, mode)
    assert proxy.clients.python_request(f"https://{HOST}/json").failed
    record = one_record(proxy, "/json")
    assert codes(record) == ["PROXY_LIMIT"]
    assert record.findings[0].data["proxy"] == f"http://{dead}"
    assert (record.outcome, record.release.outcome) == ("fail", "success")


def test_a_proxy_that_tunnels_changes_nothing(start_proxy, start_bare_proxy, lab):
    tunnelling = start_bare_proxy(mitmproxy=("--ignore-hosts", ".*"))
    proxy = behind(start_proxy, f"127.0.0.1:{tunnelling.port}", "release")
    assert proxy.clients.python_request(f"https://{HOST}/json").status == 200
    record = one_record(proxy, "/json")
    assert not {"PROXY_LIMIT", "CERT_NOT_SEEN"} & set(codes(record))
