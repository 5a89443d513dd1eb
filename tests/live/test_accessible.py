"""axe-core finds nothing serious that would keep people out: on the page, the phone's page and the html report."""

import json

import pytest

from testenv.browser import opened_page
from testenv.browser import opened_tab
from testenv.devices import CALL
from testenv.page_looks import BOTH
from testenv.page_looks import DESKTOP
from testenv.page_looks import PHONE
from testenv.page_sessions import make_small
from testenv.programs import axe
from testenv.proxy import run_script
from testenv.viewer import viewing

pytestmark = [pytest.mark.browser, pytest.mark.slow]
VIEWS = {
    "": "document.querySelectorAll('article.cause').length >= 2",
    "#/calls": "document.querySelectorAll('.row .verdict').length === 27",
    "#/calls/call-1": "document.querySelector('.call pre.body')",
    "#/calls/call-8": "document.querySelector('.messages')",
    "#/devices": "document.querySelectorAll('.device-card').length >= 3",
    "#/domains": "document.querySelectorAll('.domains table').length >= 4",
}
# With everything unfolded: what is hidden is not looked at.
RUN = (
    "document.querySelectorAll('details').forEach(each => { each.open = true }),"
    "axe.run({resultTypes: ['violations']}).then(found => found.violations"
    ".filter(each => ['serious', 'critical'].includes(each.impact))"
    ".map(each => `${each.id}: ${each.nodes.slice(0, 3).map(node => node.html.slice(0, 200) + ' ' + (node.any[0]?.message ?? '')).join(' | ')}`))"
)


def serious(tab):
    tab.run(axe() + "; null")
    return tab.run(RUN)


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    return make_small(tmp_path_factory.mktemp("accessible") / "session")


def test_every_view_of_the_page_in_both_languages_and_sizes_and_themes(session):
    with viewing(session) as url, opened_page(url) as page:
        for lang, size in BOTH:
            for view, ready in VIEWS.items():
                for theme in ("light", "dark"):
                    page.show(view, lang, size)
                    page.wait_until(ready)
                    page.run(f"document.documentElement.dataset.theme = {json.dumps(theme)}")
                    assert serious(page) == [], (view, lang, size, theme)


def test_the_phones_page_in_every_state(start_proxy):
    proxy = start_proxy(policy="appid: any\nscope: miniprogram\ndomains: {request: [https://api.example.com]}\n")
    for port, ca in ((0, None), (proxy.port, None), (proxy.port, proxy.ca_pem)):
        with opened_tab(port, ca, timeout_s=120) as tab:
            for lang in ("zh-CN", "en"):
                tab.pretend("Mozilla/5.0 (Linux; Android 14; X) Chrome/126.0.0.0 Mobile", lang, PHONE)
                tab.go(f"http://127.0.0.1:{proxy.port}/")
                tab.wait_until("document.querySelector('[data-standing]').dataset.standing !== 'proxied'")
                assert serious(tab) == [], (port, lang)
            if ca is not None:
                for host in ("api", "unlisted"):
                    proxy.clients.python_request(f"https://{host}.example.com/json", headers=CALL)
                tab.wait_until("document.querySelectorAll('.calls li').length === 2")
                assert serious(tab) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_html_report(session, tmp_path, lang):
    report = tmp_path / "report.html"
    done = run_script("report.py", session, "--format", "html", "--output", report, "--lang", lang)
    assert done.returncode == 0, done.stderr
    with opened_tab(0, None, timeout_s=60) as tab:
        tab.go(report.as_uri())
        assert serious(tab) == []


def test_what_keeps_people_out_would_be_found(session):
    with viewing(session) as url, opened_page(url) as page:
        page.show("", "en", DESKTOP)
        page.run("document.body.append(document.createElement('button')); null")
        (found,) = serious(page)
        assert found.startswith("button-name")
