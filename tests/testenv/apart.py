"""The product on a machine of its own (see machines): where phones, its operator and the internet are different machines."""

import sys
from pathlib import Path

from testenv.machines import PROXY
from testenv.machines import Network
from testenv.proxy import ROOT
from testenv.proxy import Proxy
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
