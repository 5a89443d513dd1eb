"""Captures that other programs wrote get the verdicts of the live calls."""

from testenv import har_tools
from testenv.captures import API
from testenv.captures import DOMAIN
from testenv.captures import POLICY
from testenv.captures import checked
from testenv.captures import verdicts
from testenv.recorded import recorded
from testenv.recorded import wait_recorded

# In


def of_the_page(records):
    """Without what the browser asks for by itself."""
    return [each for each in records if ".example.com" in each["url"] and not each["url"].endswith("/favicon.ico")]


def test_a_har_of_a_browser_gets_the_domain_verdicts_of_live(shared_proxy, tmp_path):
    proxy = shared_proxy(arguments=("--mode", "observe"))
    urls = [f"{API}/json?1", "https://unlisted.example.com/json?2", "https://cdn.example.com/json?3", f"{API}/status/404?4",
            f"{API}/redirect?to=https%3A%2F%2Funlisted.example.com%2Fhop"]  # fmt: skip
    sockets = ["wss://ws.example.com/ws", "wss://unlisted.example.com/ws"]
    path = tmp_path / "browser.har"
    har_tools.record(path, proxy.port, f"{API}/json", urls, sockets)
    wait_recorded(proxy, "unlisted.example.com/ws")
    seen = verdicts(of_the_page(record.as_json("en") for record in recorded(proxy)), DOMAIN)
    offline = verdicts(of_the_page(checked(path, proxy.policy)), DOMAIN)
    missing = set(seen) - set(offline)
    # Playwright writes no sockets into its HARs.
    assert {url for _, url in missing} <= set(sockets)
    assert {key: found for key, found in seen.items() if key not in missing} == offline
    assert {code for found, _ in offline.values() for code, _ in found} >= {"DOMAIN_NOT_LISTED", "REDIRECT_NOT_LISTED"}


def test_a_call_that_failed_on_the_network_fails_in_its_flow_file_too(start_proxy):
    proxy = start_proxy(
        policy=POLICY.replace("certificates: {extra_roots: [ROOT]}\n", ""), arguments=("--mode", "observe")
    )
    for path in ("/reset", "/cut-body", "/close"):
        proxy.clients.curl(API + path)
    wait_recorded(proxy, "", 3)
    proxy.stop()

    def judged(records):
        return {
            each["url"]: (
                each["outcome"],
                each["errmsg"],
                [f["severity"] for f in each["findings"] if f["code"] == "NETWORK_ERROR"],
            )
            for each in records
        }

    seen = judged(record.as_json("en") for record in recorded(proxy))
    assert {each[0] for each in seen.values()} == {"fail"}
    assert judged(checked(proxy.session / "flows.mitm", proxy.policy)) == seen
