"""The page's list of calls and a call itself in a real Chromium: filters, keys, marks, bodies, secrets."""

import json
import urllib.parse

import pytest

from testenv.page_looks import BOTH
from testenv.page_looks import DESKTOP
from testenv.page_looks import IDS
from testenv.page_looks import count
from testenv.page_looks import text

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("quiet")]


def call_path(number):
    return f"#/calls/call-{number}"


# Windows, filters and counts out of the store


@pytest.mark.parametrize(("lang", "size"), BOTH, ids=IDS)
def test_calls_are_listed_with_three_verdicts_and_counts(page, lang, size):
    page.show("#/calls", lang, size)
    page.wait_until("document.querySelectorAll('.row .verdict').length === 27")
    assert text(page, ".tools .count") == {"zh": "9 / 9 次", "en": "9 of 9"}[lang]
    assert count(page, ".row.debug-only") == 3
    assert "url not in domain list" in text(page, ".row.debug-only .cell.release")
    assert page.run("getComputedStyle(document.querySelector('.row')).height") == (
        "34px" if size == DESKTOP else "68px"
    )


@pytest.mark.parametrize(
    ("case", "line", "expected"),
    [
        ("a code and not a host", "code:DOMAIN_NOT_LISTED -host:cdn", 2),
        ("Chinese words", "代码:DOMAIN 设备:192.168.1.23", 1),
        ("debug-only", "debug-only", 3),
        ("errno", "errno:600002", 3),
        ("failed", "失败", 1),
        ("text", "logo.png", 1),
        ("nothing", "host:nowhere", 0),
    ],
)
def test_the_filter_line_is_carried_out_in_the_store(page, case, line, expected):
    page.show(f"#/calls?f={urllib.parse.quote(line)}", "en", DESKTOP)
    page.wait_until(f"document.querySelector('.tools .count').innerText === '{expected} of 9'")
    assert count(page, ".row") == expected
    assert bool(text(page, ".empty")) is (expected == 0)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_mistake_in_the_filter_is_said_and_the_list_stays(page, lang):
    page.show("#/calls", lang, DESKTOP, may_say="400")
    page.wait_until("document.querySelectorAll('.row').length === 9")
    page.run(
        "(() => { const line = document.getElementById('filter'); line.value = 'errno:six'; line.dispatchEvent(new Event('input')); })()"
    )
    page.wait_until("document.querySelector('.filterbar .mistake').innerText")
    assert {"zh": "应是数字", "en": "expects a number"}[lang] in text(page, ".filterbar .mistake")
    assert count(page, ".row") == 9


def test_quick_filters_and_completion_write_into_the_line(page):
    page.show("#/calls", "zh", DESKTOP)
    page.wait_until("document.querySelectorAll('.quick select option').length > 8")
    page.run("document.querySelector('.quick .chip').click()")
    page.wait_until("document.querySelectorAll('.row').length === 3")
    assert page.run("document.getElementById('filter').value") == "仅调试可用"
    page.run(
        "(() => { const line = document.getElementById('filter'); line.focus(); line.value = '主'; line.dispatchEvent(new Event('input')); })()"
    )
    assert "主机:" in text(page, "#completions")
    for key in ("ArrowDown", "Enter"):
        page.press(key)
    assert page.run("document.getElementById('filter').value") == "主机:"


def test_keys_move_open_mark_and_close(page):
    page.show("#/calls", "en", DESKTOP)
    page.wait_until("document.querySelectorAll('.row').length === 9")
    for key in ("j", "j", "k", "Enter"):
        page.press(key)
    page.wait_until("location.hash === '#/calls/call-9' && document.querySelector('.call .cards')")
    page.press("j")
    page.wait_until("location.hash === '#/calls/call-8' && document.querySelector('.messages')")
    page.press("m")
    page.wait_until("document.querySelectorAll('.row .flag').length === 1")
    page.press("m")
    page.press("Escape")
    page.wait_until("location.hash === '#/calls'")
    page.press("/")
    assert page.run("document.activeElement.id") == "filter"
    page.press("Escape")
    page.press("?")
    assert "debug-only" in text(page, "#keys")
    page.press("Escape")


