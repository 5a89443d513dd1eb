"""Each platform by its own vendor's roots: one chain that an iPhone refuses and Android takes, and the reverse."""

import hashlib
import json
import sqlite3

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from testenv.recorded import recorded
from wxlab.authority import Authority
from wxlab.origin import Origin
from wxpolicy.catalogue import message_of

AGENTS = {
    "ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50(0x18003237)",
    "android": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 MicroMessenger/8.0.50 MiniProgramEnv/android",
    "devtools": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 wechatdevtools/1.06.2402040 MicroMessenger/8.0.5 Language/zh_CN",
}
STORES = {
    "ios": "Apple (test) + 1 extra",
    "android": "Android (test) + 1 extra",
    "devtools": "Mozilla (test) for Chrome's own + 1 extra",
}
# Host: (whose list holds its root, the clients that it fails for).
HOSTS = {
    "not-apples.example.com": (("android", "mozilla"), {"ios"}),
    # certifi lacks such roots. Whether Chrome has them is not known: never untrusted in the devtools.
    "apples.example.com": (("apple",), {"android"}),
    "phones.example.com": (("apple", "android"), set()),
}


@pytest.fixture(scope="module")
def proxy(shared_proxy, whole_lab, tmp_path_factory):
    """A proxy whose vendor lists are the test's own."""
    folder = tmp_path_factory.mktemp("stores")
    roots = {host: Authority.new(f"Root of {host}") for host in HOSTS}
    told = {
        "vendors": {vendor: {"version": "test"} for vendor in ("apple", "android", "mozilla")},
        "roots": {
            hashlib.sha256(_der(roots[host])).hexdigest(): {"name": host, "stores": vendors}
            for host, (vendors, _) in HOSTS.items()
        },
    }
    (folder / "stores.json").write_text(json.dumps(told), "utf-8")
    (folder / "roots.pem").write_bytes(b"".join(root.cert_pem for root in roots.values()))
    listed = ", ".join(f"https://{host}" for host in HOSTS)
    with Origin(*(roots[host].issue(host) for host in HOSTS)) as origin:
        for host in HOSTS:
            whole_lab.place(host, 443, origin)
        yield shared_proxy(
            policy=f"appid: any\nscope: all\ndomains: {{request: [{listed}], downloadFile: [{listed}]}}\n",
            mitmproxy=("--set", f"mp_trust_stores={folder}"),
        )


def _der(root):
    return root.certificate.public_bytes(Encoding.DER)


@pytest.mark.parametrize("client", AGENTS)
@pytest.mark.parametrize("host", HOSTS)
def test_a_chain_is_judged_by_the_list_of_the_clients_own_vendor(host, client, proxy):
    marker = f"/{client}/{host}"
    answer = proxy.clients.python_request(f"https://{host}{marker}", headers={"User-Agent": AGENTS[client]})
    (record,) = recorded(proxy, marker)
    fails = client in HOSTS[host][1]
    assert (answer.status, record.release.outcome) == ((None, "fail") if fails else (200, "success"))
    untrusted = [finding for finding in record.findings if finding.code.value == "CERT_UNTRUSTED_ROOT"]
    assert {each.value for finding in untrusted if finding.fails for each in finding.platforms} == HOSTS[host][1]
    open_for = {each.value for finding in untrusted if not finding.fails for each in finding.platforms}
    assert open_for == (set() if "mozilla" in HOSTS[host][0] else {"devtools"})
    for finding in untrusted:
        assert STORES[finding.platforms[0].value] in message_of(finding).en
        assert finding.status == ("violated" if finding.fails else "not_observable")
    assert fails or record.tls["trust_stores"] == STORES


def test_a_session_of_an_older_version_names_its_one_store_for_every_platform(proxy):
    """It is rewritten as the version before would have written it, and read back."""
    marker = "/older"
    proxy.clients.python_request(f"https://phones.example.com{marker}", headers={"User-Agent": AGENTS["ios"]})
    recorded(proxy, marker)
    with sqlite3.connect(proxy.session / "calls.sqlite") as database:
        old = json.dumps({"version": "TLSv1.3", "cipher": "X", "chain_length": 1, "trust_store": "mozilla (certifi 1)"})
        database.execute("UPDATE calls SET tls = ? WHERE url LIKE ?", (old, f"%{marker}"))
    record = next(each for each in proxy.records() if each["url"].endswith(marker))
    assert record["tls"]["trust_stores"] == dict.fromkeys(STORES, "mozilla (certifi 1)")


def test_lists_of_another_form_stop_the_start(start_proxy, tmp_path):
    (tmp_path / "stores.json").write_text("{}", "utf-8")
    (tmp_path / "roots.pem").write_text("", "utf-8")
    with pytest.raises(AssertionError, match=r"mp_trust_stores: stores\.json: expected vendors with a version"):
        start_proxy(mitmproxy=("--set", f"mp_trust_stores={tmp_path}"))
