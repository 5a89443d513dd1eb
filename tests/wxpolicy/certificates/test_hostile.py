"""Any bytes give findings, never an exception; a hostile chain gives them in bounded time."""

from collections import Counter
from datetime import UTC
from functools import cache
from time import process_time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import PublicFormat
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from testenv.pki.certificates import NULL
from testenv.pki.encode import bit_string
from testenv.pki.encode import integer
from testenv.pki.encode import oid
from testenv.pki.encode import sequence
from testenv.pki.judged import fails_on
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.certificates import judge as judge_module
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.facts import Unreadable
from wxpolicy.certificates.judge import MAX_CERTIFICATES
from wxpolicy.certificates.judge import judge
from wxpolicy.certificates.parse import MAX_CERTIFICATE_BYTES
from wxpolicy.certificates.parse import parse
from wxpolicy.certificates.path import MAX_SIGNATURE_CHECKS
from wxpolicy.certificates.remembered import Remembered
from wxpolicy.certificates.signing import signed_by
from wxpolicy.certificates.trust import everywhere
from wxpolicy.certificates.x500 import as_apple
from wxpolicy.certificates.x500 import as_boringssl
from wxpolicy.certificates.x500 import as_java
from wxpolicy.certificates.x500 import coarse
from wxpolicy.terms import Platform

pytestmark = pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
FUZZ = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
BOUND_S = 0.05


@FUZZ
@given(st.binary(max_size=400))
def test_any_bytes_are_unreadable(pki, data):
    assert isinstance(parse(data), Unreadable)
    findings = pki.judge([data])
    assert [finding.code.value for finding in findings] == ["CERT_UNREADABLE"]
    assert all(fails_on(findings, platform) for platform in Platform)


@FUZZ
@given(st.lists(st.binary(max_size=60), max_size=6), st.text(max_size=30))
def test_any_chain_and_any_host_give_a_refusal(pki, ders, host):
    findings = pki.judge(ders, host=host)
    assert all(fails_on(findings, platform) for platform in Platform)


@cache
def sound(pki):
    return pki.leaf(aia="http://ca.example.com/x.crt", key="rsa:2048").der, pki.intermediate.der


@FUZZ
@given(
    st.integers(0, 1),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4),
    st.integers(0, 40),
)
def test_a_mutated_certificate_is_never_accepted(pki, which, changes, cut):
    chain = list(sound(pki))
    mutated = bytearray(chain[which])
    for position, value in changes:
        mutated[position % len(mutated)] = value
    chain[which] = bytes(mutated[: len(mutated) - cut] if cut < 10 else mutated)
    findings = pki.judge(chain)
    for finding in findings:
        assert (
            message_of(finding).en.isprintable()
            and message_of(finding).zh.isprintable()
            and fix_of(finding).en.isprintable()
        )
    assert fails_on(findings, Platform.ANDROID) is (tuple(chain) != sound(pki))


@FUZZ
@given(st.datetimes(timezones=st.just(UTC)))
def test_any_time_gives_a_verdict(pki, now):
    chain = ServedChain(tuple(made.der for made in pki.served()))
    leaf = parse(chain.der[0])
    findings = judge(chain, Handshake(pki.host, "TLSv1.3"), now, everywhere(pki.trust()))
    assert fails_on(findings, Platform.ANDROID) is not (leaf.not_before <= now < leaf.not_after)


def test_one_byte_short_or_over_is_refused(pki):
    good = pki.served()
    for der in (good[0].der[:-1], good[0].der + b"\x00"):
        assert fails_on(pki.judge([der, good[1]]), Platform.ANDROID)


def test_an_oversized_certificate_is_not_even_parsed(pki):
    assert parse(b"0" * (MAX_CERTIFICATE_BYTES + 1)).part == "size"


def a_clique(pki, keys, name="Root", with_leaf=True):
    """Every key signed every other: each path leads on, none to a trusted root."""
    cas = [pki.ca(name, key=f"ec:hostile {number}") for number in range(keys)]
    chain = [pki.ca(name, issuer, key=f"ec:hostile {number}", aki=False) for issuer in cas for number in range(keys)]
    return [pki.leaf(cas[0]), *chain] if with_leaf else chain


HOSTILE = {
    "100 certificates of 10 keys that signed each other": lambda p: a_clique(p, 10),
    "100 of the trusted root's name, no signature fits": lambda p: [
        p.leaf(), *(p.ca("Issuing CA", p.other_root, key=f"ec:hostile {number}", aki=False) for number in range(99)),
    ],
    "32,768 ways over 30 certificates": lambda p: a_ladder(p),
    "a line of 100": lambda p: a_line(p, 100),
    "100 times the same leaf": lambda p: [p.leaf(p.other_root)] * 100,
    "names and constraints just within the bound": lambda p: constrained(p, 90, 90),
    "names and constraints far beyond the bound": lambda p: constrained(p, 1400, 1400),
    "3,000 names": lambda p: p.served(p.leaf(san=tuple(f"n{number}.example.com" for number in range(3000)))),
    "900 policies on each of 5 levels": lambda p: with_policies(p, 900, 5),
    "99 keys of 8,191 bits": lambda p: with_large_keys(p, 99),
    "a good chain with a clique behind it": lambda p: [*p.served(), *a_clique(p, 10, "Issuing CA")],
}  # fmt: skip