def test_marks_clear_and_export(page):
    page.show("#/calls", "en", DESKTOP)
    page.wait_until("document.querySelectorAll('.row').length === 9")
    page.run("document.querySelector('[data-key=clear]').click()")
    page.wait_until("document.querySelectorAll('.row').length === 0")
    page.run("document.querySelector('[data-key=clear]').click()")
    page.wait_until("document.querySelectorAll('.row').length === 9")
    links = page.run("[...document.querySelectorAll('.menu a')].map(link => link.getAttribute('href'))")
    for link in links:
        answer = page.run(f"fetch({json.dumps(link)}).then(answer => answer.text())")
        assert "new.example.com" in answer and "s3cr3t" not in answer, link


# A call


# The height of each phase's swatch in the legend.
SWATCHES = """['queued', 'connect', 'tls', 'send', 'wait', 'receive'].map(name => {
    const swatch = document.querySelector('.phases').appendChild(document.createElement('i'));
    swatch.className = `phase ${name}`;
    const height = swatch.offsetHeight;
    swatch.remove();
    return height;
})"""


@pytest.mark.parametrize(("lang", "size"), BOTH, ids=IDS)
def test_a_call_shows_findings_traffic_and_time_without_secrets(page, lang, size):
    page.show(call_path(1), lang, size)
    page.wait_until("document.querySelector('.call pre.body')")
    told = text(page, ".call")
    assert "s3cr3t" not in told
    for words in ('"名": "值"', "x-trace", "<img src=x", {"zh": "请求", "en": "Request"}[lang]):
        assert words in told
    assert count(page, ".cards .card") == 3 and count(page, ".time svg rect") > 1
    assert len(set(page.run(SWATCHES))) == 1, "a part of the legend looks like something else"
    page.show(call_path(2), lang, size)
    page.wait_until("document.querySelector('.finding')")
    told = text(page, ".call")
    for words in ("DOMAIN_NOT_LISTED", "(errno 600002)", "request:ok", {"zh": "加一行", "en": "add a line"}[lang]):
        assert words in told
    assert "§" not in text(page, ".finding .aside")


def test_secrets_are_shown_for_one_call_and_one_time(page):
    page.show(call_path(1), "en", DESKTOP)
    page.wait_until("document.querySelector('.call pre.body')")
    page.run("window.copied = []; navigator.clipboard.writeText = async (text) => { window.copied.push(text) }")
    page.run("document.querySelector('[data-key=curl]').click()")
    page.run("document.querySelector('[data-key=secrets]').click()")
    page.wait_until("document.querySelector('.call').innerText.includes('s3cr3t-value')")
    page.run("document.querySelector('[data-key=curl]').click()")
    page.run("document.querySelector('[data-key=wx]').click()")
    masked, whole, wx = page.run("window.copied")
    assert "s3cr3t" not in masked and "***" in masked
    assert "-H 'Authorization: Bearer s3cr3t-value'" in whole and "--data-raw" in whole
    assert wx.startswith("wx.request({") and "s3cr3t" in wx
    page.show(call_path(2), "en", DESKTOP)
    page.wait_until("document.querySelector('.finding')")
    assert "s3cr3t" not in text(page, ".call")


@pytest.mark.parametrize(
    ("case", "number", "script", "words"),
    [
        ("an image", 6, "document.querySelector('figure img')?.naturalWidth === 1", "image/png"),
        ("text in its charset", 7, "document.querySelectorAll('.call pre.body').length === 1", "你好，世界"),
        ("messages of a socket", 8, "document.querySelectorAll('.messages li').length === 2", "<script>"),
        ("hostile words everywhere", 9, "document.querySelectorAll('.call pre.body').length === 2", "onerror="),
        ("no traffic at all", 5, "document.querySelector('.cards')", "request:fail timeout"),
    ],
)
def test_bodies_of_every_kind(page, case, number, script, words):
    page.show(call_path(number), "en", DESKTOP)
    page.wait_until(script)
    assert words in text(page, ".call") and "s3cr3t" not in text(page, ".call")
    assert count(page, ".call img") == (1 if number == 6 else 0)


def test_a_call_that_is_not_there_is_said(page):
    page.show("#/calls/nothing", "en", DESKTOP, may_say="404")
    page.wait_until("document.querySelector('.call .mistake')")
    assert "no such call" in text(page, ".call")
