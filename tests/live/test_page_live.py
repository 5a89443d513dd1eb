"""The page in front of a running proxy: calls as they happen, the policy edited and taken back, and a proxy that comes again."""

import json

import pytest

from testenv.browser import opened_page
from testenv.page_looks import DESKTOP
from testenv.page_looks import click
from testenv.page_looks import text
from testenv.recorded import wait_until
from testenv.steering import Steering
from wxsession.embedded import EMBEDDED

pytestmark = pytest.mark.browser
POLICY = """\
appid: any
scope: all
mode: debug
domains:
  request:
    - https://api.example.com  # mine
"""
LINE = "    - https://unlisted.example.com\n"
UNLISTED = "https://unlisted.example.com/login"


@pytest.fixture
def proxy(start_proxy):
    return start_proxy(policy=POLICY, arguments=("--page", "127.0.0.1:0"))


def test_a_cause_is_solved_by_one_line_and_comes_back_with_its_undo(proxy, steering):
    with opened_page(f"http://{steering.place}/") as page:
        page.show("", "en", DESKTOP)
        page.wait_until("document.querySelector('.causes').innerText.includes('No mini-program has called yet')")
        # Live: nobody loads the page anew.
        assert proxy.clients.python_request(UNLISTED).status == 200
        page.wait_until("document.querySelector('article.cause')?.innerText.includes('unlisted.example.com')")
        click(page, "Add to policy.yaml · request: https://unlisted.example.com")
        page.wait_until("document.querySelector('article.cause.settled')")
        assert proxy.policy.read_text() == POLICY + LINE
        assert proxy.clients.python_request(UNLISTED).status == 200
        page.show("#/calls", "en", DESKTOP)
        page.wait_until("document.querySelectorAll('.row').length === 2")
        assert [record["debug_only"] for record in proxy.records()] == [True, False], "records do not change"
        click(page, "Undo: https://unlisted.example.com")
        assert wait_until(lambda: proxy.policy.read_text() == POLICY)
        page.show("", "en", DESKTOP)
        page.wait_until("document.querySelector('article.cause') && !document.querySelector('article.cause.settled')")
        assert page.said == []


def test_calls_come_in_live_and_hold_still_while_paused(proxy, steering):
    with opened_page(f"http://{steering.place}/") as page:
        page.show("#/calls", "en", DESKTOP)
        for count in (1, 2):
            proxy.clients.python_request(f"https://api.example.com/json?{count}")
            page.wait_until(f"document.querySelectorAll('.row').length === {count}")
        click(page, "Pause")
        proxy.clients.python_request("https://api.example.com/json?3")
        page.wait_until("document.querySelector('[data-key=pause]').innerText === 'Resume (1 new)'")
        assert page.run("document.querySelectorAll('.row').length") == 2
        click(page, "Resume")
        page.wait_until("document.querySelectorAll('.row').length === 3")
        assert page.said == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_bad_save_is_told_with_its_place_until_it_is_corrected(proxy, steering, lang):
    with opened_page(f"http://{steering.place}/") as page:
        page.show("", lang, DESKTOP)
        proxy.write_policy(POLICY.replace("mode: debug", "mode: debugg"))
        page.wait_until("document.getElementById('notices').innerText.includes('policy.yaml:3:7')")
        assert {"zh": "策略文件没有生效", "en": "is not active"}[lang] in text(page, "#notices")
        proxy.write_policy(POLICY.replace("mode: debug", "mode: release"))
        page.wait_until("document.getElementById('notices').innerText === ''")
        page.wait_until("document.querySelector('#session .mode-release')")
        assert page.said == []


