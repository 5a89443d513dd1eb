"""Android's column held against a JDK's PKIX, walked as Conscrypt's trust manager walks it (testenv/pki/Pkix.java).

The JDK has no Conscrypt: what BoringSSL reads, and the host's name and the TLS
layer are not asked here.
"""

from datetime import UTC
from datetime import datetime

import pytest

from testenv.pki.cases import all_cases
from testenv.pki.pkix import ask
from testenv.pki.pkix import missing
from testenv.pki.servers import pem
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge
from wxpolicy.certificates.trust import build
from wxpolicy.certificates.trust import everywhere
from wxpolicy.terms import Platform

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=f"nobody to ask here: {missing()}")]
_BORINGSSL = "BoringSSL, which reads the certificate first on Android, refuses it"
# Where the judge refuses and the JDK alone would not.
STRICTER = {
    "server: algorithm with NULL inside": "BoringSSL's X509_verify compares the parameters as well",
    "server: time without seconds": _BORINGSSL,
    "server: time with an offset": _BORINGSSL,
    "server: version 1 with extensions": _BORINGSSL,
    "server: version 2 with extensions": _BORINGSSL,
    "server: P-224": "the TLS layer refuses it all the same (TLS_NOT_OFFERED)",
    "root: Ed25519": "not measured with Conscrypt; refused until it is",
}
# Where the JDK refuses and the judge does not.
LOOSER = {
    "root: duplicate extension": "Conscrypt reads such a root, and PKIX reads nothing of it but name and key",
    "server: key usage empty": "the judge refuses it too, for what the TLS layer asks of keyUsage",
}
_NOT_THE_CHAIN = {"no_digital_signature", "no_key_encipherment"}


def chain_is_refused(case, now: datetime) -> bool:
    """What the judge says, without the host's name and what the TLS layer asks of the key."""
    stores = everywhere(build("the user's", [], [pem(root.der) for root in case.roots]))
    handshake = Handshake(case.host, "TLSv1.3", "TLS_AES_128_GCM_SHA256")
    findings = judge(ServedChain(tuple(made.der for made in case.served)), handshake, now, stores, (Platform.ANDROID,))
    return any(
        found.fails
        and found.code not in ("CERT_NO_SAN", "TLS_NOT_OFFERED")
        and "wanted" not in found.data
        and found.data.get("reason") not in _NOT_THE_CHAIN
        for found in findings
    )


def test_a_jdks_pkix_does_what_the_judge_says_of_android(tmp_path):
    now = datetime.now(UTC).replace(microsecond=0)
    cases = list(all_cases(now))
    answers = ask(cases, tmp_path)
    assert len(answers) == len(cases) > 300
    refused = {case.id for case in cases if chain_is_refused(case, now)}
    accepted = {id_ for id_, answer in answers.items() if answer == "OK"}
    assert accepted & refused == set(STRICTER) & accepted, {id_: answers[id_] for id_ in accepted & refused}
    assert {id_ for id_ in answers if id_ not in accepted | refused} == set(LOOSER)
    assert set(STRICTER) <= refused
