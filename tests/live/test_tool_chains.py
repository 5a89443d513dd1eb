"""Chains as the tools of real teams make them, live: each platform's verdict in release, and through in debug.

The layouts are bytes of our own after each tool; where the tool itself is on this machine, its output is tried too (slow).
"""

from datetime import UTC
from datetime import datetime
from types import SimpleNamespace

import pytest

from testenv.pki import tool_cases
from testenv.pki import tools
from testenv.pki.cases import all_cases
from testenv.pki.servers import pem
from testenv.pki.servers import serving
from testenv.recorded import one_record

AGENTS = {
    "ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50(0x18003237)",
    "android": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 MicroMessenger/8.0.50 MiniProgramEnv/android",
    "devtools": "Mozilla/5.0 (Macintosh) AppleWebKit/537.36 wechatdevtools/1.06.2402040 MicroMessenger/8.0.5",
}
# A call to localhost fails for its name, whatever its certificate.
LAYOUTS = [layout for layout in tool_cases.REFUSED if not layout.startswith("dotnet")]


class Chains:
    """Servers of all cases, and a proxy of each mode that trusts all their roots."""

    def __init__(self, cases, ports, shared_proxy, lab, folder):
        self.cases, self.ports, self.lab = cases, ports, lab
        roots = folder / "roots.pem"
        roots.write_text("".join(pem(root.der) for case in cases.values() for root in case.roots), "ascii")
        hosts = ", ".join(sorted({f"https://{case.host}" for case in cases.values()}))
        policy = f"appid: any\nscope: all\ndomains: {{request: [{hosts}]}}\n"
        self.proxies = {
            mode: shared_proxy(policy=policy, arguments=("--mode", mode, "--extra-root", str(roots)))
            for mode in ("release", "debug")
        }

    def refusing(self, name, mode) -> str:
        """The first letters of the platforms whose client gets no answer."""
        case, proxy = self.cases[name], self.proxies[mode]
        self.lab.place(case.host, 443, SimpleNamespace(port=self.ports[case.id]))
        self.lab.write_map(proxy.map)
        found = ""
        for platform, agent in AGENTS.items():
            marker = f"/{list(self.cases).index(name)}/{platform}"
            headers = {"User-Agent": agent, "Content-Type": "application/json"}
            answer = proxy.clients.python_request(f"https://{case.host}{marker}", headers=headers)
            record = one_record(proxy, marker)
            fails = record.release.outcome == "fail"
            assert record.debug.outcome == "success", (platform, record.findings)
            assert (answer.status is None) == (fails and mode == "release"), (platform, answer, record.findings)
            found += platform[0] * fails
        return found


@pytest.fixture(scope="module")
def chains(shared_proxy, whole_lab, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tools")
    cases = {case.id: case for case in all_cases(datetime.now(UTC), LAYOUTS)}
    with serving(list(cases.values()), folder) as ports:
        yield Chains(cases, ports, shared_proxy, whole_lab, folder)


@pytest.mark.parametrize("mode", ["release", "debug"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_tools_layout(chains, layout, mode):
    assert chains.refusing(layout, mode) == tool_cases.REFUSED[layout]


@pytest.mark.slow
@pytest.mark.parametrize("tool", tools.REFUSED)
def test_what_the_real_tool_makes(tool, shared_proxy, whole_lab, tmp_path):
    if why := tools.missing(tool):
        pytest.skip(why)
    case = tools.made_by(tool, tmp_path)
    with serving([case], tmp_path) as ports:
        made = Chains({tool: case}, ports, shared_proxy, whole_lab, tmp_path)
        assert {made.refusing(tool, mode) for mode in ("release", "debug")} == {tools.REFUSED[tool]}