def test_mode_is_switched_and_a_device_is_steered(proxy, steering):
    proxy.clients.python_request("https://api.example.com/json")
    with opened_page(f"http://{steering.place}/") as page:
        page.show("#/domains", "zh", DESKTOP)
        page.wait_until("document.querySelector('[data-key=mode]')")
        page.run(
            "(() => { const mode = document.querySelector('[data-key=mode]'); mode.value = 'release'; mode.dispatchEvent(new Event('change')); })()"
        )
        assert wait_until(lambda: steering.ask("GET", "/api/policy")[1]["mode"] == "release")
        assert "mode: debug" in proxy.policy.read_text(), "the file stays as it is"
        page.show("#/devices", "zh", DESKTOP)
        click(page, "进入后台")
        assert steering.wait_for(lambda apps: apps["127.0.0.1"]["state"] in ("grace", "background"))
        page.wait_until("document.querySelector('.apps').innerText.includes('后台')")
        assert page.said == []


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_where_a_host_lives_is_seen_and_edited(start_proxy, lang):
    proxy = start_proxy(policy=POLICY, arguments=("--page", "127.0.0.1:0", "--connect", "typed.example.com=10.0.0.9"))
    with opened_page(f"http://{Steering(proxy).place}/") as page:
        page.show("#/domains", lang, DESKTOP, may_say="400")
        page.wait_until("document.querySelector('.hosts-map table').innerText.includes('typed.example.com')")
        assert {"zh": "命令行", "en": "command line"}[lang] in text(page, ".hosts-map table")

        def set_host(host, place):
            page.run(
                f"(() => {{ const [name, place] = document.querySelectorAll('.hosts-map input'); name.value = {json.dumps(host)};"
                f" place.value = {json.dumps(place)}; document.querySelector('[data-key=\"set host\"]').click(); }})()"
            )

        set_host("https://x", "nowhere at all")
        page.wait_until("document.getElementById('toast').classList.contains('shown')")
        assert "hosts" not in proxy.policy.read_text()
        set_host("api.example.com", "10.0.0.5:8443")
        page.wait_until("document.querySelector('.hosts-map table').innerText.includes('10.0.0.5:8443')")
        assert proxy.policy.read_text() == POLICY + "hosts: {api.example.com: 10.0.0.5:8443}\n"
        # What is typed outlives what arrives meanwhile.
        page.run(
            "(() => { const input = document.querySelector('.hosts-map input'); input.focus(); input.value = 'half'; })()"
        )
        proxy.clients.python_request("https://typed.example.com/x")
        page.wait_until(
            "document.getElementById('session').innerText.includes(' 1 ') || document.getElementById('session').innerText.startsWith('1')"
        )
        assert page.run("document.activeElement.value") == "half"
        page.run("document.activeElement.blur()")
        page.wait_until("document.querySelector('[data-key=\"take out api.example.com\"]')")
        page.run("document.querySelector('[data-key=\"take out api.example.com\"]').click()")
        assert wait_until(lambda: proxy.policy.read_text() == POLICY + "hosts: {}\n")
        assert page.said == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_phone_is_told_how_to_connect(proxy, steering, lang):
    with opened_page(f"http://{steering.place}/") as page:
        page.show("#/devices", lang, DESKTOP)
        page.wait_until(f"document.querySelector('.connect[open]').innerText.includes('127.0.0.1:{proxy.port}')")
        answer = page.run("fetch('/api/connect/certificate.pem').then(answer => answer.text())")
        assert answer == proxy.ca_pem.read_text()
        assert page.said == []


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_addresses_are_joined_and_named_on_the_page(proxy, steering, lang):
    before = EMBEDDED.create(proxy.session.with_name("before"), lambda trouble: None)
    before.fact("joined", json.dumps([{"addresses": ["127.0.0.1"], "name": "Bo"}]))
    before.close()
    for number in range(3):
        proxy.clients.python_request(f"https://api.example.com/json?{number}")
    steering.order("background", "127.0.0.2")
    with opened_page(f"http://{steering.place}/") as page:
        page.show("#/devices", lang, DESKTOP)
        page.wait_until(
            "document.querySelector('.timeline .foreground') && document.querySelectorAll('.timeline rect').length >= 4"
        )
        page.wait_until("document.querySelector('.proposal')?.innerText.includes('Bo')")
        page.run("document.querySelector('.proposal button').click()")
        page.wait_until(
            "!document.querySelector('.proposal') && document.querySelector('.device-card h2')?.innerText.startsWith('Bo')"
        )
        # Nothing that arrives takes away what is being filled in.
        page.run("document.querySelector('.join summary').click()")
        page.wait_until("document.querySelector('.join[open]')")
        page.run("document.querySelector('.join input').value = 'Anna'")
        proxy.clients.python_request("https://api.example.com/json?more")
        page.wait_until("document.getElementById('session').innerText.includes('4')")
        assert page.run("document.querySelector('.join input').value") == "Anna"
        page.run("document.querySelector('.join[open] [data-key^=save]').click()")
        page.wait_until("document.querySelector('.device-card h2').innerText.startsWith('Anna')")
        steering.ask("POST", "/api/devices/joined", {"addresses": ["127.0.0.1", "127.0.0.2"], "name": "Anna"})
        page.wait_until("document.querySelector('.device-card h2').innerText.includes('127.0.0.1 · 127.0.0.2')")
        page.run("document.querySelector('.device-card h2 button').click()")
        page.wait_until("document.getElementById('filter').value === 'device:127.0.0.1 device:127.0.0.2'")
        assert page.said == []


def test_what_cannot_be_edited_or_undone_is_said(proxy, steering):
    entry = {"api": "request", "entry": "https://10.0.0.1"}
    assert steering.ask("POST", "/api/policy/entries", entry)[0] == 409
    assert steering.ask("POST", "/api/policy/entries", {"api": "nonsense", "entry": "x"})[0] == 400
    assert steering.ask("POST", "/api/policy/undo", {})[0] == 409
    status, told = steering.ask("POST", "/api/policy/entries", {"api": "request", "entry": "https://new.example.com"})
    assert (status, told["line"]) == (200, 7)
    proxy.policy.write_text(proxy.policy.read_text() + "# somebody else\n")
    status, told = steering.ask("POST", "/api/policy/undo", {})
    assert status == 409 and "was changed since" in told["error"]
    assert steering.ask("POST", "/api/policy", {"mode": "fast"})[0] == 400


def test_a_page_finds_a_proxy_that_was_started_again(start_proxy, proxy, steering):
    with opened_page(f"http://{steering.place}/") as page:
        page.show("#/calls", "en", DESKTOP, may_say="ERR_")
        proxy.clients.python_request("https://api.example.com/json?1")
        page.wait_until("document.querySelectorAll('.row').length === 1")
        proxy.stop()
        page.wait_until("document.getElementById('connection').className === 'gone'")
        again = start_proxy(policy=POLICY, arguments=("--page", steering.place))
        page.wait_until("document.getElementById('connection').className === 'there'")
        again.clients.python_request("https://api.example.com/json?2")
        page.wait_until("document.querySelector('.row')?.innerText.includes('json?2')")
