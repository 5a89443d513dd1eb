"""The page in a real Chromium: each view, both languages, desktop and a phone's width; nothing hostile runs, nothing is said on the console."""

import json
import urllib.parse

import pytest

from testenv.browser import opened_page
from testenv.page_sessions import make_small
from testenv.viewer import viewing
from wxsession.writer import SessionWriter

pytestmark = pytest.mark.browser
DESKTOP, PHONE = (1280, 900), (390, 844)
BOTH = [(lang, size) for lang in ("zh", "en") for size in (DESKTOP, PHONE)]
IDS = [f"{lang}-{size[0]}" for lang, size in BOTH]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    make_small(folder / "other")
    with viewing(make_small(folder / "session")) as served:
        yield served


@pytest.fixture(scope="module")
def page(url):
    """One browser for all of the tests: each says the language and size that it wants."""
    with opened_page(url, timeout_s=240) as opened:
        yield opened


@pytest.fixture(autouse=True)
def quiet(page):
    page.said.clear()
    yield
    assert page.said == [], "an error on the console"
    assert page.run("document.title") != "run", "hostile words ran"
    width = page.run("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, f"{width} pixels wider than the window"


def text(page, selector):
    return page.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")


def count(page, selector):
    return page.run(f"document.querySelectorAll({json.dumps(selector)}).length")


def call_path(number, **query):
    return f"#/calls/call-{number}" + (f"?{urllib.parse.urlencode(query)}" if query else "")


# 1: windows, filters and counts out of the store


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
    assert {"zh": "应是数字", "en": "wants a number"}[lang] in text(page, ".filterbar .mistake")
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


def test_marks_clear_and_export(page, url):
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


# 2: causes


@pytest.mark.parametrize(("lang", "size"), BOTH, ids=IDS)
def test_causes_come_first_the_debug_only_ones_before_all(page, lang, size):
    page.show("", lang, size)
    page.wait_until("document.querySelectorAll('article.cause').length >= 2")
    assert {"zh": "仅调试可用", "en": "Debug-only"}[lang] in text(page, ".section h2")
    first = text(page, "article.cause")
    assert "new.example.com" in first and "DOMAIN_NOT_LISTED" in first
    assert {"zh": "2 次调用", "en": "2 calls"}[lang] in first
    assert {"zh": "复制修复办法", "en": "Copy the fix"}[lang] in first
    admin = text(page, ".admin")
    assert "https://new.example.com;https://cdn.example.com" in admin and "request合法域名" in admin
    page.run("document.querySelector('article.cause .count').click()")
    page.wait_until("document.querySelectorAll('.row').length === 2")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_device_that_does_not_trust_the_certificate_is_told_first(tmp_path, lang):
    """Nothing of it can be seen: another scope would help nobody."""
    writer = SessionWriter(tmp_path / "session")
    writer.handshake(6.0, "192.168.1.99", "api.example.com", "client", "unknown ca")
    assert writer.close() == 0
    with viewing(tmp_path / "session") as served, opened_page(served) as page:
        page.show("", lang, PHONE)
        page.wait_until("document.querySelector('.causes .big')")
        told = text(page, ".causes")
        assert "192.168.1.99" in told and "http://miniprogram.test/" in told and "scope" not in told


def test_what_is_copied_is_the_fix_and_the_lists(page):
    page.show("", "en", DESKTOP)
    page.wait_until("document.querySelectorAll('article.cause').length >= 2")
    page.run("window.copied = []; navigator.clipboard.writeText = async (text) => { window.copied.push(text) }")
    page.run(
        "[...document.querySelectorAll('article.cause .actions button')].find(each => each.innerText === 'Copy the fix').click()"
    )
    page.run("[...document.querySelectorAll('.admin button')].forEach(each => each.click())")
    fix, missing, whole = page.run("window.copied")
    assert fix.startswith("DOMAIN_NOT_LISTED  new.example.com") and "add a line" in fix
    assert missing == "https://new.example.com;https://cdn.example.com"
    assert whole == "https://api.example.com;https://new.example.com;https://cdn.example.com"


# 4: a call


@pytest.mark.parametrize(("lang", "size"), BOTH, ids=IDS)
def test_a_call_shows_findings_traffic_and_time_without_secrets(page, lang, size):
    page.show(call_path(1), lang, size)
    page.wait_until("document.querySelector('.call pre.body')")
    told = text(page, ".call")
    assert "s3cr3t" not in told
    for words in ('"名": "值"', "x-trace", "<img src=x", {"zh": "请求", "en": "Request"}[lang]):
        assert words in told
    assert count(page, ".cards .card") == 3 and count(page, ".time svg rect") > 1
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


# 5 to 7: devices, domains, looks


@pytest.mark.parametrize(("lang", "size"), BOTH, ids=IDS)
def test_devices_and_domains(page, lang, size):
    page.show("#/devices", lang, size)
    page.wait_until("document.querySelectorAll('.device-card').length === 3")
    stranger = text(page, '[data-device="192.168.1.99"]')
    assert "pinned.example.com" in stranger and {"zh": "信任", "en": "trust it"}[lang] in stranger
    page.show("#/domains", lang, size)
    page.wait_until("document.querySelectorAll('.domains table').length === 4")
    told = text(page, ".domains")
    for words in (
        "https://api.example.com",
        {"zh": "缺少 2 项", "en": "2 missing"}[lang],
        {"zh": "从未用到", "en": "never used"}[lang],
    ):
        assert words in told
    first = page.run("[...document.querySelectorAll('[data-api=request] tbody tr')].map(row => row.innerText)")
    assert first[0].startswith("https://new.example.com\t2") and first[-1].startswith("https://api.example.com\t")


def test_a_session_beside_it_opens_in_the_same_page(page):
    page.show("", "en", DESKTOP)
    page.wait_until("document.querySelector('[data-key=sessions] option:nth-child(2)')")
    page.run(
        "(() => { const choice = document.querySelector('[data-key=sessions]'); choice.value = 'other'; choice.dispatchEvent(new Event('change')); })()"
    )
    page.wait_until("location.search === '?session=other' && document.querySelector('article.cause')")
    page.run("location.hash = '#/calls/call-6'")
    page.wait_until("document.querySelector('figure img')?.naturalWidth === 1")
    page.run("location.href = '/'")
    page.wait_until("location.search === '' && document.querySelector('article.cause')")


def test_language_and_looks_are_remembered(page):
    page.show("", "en", DESKTOP)
    page.wait_until("document.querySelectorAll('article.cause').length >= 2")
    page.run("document.getElementById('lang').click()")
    page.wait_until(
        "document.documentElement.lang === 'zh-CN' && document.querySelector('#views').innerText.includes('原因')"
    )
    page.run("document.getElementById('theme').click()")
    page.reload()
    page.wait_until("document.querySelectorAll('article.cause').length >= 2")
    assert page.run("[document.documentElement.lang, document.documentElement.dataset.theme]") == ["zh-CN", "light"]


def test_every_word_is_in_both_languages(page):
    words = page.run("import('/words.js').then(module => module.WORDS)")
    assert len(words) > 150
    for name, pair in words.items():
        assert len(pair) == 2 and all(pair), name
        places = [[f"{{{number}}}" in text_ for number in range(3)] for text_ in pair]
        assert places[0] == places[1], name
