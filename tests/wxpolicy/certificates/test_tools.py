"""What the tools make that teams use for test CAs: right on each platform, by their layout and by the real tool."""

from datetime import UTC
from datetime import datetime

import pytest

from testenv.pki import tool_cases
from testenv.pki import tools
from testenv.pki.cases import all_cases
from testenv.pki.judged import fails_on
from testenv.pki.servers import pem
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge
from wxpolicy.certificates.trust import build
from wxpolicy.certificates.trust import everywhere
from wxpolicy.terms import Platform

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LAYOUTS = {case.id: case for case in all_cases(NOW, tool_cases.REFUSED)}


def refusing(case, now) -> str:
    """The first letters of the platforms that refuse it."""
    stores = everywhere(build("the user's", [], [pem(root.der) for root in case.roots]))
    handshake = Handshake(case.host, "TLSv1.3", "TLS_AES_128_GCM_SHA256")
    findings = judge(ServedChain(tuple(made.der for made in case.served)), handshake, now, stores)
    return "".join(platform.value[0] for platform in Platform if fails_on(findings, platform))


@pytest.mark.parametrize("layout", tool_cases.REFUSED)
def test_a_tools_layout(layout):
    assert refusing(LAYOUTS[layout], NOW) == tool_cases.REFUSED[layout]


@pytest.mark.slow
@pytest.mark.parametrize("tool", tools.REFUSED)
def test_what_the_real_tool_makes(tool, tmp_path):
    if why := tools.missing(tool):
        pytest.skip(why)
    assert refusing(tools.made_by(tool, tmp_path), datetime.now(UTC)) == tools.REFUSED[tool]
