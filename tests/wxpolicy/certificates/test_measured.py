"""The devtools' column measured again: a real Chromium visits servers with odd chains, and the judge is asked for each.

Roots stand in a fresh NSS store under a home of its own; names are mapped to
loopback in the browser alone.
"""

from datetime import UTC
from datetime import datetime

import pytest

from testenv.pki.cases import all_cases
from testenv.pki.chromium import measure
from testenv.pki.chromium import missing
from testenv.pki.judged import fails_on
from testenv.pki.servers import pem
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge
from wxpolicy.certificates.trust import UnusableRoot
from wxpolicy.certificates.trust import build
from wxpolicy.certificates.trust import everywhere
from wxpolicy.terms import Platform

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(missing()), reason=f"cannot be measured here: {missing()}"),
]
_BY_BYTES = "NSS looks issuers up by the bytes of their names; the devtools' own stores fold them (golden a38, a39)"
# What this browser refuses and the judge does not, each with its reason.
FALSE_ACCEPTS = {
    "names of root and issuer: UTF8 and Printable": _BY_BYTES,
    "names of root and issuer: Printable in another case": _BY_BYTES,
    "names of root and issuer: UTF8 in another case": _BY_BYTES,
    "names of root and issuer: UTF8 with two blanks": _BY_BYTES,
    "names of root and issuer: BMP and UTF8": _BY_BYTES,
    "names of root and issuer: mail address in another case": _BY_BYTES,
}
# Of some 330; OpenSSL serves no certificate that it cannot read itself.
LEAST_MEASURED = 300
# One case in so many is measured each time; all of them take half a minute.
SAMPLE_EVERY = 16


def accepts(case, now: datetime) -> bool:
    try:
        stores = everywhere(build("the user's", [], [pem(root.der) for root in case.roots]))
    except UnusableRoot:
        return False
    handshake = Handshake(case.host, "TLSv1.3", "TLS_AES_128_GCM_SHA256")
    findings = judge(ServedChain(tuple(made.der for made in case.served)), handshake, now, stores)
    return not fails_on(findings, Platform.DEVTOOLS)


def compared(cases, now: datetime, folder):
    """What the browser said of each case that could be served, those it alone refuses, and those the judge alone refuses."""
    measured = measure(cases, folder)
    ours = {case.id: accepts(case, now) for case in cases if case.id in measured}
    false_accepts = {id_ for id_, error in measured.items() if error != "OK" and ours[id_]}
    false_violations = {id_ for id_, error in measured.items() if error == "OK" and not ours[id_]}
    return measured, false_accepts, false_violations


def test_a_sample_is_judged_as_a_real_chromium_does(tmp_path):
    now = datetime.now(UTC).replace(microsecond=0)
    measured, false_accepts, false_violations = compared(list(all_cases(now))[::SAMPLE_EVERY], now, tmp_path)
    assert len(measured) >= LEAST_MEASURED // SAMPLE_EVERY
    assert {error == "OK" for error in measured.values()} == {True, False}
    assert false_accepts <= set(FALSE_ACCEPTS) and false_violations == set(), measured


@pytest.mark.slow
def test_a_real_chromium_does_what_the_judge_says(tmp_path):
    now = datetime.now(UTC).replace(microsecond=0)
    measured, false_accepts, false_violations = compared(list(all_cases(now)), now, tmp_path)
    assert len(measured) >= LEAST_MEASURED
    assert false_accepts == set(FALSE_ACCEPTS), {id_: measured[id_] for id_ in false_accepts ^ set(FALSE_ACCEPTS)}
    assert false_violations == set()
