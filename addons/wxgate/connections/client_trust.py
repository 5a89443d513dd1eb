"""Clients that do not trust the proxy's certificate: reported in the session, and passed through where they are not
calls.

Other apps on a phone pin their certificates or ignore user CAs. In scope miniprogram, a host's connections are
forwarded without interception once its client has refused the certificate twice, so that the phone keeps working; a
host that a policy lists is always intercepted, and in scope all only hosts under ``exclude`` are forwarded.

A refusal from before the certificate was installed says nothing about later: with a device's first completed handshake
its refusals are forgotten, and every host is tried again after half an hour. A user may also have a host intercepted.
The phone's page tests the certificate under a name of its own, which is always intercepted.
"""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from mitmproxy import tls
from mitmproxy.proxy.context import Context

from wxgate.call.facts import device_of
from wxgate.phone.arrivals import Arrivals
from wxgate.phone.arrivals import Trust
from wxgate.phone.names import own_names
from wxgate.recording.counters import Counters
from wxgate.start.policy_source import PolicySource
from wxpolicy.call.standing import excludes_host
from wxpolicy.terms import Scope
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxpolicy.url.hosts import read_host

# One refusal may be a coincidence (an app that was being closed).
REFUSALS_BEFORE_PASSING = 2
MOST_PAIRS = 2000
TRIED_ANEW_AFTER_S = 1800.0


class ClientTrust:
    """``handshake`` is called with each refusal: (at, device, host, side, trouble); ``say`` with a device's first one,
    and with the first for each host that the policy lists."""

    def __init__(
        self,
        source: PolicySource,
        counters: Counters,
        handshake: Callable[[float, str, str, str, str], object],
        say: Callable[[Text], None],
        arrivals: Arrivals,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.source = source
        self.counters = counters
        self.handshake = handshake
        self.say = say
        self._refusals: Counter[tuple[str, str]] = Counter()
        self._refused_at: dict[tuple[str, str], float] = {}
        self._trusting: set[tuple[str, str]] = set()
        self._trusting_devices: set[str] = set()
        self._looked_into: set[str] = set()
        self._arrivals = arrivals
        self._now = now

    def tls_clienthello(self, data: tls.ClientHelloData) -> None:
        pair = _pair(data.context)
        if self._refusals[pair] and self._passes(pair) and pair[1] not in self._looked_into:
            data.ignore_connection = True
            self.counters.unopened(pair[1])

    def _passes(self, pair: tuple[str, str]) -> bool:
        """Whether a host is forwarded without interception for a device, unless a user wants it intercepted."""
        if self._refusals[pair] < REFUSALS_BEFORE_PASSING or pair in self._trusting:
            return False
        if self._now() - self._refused_at.get(pair, 0.0) >= TRIED_ANEW_AFTER_S:
            return False
        policies = self.source.policies
        policy = policies.nameless  # several policies are all for scope miniprogram
        is_nobodys = policy.scope is Scope.MINIPROGRAM or excludes_host(policy, pair[1])
        return is_nobodys and not policies.lists(pair[1]) and pair[1] not in own_names()

    def refusing(self, device: str) -> list[str]:
        """The hosts for which apps on a device refuse the proxy's certificate, in order of their first refusal."""
        return [
            host for of, host in self._refusals if of == device and self._refusals[of, host] and host not in own_names()
        ]

    def unopened(self) -> list[dict[str, Any]]:
        """The hosts that are forwarded without interception now, with their devices, and those that a user wants
        intercepted."""
        devices: dict[str, list[str]] = {host: [] for host in sorted(self._looked_into)}
        for device, host in list(self._refusals):
            if self._passes((device, host)):
                devices.setdefault(host, []).append(device)
        return [
            {"host": host, "devices": found, "looked_into": host in self._looked_into}
            for host, found in devices.items()
        ]

    def look_into(self, host: str, *, wanted: bool) -> None:
        """From the next connection on; ``wanted`` False returns the host to the default rule."""
        if not wanted:
            self._looked_into.discard(host)
        elif len(self._looked_into) < MOST_PAIRS:
            self._looked_into.add(host)

    def tls_established_client(self, data: tls.TlsData) -> None:
        pair = _pair(data.context)
        if len(self._trusting) < MOST_PAIRS:
            self._trusting.add(pair)
        if pair[0] not in self._trusting_devices and len(self._trusting_devices) < MOST_PAIRS:
            self._trusting_devices.add(pair[0])
            for refused in [known for known in self._refusals if known[0] == pair[0]]:
                del self._refusals[refused]
                self._refused_at.pop(refused, None)

    def tls_failed_client(self, data: tls.TlsData) -> None:
        trouble = data.conn.error or ""
        if "does not trust" not in trouble:
            return
        pair = _pair(data.context)
        if pair[1] in own_names():
            self._arrivals.browser(pair[0], Trust.REFUSED)
            if self._refusals[pair]:
                return  # the page retries
        if len(self._refusals) < MOST_PAIRS or pair in self._refusals:
            is_first = self.source.policies.lists(pair[1]) or not self._has_refused(pair[0])
            if not self._refusals[pair] and is_first and pair[1] not in own_names():
                self.say(_untrusting(*pair))
            self._refusals[pair] += 1
            self._refused_at[pair] = self._now()
            self.handshake(time.time(), *pair, "client", trouble)

    def _has_refused(self, device: str) -> bool:
        return any(known == device and count for (known, _), count in self._refusals.items())


def _untrusting(device: str, host: str) -> Text:
    shown = printable(host)
    if not read_host(host).has_plain_labels:
        return Text(
            f"{device} 上访问 {shown} 的应用拒绝了这个名称的证书：主机名不能有下划线，每段也不能以 - 开头或结尾，这样的名称也不能配置为服务器域名。请给服务器换一个域名",
            f"on {device}, the app that calls {shown} refuses a certificate for that name: a host name must not contain an underscore, or a label that starts or ends with a hyphen. It cannot be configured as a server domain either: use another name for the server",
        )
    return Text(
        f"{device} 上访问 {shown} 的应用不信任代理的证书：如果是要检查的小程序，请在这台设备上打开 http://miniprogram.test/ 安装证书并开启完全信任",
        f"on {device}, the app that calls {shown} does not trust the proxy's certificate: if it is the mini-program, open http://miniprogram.test/ on that device, install the certificate and trust it fully",
    )


def _pair(context: Context) -> tuple[str, str]:
    address = context.server.address
    host = context.client.sni or (address[0] if address else "")
    return (device_of(context.client), host.lower())
