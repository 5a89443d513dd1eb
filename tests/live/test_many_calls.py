"""A session of many calls: memory does not follow their number, and every one of them is in it."""

import json
import socket
import threading

from testenv.proxy import run_script
from testenv.received import until
from testenv.tunnel import open_tunnel

HOST = "api.example.com"
ASKED = f"GET /json?page=1 HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
CONNECTIONS = 4
# The caches of the first calls fill; behind them memory is flat.
WARM, MORE = 1_800, 1_200
# A record is some 3 KB. Kept in memory, they would take nearly twice as much.
MOST_MORE_MB = 2.0


def memory_mb(proxy) -> float:
    status = open(f"/proc/{proxy.program.process.pid}/status").read()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def make(connections: list[socket.socket], calls: int) -> None:
    def run(sock, count):
        for _ in range(count):
            sock.sendall(ASKED)
            until(sock, b"}")

    threads = [threading.Thread(target=run, args=(sock, calls // len(connections))) for sock in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_memory_is_flat_and_no_call_is_missing(start_proxy):
    proxy = start_proxy()
    proxy.is_replayed = False  # a hundred times the same
    connections = [open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443") for _ in range(CONNECTIONS)]
    make(connections, WARM)
    warm_mb = memory_mb(proxy)
    make(connections, MORE)
    assert memory_mb(proxy) - warm_mb < MOST_MORE_MB
    for sock in connections:
        sock.close()
    assert proxy.stop() == 0
    done = run_script("report.py", proxy.session, "--format", "json", "--lang", "en")
    assert (done.returncode, len(json.loads(done.stdout)["calls"])) == (0, WARM + MORE)
