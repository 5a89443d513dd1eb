"""A chain that was seen before costs next to nothing, and no verdict is older than what it says."""

from datetime import timedelta
from time import perf_counter

import pytest

from wxpolicy.certificates import judge as judge_module
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge
from wxpolicy.certificates.remembered import KEPT
from wxpolicy.certificates.remembered import MAX_ENTRIES
from wxpolicy.certificates.remembered import Remembered
from wxpolicy.certificates.trust import everywhere


@pytest.fixture
def judged(pki, monkeypatch):
    """How often a chain was judged and not remembered, with the call that asks for it."""
    calls = []
    monkeypatch.setattr(judge_module, "_remembered", Remembered())
    true_answer = judge_module._judged
    monkeypatch.setattr(judge_module, "_judged", lambda *given: calls.append(given) or true_answer(*given))
    stores, usual = everywhere(pki.trust()), pki.served()

    def ask(chain=None, host=pki.host, now=pki.now, stores=stores, **how):
        ders = tuple(made.der for made in chain or usual)
        judge(ServedChain(ders), Handshake(host, "TLSv1.3"), now, stores, **how)
        return len(calls)

    return ask


def test_the_same_is_judged_once(judged):
    assert judged() == judged() == 1


@pytest.mark.parametrize("what", ["chain", "host", "stores", "platforms", "later"])
def test_anything_else_is_judged_anew(judged, pki, what):
    changed = {
        "chain": {"chain": pki.served(pki.leaf(days=60))},
        "host": {"host": "www.example.com"},
        "stores": {"stores": everywhere(pki.trust())},
        "platforms": {"platforms": ["ios"]},
        "later": {"now": pki.now + KEPT},
    }[what]
    assert judged() == 1 and judged(**changed) == 2


@pytest.mark.parametrize("last", ["the leaf's", "the root's"])
def test_a_date_that_is_passed_ends_it(judged, pki, last):
    soon = {"since": pki.now - timedelta(days=1), "days": 1 + 10 / 86400}
    root = pki.ca("Short Root", key="ec:short", **(soon if last == "the root's" else {}))
    chain, stores = [pki.leaf(root, **(soon if last == "the leaf's" else {}))], everywhere(pki.trust(root))
    assert judged(chain, stores=stores) == judged(chain, now=pki.now + timedelta(seconds=9), stores=stores) == 1
    assert judged(chain, now=pki.now + timedelta(seconds=12), stores=stores) == 2


def test_it_is_bounded(pki):
    kept = Remembered()
    stores = everywhere(pki.trust())
    for number in range(MAX_ENTRIES + 10):
        kept.verdict(ServedChain((b"x",)), Handshake(f"h{number}.example.com"), pki.now, stores, lambda *given: ())
    kept.verdict(ServedChain((b"x",)), Handshake("x" * 10_000), pki.now, stores, lambda *given: ())
    assert len(kept._entries) == MAX_ENTRIES and max(len(key[1].host) for key in kept._entries) < 30


def test_a_chain_seen_before_takes_less_than_a_millisecond(pki):
    chain, stores = ServedChain(tuple(made.der for made in pki.served())), everywhere(pki.trust())
    took = []
    for _ in range(50):
        before = perf_counter()
        judge(chain, Handshake(pki.host, "TLSv1.3"), pki.now, stores)
        took.append(perf_counter() - before)
    assert sorted(took)[len(took) // 2] < 0.001
