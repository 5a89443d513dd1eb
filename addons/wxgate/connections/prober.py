"""Probes the listed servers of a session, once each, and reports what a single handshake cannot show.

Off by default: it opens connections that no call has asked for.
"""

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import Callable

from mitmproxy import ctx
from mitmproxy.addonmanager import Loader

from wxgate.connections.probe import listed_targets
from wxgate.connections.probe import place_in
from wxgate.connections.probe import probe
from wxgate.connections.probes import Probes
from wxgate.connections.trust_source import TrustSource
from wxgate.start.policy_source import PolicySource
from wxpolicy.certificates.probe import Probed
from wxpolicy.certificates.probe import Target
from wxpolicy.certificates.probe import told
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Text

logger = logging.getLogger(__name__)

AT_ONCE = 4


class Prober:
    """Owns ``mp_probe``. ``notice`` is called with each result; ``found`` is for judging later handshakes."""

    def __init__(self, source: PolicySource, trust: TrustSource, notice: Callable[[Text], None]) -> None:
        self._source = source
        self._trust = trust
        self._notice = notice
        self._asked: set[Target] = set()
        self.found = Probes()
        self._waiting: queue.SimpleQueue[tuple[Target, Policy]] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        source.changed.subscribe(self._policy)

    def load(self, loader: Loader) -> None:
        loader.add_option("mp_probe", bool, False, "Probe the TLS of each listed server once.")

    def running(self) -> None:
        if not ctx.options.mp_probe or self._loop is not None:
            return
        self._loop = asyncio.get_running_loop()
        for _ in range(AT_ONCE):
            # A server that does not reply must not delay the end of the session.
            threading.Thread(target=self._work, name="prober", daemon=True).start()
        self._ask()

    def done(self) -> None:
        self._loop = None

    def _policy(self, at: float, text: str, policies: PolicySet) -> None:
        if self._loop is not None:
            self._ask()

    def _ask(self) -> None:
        for policy in self._source.policies:
            for target in listed_targets(policy):
                if target not in self._asked:
                    self._asked.add(target)
                    self._waiting.put((target, policy))

    def _work(self) -> None:
        while True:
            target, policy = self._waiting.get()
            loop = self._loop
            if loop is None:
                return
            try:
                # If several policies list it, the first one's.
                certificates = policy.certificates
                stores = self._trust.stores(certificates, self._source.folder)
                place = place_in(self._source.policies.hosts, target)
                found = probe(target, stores, certificates.platforms, connect_to=place)
            except Exception:
                logger.exception("%s could not be probed", target)
                continue
            with contextlib.suppress(RuntimeError):  # the session has ended meanwhile
                loop.call_soon_threadsafe(self._tell, found)

    def _tell(self, found: Probed) -> None:
        if self._loop is not None:
            self.found.add(found)
            self._notice(told(found))
