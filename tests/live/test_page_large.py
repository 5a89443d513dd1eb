"""The page over 100,000 calls: how fast it is, how little stands in the document, and that memory stays flat."""

import itertools
import json
import time
import urllib.request

import pytest

from testenv.browser import opened_page
from testenv.page_sessions import make_large
from testenv.viewer import viewing

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CALLS = 100_000
FIRST_ROWS_MS = 300
FILTER_MS = 100
MOST_NODES = 2000
# A machine that others work on: the best of some tries is what the page itself needs.
TRIES = 8


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with viewing(make_large(tmp_path_factory.mktemp("large") / "session", CALLS)) as served:
        yield served


@pytest.fixture(scope="module")
def page(url):
    with opened_page(url) as opened:
        yield opened


def best(measure):
    return min(measure() for _ in range(TRIES))


def test_the_store_answers_a_filter_in_time(url):
    asked = itertools.count()

    def ask(line):
        # Another question each time: nothing that was found before helps.
        begun = time.perf_counter()
        with urllib.request.urlopen(f"{url}api/calls?length=100&filter={line}&since={next(asked)}") as answer:
            json.load(answer)
        return (time.perf_counter() - begun) * 1000

    for line in ("some-words-777", "host:h7", "debug-only", "code:DOMAIN_NOT_LISTED%20-host:h1", "nothing-has-this"):
        took = best(lambda line=line: ask(line))
        print(f"filter {line}: {took:.0f} ms")
        assert took < FILTER_MS, line


@pytest.mark.parametrize(("hash_", "selector"), [("", "article.cause"), ("#/calls", ".row .verdict")])
def test_the_first_rows_are_there_in_time(page, hash_, selector):
    def load():
        page.show(hash_, "en", (1280, 900))
        page.wait_until(f"document.querySelector({json.dumps(selector)})")
        return page.run("new Promise(done => requestAnimationFrame(() => done(performance.now())))")

    took = best(load)
    print(f"{selector}: {took:.0f} ms")
    assert took < FIRST_ROWS_MS


def test_a_filter_is_seen_in_time_and_the_document_stays_small(page):
    page.show("#/calls", "en", (1280, 900))
    page.wait_until("document.querySelector('.tools .count').innerText === '100,000 of 100,000'")
    took = page.run(
        """(async () => {
          const line = document.getElementById('filter');
          const times = [];
          for (const [text, count] of [['host:h7', null], ['debug-only', '10,000'], ['host:h8 debug-only', null], ['some-words-4242', null], ['', '100,000']]) {
            const before = document.querySelector('.tools .count').innerText;
            line.value = text;
            line.dispatchEvent(new Event('input'));
            const begun = performance.now();
            while (document.querySelector('.tools .count').innerText === before) await new Promise(done => setTimeout(done, 1));
            times.push(performance.now() - begun);
          }
          return times;
        })()"""
    )
    print("filter to rows, the 60 ms that a typing hand is waited for included:", [round(each) for each in took])
    assert min(took) < FILTER_MS + 60
    assert page.run("document.getElementsByTagName('*').length") < MOST_NODES
    for share in (0.1, 0.5, 0.9, 1.0):
        page.run(
            f"(() => {{ const box = document.querySelector('.rows'); box.scrollTop = (box.scrollHeight - box.clientHeight) * {share}; }})()"
        )
        page.wait_until(
            "document.querySelectorAll('.row.waiting').length === 0 && document.querySelectorAll('.row').length > 10"
        )
        assert page.run("document.getElementsByTagName('*').length") < MOST_NODES
    page.wait_until("document.querySelector('.row:last-child').innerText.includes('/0?page=0')")


def test_memory_stays_flat_while_it_is_scrolled_and_filtered(page):
    page.show("#/calls", "en", (1280, 900))
    page.wait_until("document.querySelectorAll('.row').length > 10")

    def heap_after(rounds):
        page.run(
            f"""(async () => {{
              const box = document.querySelector('.rows');
              for (let turn = 0; turn < {rounds}; turn += 1) {{
                box.scrollTop = Math.random() * box.scrollHeight;
                await new Promise(done => setTimeout(done, 15));
              }}
            }})()"""
        )
        page.collect_garbage()
        return page.run("performance.memory.usedJSHeapSize")

    first, last = heap_after(100), heap_after(300)
    print(f"heap: {first / 1e6:.1f} MB, then {last / 1e6:.1f} MB")
    assert last < first * 1.3 + 2_000_000
