"""Another device that calls all the time while one attacks: its slowest call is what an attack costs everybody else."""

import threading
import time

from testenv.kept_alive import KeptAlive


class Neighbour:
    """A context manager. ``worst_s`` is its slowest call, ``failed`` those that did not get their answer."""

    def __init__(self, proxy, host: str = "api.example.com", *, source: str = "127.0.0.2") -> None:
        self.worst_s = 0.0
        self.calls = 0
        self.failed: list[str] = []
        self._client = KeptAlive(proxy, host, source=source, timeout_s=30)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._call, daemon=True)

    def _call(self) -> None:
        while not self._ends.is_set():
            began = time.perf_counter()
            answer = self._client.get("/json?neighbour")
            self.worst_s = max(self.worst_s, time.perf_counter() - began)
            self.calls += 1
            if answer.status != 200:
                self.failed.append(answer.error)
            time.sleep(0.005)

    def __enter__(self) -> "Neighbour":
        # Its connection and its certificate are there before anything begins.
        assert self._client.get("/json?neighbour").status == 200
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # What was begun is still worked on when its sender has gone.
        calls = self.calls
        while self.calls < calls + 3 and self._thread.is_alive():
            time.sleep(0.01)
        self._ends.set()
        self._thread.join(40)
        self._client.close()
