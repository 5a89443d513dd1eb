"""The product on a machine of its own (see machines): where phones, its operator and the internet are different machines."""

import os
import re
import sys
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path

from testenv.machines import PROXY
from testenv.machines import Network
from testenv.process import Program
from testenv.proxy import ROOT
from testenv.proxy import Proxy
from testenv.recorded import wait_until
from wxlab.lab import Lab

PORT, PAGE_PORT = 8080, 8081


class ProxyApart(Proxy):
    """Listens on every address of the network's proxy, IPv4 and IPv6; names are those of the network's hosts file."""

    ready_line = rf"^\s+{PROXY.replace('.', '[.]')}:(\d+)"

    def __init__(self, network: Network, lab: Lab, folder: Path, confdir: Path, **options) -> None:
        self.network = network
        super().__init__(lab, folder, confdir, **options)

    def command(self) -> list[str | Path]:
        return self.network.command(
            "proxy",
            [
                sys.executable, ROOT / "tests" / "testenv" / "run_here.py", ROOT / "scripts" / "run.py",
                "--policy", self.policy, "--listen", f":{PORT}", "--session", self.session, "--extra-root", self.root,
                "--page", f"127.0.0.1:{PAGE_PORT}", "--lang", "en", "--no-qr", *self.arguments,
                "--", "--set", f"confdir={self.confdir}", *self.mitmproxy,
            ],
        )  # fmt: skip

    def app(self, *words: str) -> str:
        """``scripts/app.py`` as the operator types it."""
        script = ROOT / "tests" / "testenv" / "run_here.py", ROOT / "scripts" / "app.py"
        return self.network.run(
            "proxy", sys.executable, *script, *words, "--page", f"127.0.0.1:{PAGE_PORT}", "--lang", "en"
        )

    @property
    def tunnels(self) -> list[dict[str, str]]:
        """What it printed for each phone's WireGuard app."""
        return [
            dict(re.findall(r"^  (\w+) = (.+)$", block, re.MULTILINE)) for block in self.output.split("[Interface]")[1:]
        ]


@contextmanager
def tunnel(network: Network, told: Mapping[str, str], folder: Path) -> Iterator[None]:
    """The phone's WireGuard app, with what run.py printed for it: all that the phone sends goes that way."""
    configuration = folder / "wg.conf"
    configuration.write_text(
        f"[Interface]\nPrivateKey = {told['PrivateKey']}\n[Peer]\nPublicKey = {told['PublicKey']}\n"
        f"AllowedIPs = {told['AllowedIPs']}\nEndpoint = {told['Endpoint']}\n"
    )
    # Its control socket lies in a folder that all namespaces share.
    name = f"wx{os.getpid()}"
    program = Program(["ip", "netns", "exec", network.name("phone"), "wireguard-go", "--foreground", name])
    try:
        assert wait_until(lambda: name in network.run("phone", "wg", "show", "interfaces")), program.text
        network.run("phone", "wg", "setconf", name, configuration)
        for address in told["Address"].split(", "):
            network.run("phone", "ip", "address", "add", address, "dev", name)
        network.run("phone", "ip", "link", "set", name, "up")
        for family in ("-4", "-6"):
            network.run("phone", "ip", family, "route", "replace", "default", "dev", name)
        yield
    finally:
        program.kill9()
        network.lead_out("phone")


@contextmanager
def redirect(network: Network) -> Iterator[None]:
    """The gateway's rules for a transparent proxy: what the phone sends to two ports, by IPv4 and IPv6."""
    rule = f'iifname "phone" tcp dport {{ 80, 443 }} redirect to :{PORT}'
    hook = "type nat hook prerouting priority dstnat;"
    given = f"table inet redirected {{\n chain prerouting {{\n {hook}\n {rule}\n }}\n}}\n"
    network.run("proxy", "nft", "-f", "-", given=given)
    try:
        yield
    finally:
        network.run("proxy", "nft", "delete", "table", "inet", "redirected")