def constrained(pki, names, trees):
    subtrees = [x509.DNSName(f"t{number}.example.org") for number in range(trees)]
    above = pki.ca("Odd CA", pki.root, key="ec:odd", extra=[(x509.NameConstraints(subtrees, subtrees), True)])
    return [pki.leaf(above, san=(pki.host, *(f"n{number}.example.com" for number in range(names)))), above]


def with_policies(pki, count, levels):
    """Each level names as many policies, and maps each of them to the next: a tree, and not a list, would explode."""
    oids = [x509.ObjectIdentifier(f"1.2.3.{number}") for number in range(count)]
    named = x509.CertificatePolicies([x509.PolicyInformation(oid, None) for oid in oids])
    demanded = x509.PolicyConstraints(0, None)
    above = [pki.root]
    for level in range(levels):
        extra = [(named, False), (demanded, True)]
        above.append(pki.ca(f"Level {level}", above[-1], key=f"ec:hostile {level}", extra=extra))
    return [pki.leaf(above[-1]), *reversed(above[1:])]


def with_large_keys(pki, count):
    """CAs of the issuer's name, whose keys cost the most that one may; no signature fits."""
    spki = sequence(
        sequence(oid("1.2.840.113549.1.1.1"), NULL),
        bit_string(sequence(integer(2**8190 + 1), integer(2**33 - 1))),
    )
    own = pki.ca("Issuing CA", pki.other_root, key="ec:wrong", aki=False).x509
    plain = own.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    tbs = own.tbs_certificate_bytes.replace(plain, spki)
    body = tbs[4:] if tbs[1] == 0x82 else tbs[3:]
    rest = own.public_bytes(Encoding.DER).partition(own.tbs_certificate_bytes)[2]
    large = sequence(sequence(body), rest)
    assert parse(large).key.bits == 8191
    return [pki.leaf(), *(vary(large, number) for number in range(count))]


def vary(der, number):
    """The same certificate with another serial number, so that it counts anew."""
    serial = parse(der).serial
    return der.replace(serial, serial[:-2] + number.to_bytes(2), 1)


def a_ladder(pki):
    """Two certificates of the same key on each of 15 levels: few signatures, but every second one a fork."""
    rungs = [pki.ca("Rung 0", key="ec:hostile 0", aki=False)] * 2
    chain = []
    for level in range(1, 16):
        rungs = [pki.ca(f"Rung {level}", rungs[0], key=f"ec:hostile {level}", aki=False) for _ in range(2)]
        chain += rungs
    return [pki.leaf(rungs[0]), *reversed(chain)]


def a_line(pki, length):
    above = [pki.ca("CA 0", key="ec:hostile 0")]
    for number in range(1, length):
        above.append(pki.ca(f"CA {number}", above[-1], key=f"ec:hostile {number % 20}"))
    return [pki.leaf(above[-1]), *reversed(above)]


def quickest(judged, times=3):
    """The shortest time of several, each with nothing remembered: the rest is the machine's."""
    took = []
    for _ in range(times):
        for remembered in (parse, signed_by, coarse, as_apple, as_java, as_boringssl):
            remembered.cache_clear()
        judge_module._remembered = Remembered()
        before = process_time()
        findings = judged()
        took.append(process_time() - before)
    return min(took), findings


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_chain_is_answered_in_time(pki, case):
    chain, trust = HOSTILE[case](pki), pki.trust()
    took, findings = quickest(lambda: pki.judge(chain, trust=trust))
    assert took < BOUND_S
    assert fails_on(findings, Platform.ANDROID) is not case.startswith("a good chain")


def test_signatures_are_checked_a_bounded_number_of_times(pki, monkeypatch):
    from wxpolicy.certificates import path

    calls = []
    true_answer = path.signed_by
    monkeypatch.setattr(path, "signed_by", lambda *pair: calls.append(pair) or true_answer(*pair))
    pki.judge(a_clique(pki, 10))
    assert 10 < len(calls) <= MAX_SIGNATURE_CHECKS


def test_what_comes_after_many_certificates_is_not_looked_at(pki):
    filler = [pki.leaf(san=(f"{number}.example.com",)) for number in range(MAX_CERTIFICATES)]
    within = pki.judge([pki.leaf(), *filler[2:], pki.intermediate])
    beyond = pki.judge([pki.leaf(), *filler, pki.intermediate])
    assert within == () and fails_on(beyond, Platform.ANDROID)


def test_the_search_takes_a_bounded_number_of_steps(pki, monkeypatch):
    from wxpolicy.certificates import path

    steps = []
    true_answer = path.Search._issuers
    monkeypatch.setattr(path.Search, "_issuers", lambda *given: steps.append(given[0]) or true_answer(*given))
    pki.judge(a_ladder(pki))
    assert 100 < max(Counter(map(id, steps)).values()) <= path.MAX_STEPS


def test_names_times_constraints_are_bounded(pki):
    findings = pki.judge(constrained(pki, 1400, 1400))
    assert any("too many names" in message_of(found).en for found in findings)
    assert all(fails_on(findings, platform) for platform in Platform)


def test_a_strangers_text_is_made_safe(pki):
    cn = "evil\n\x1b[31m\u202egnp.exe " + "x" * 30
    finding = next(
        finding for finding in pki.judge(pki.served(pki.leaf(cn=cn, days=1))) if finding.code == "CERT_EXPIRED"
    )
    assert "CN=evil??[31m?gnp.exe" in message_of(finding).en
