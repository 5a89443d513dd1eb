"""The page in a real Chromium: causes, devices, domains, language and looks; nothing hostile runs, nothing is said on the console."""

import pytest

from testenv.browser import opened_page
from testenv.page_looks import BOTH
from testenv.page_looks import DESKTOP
from testenv.page_looks import IDS
from testenv.page_looks import PHONE
from testenv.page_looks import text
from testenv.viewer import viewing
from wxsession.writer import SessionWriter

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("quiet")]


# Causes


@pytest.mark.parametrize(("lang", "size"), BOTH, ids=IDS)
def test_causes_come_first_the_debug_only_ones_before_all(page, lang, size):
    page.show("", lang, size)
    page.wait_until("document.querySelectorAll('article.cause').length >= 2")
    assert {"zh": "仅调试可用", "en": "Debug-only"}[lang] in text(page, ".section h2")
    first = text(page, "article.cause")
    assert "new.example.com" in first and "DOMAIN_NOT_LISTED" in first
    assert {"zh": "2 次调用", "en": "2 calls"}[lang] in first
    assert {"zh": "复制修复方法", "en": "Copy the fix"}[lang] in first
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


# Devices, domains, looks


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
        {"zh": "从未使用", "en": "never used"}[lang],
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


def test_the_language_that_a_browser_asks_for_is_not_taken_for_a_choice(page):
    page.show("", "en", DESKTOP)
    page.run("localStorage.removeItem('lang')")
    page.reload()
    page.wait_until("document.querySelectorAll('article.cause').length >= 2")
    assert page.run("localStorage.getItem('lang')") is None


def test_every_word_is_in_both_languages(page):
    words = page.run("import('/words.js').then(module => module.WORDS)")
    assert len(words) > 150
    for name, pair in words.items():
        assert len(pair) == 2 and all(pair), name
        places = [[f"{{{number}}}" in text_ for number in range(3)] for text_ in pair]
        assert places[0] == places[1], name
