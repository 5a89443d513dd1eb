"""certificates.trust and extra_roots as a user writes them: at the start, and in a policy that is edited meanwhile."""

import pytest

from testenv.proxy import run_script
from testenv.recorded import codes
from testenv.recorded import facts
from testenv.recorded import recorded
from testenv.recorded import wait_until
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of

HOST = "private-ca.example.com"
POLICY = f"appid: any\nscope: all\ndomains: {{request: [https://{HOST}], downloadFile: [https://{HOST}]}}\n"


def with_certificates(text):
    return POLICY + f"certificates: {{{text}}}\n"


def status_of(proxy, marker):
    return proxy.clients.python_request(f"https://{HOST}{marker}").status


def wait_for(proxy, words):
    assert wait_until(lambda: words in proxy.output, timeout_s=10), proxy.output


def last(proxy):
    return recorded(proxy, HOST)[-1]


def test_a_test_ca_named_beside_the_policy_makes_its_servers_pass(lab, start_proxy):
    proxy = start_proxy(policy=POLICY)
    assert status_of(proxy, "/unknown-ca") is None
    record = last(proxy)
    assert codes(record)[-1] == "CERT_UNTRUSTED_ROOT"
    assert "trust store: Apple (iOS " in message_of(record.findings[-1]).en
    assert "extra_roots: [ca.pem]" in fix_of(record.findings[-1]).en
    # What the fix says, relative to the policy's own folder.
    (proxy.folder / "ca.pem").write_bytes(lab.stranger.cert_pem)
    proxy.write_policy(with_certificates("extra_roots: [ca.pem]"))
    wait_for(proxy, "applies to new calls")
    assert status_of(proxy, "/known-ca") == 200
    assert all(name.endswith(" + 2 extra") for name in last(proxy).tls["trust_stores"].values())
    assert not [code for code in codes(last(proxy)) if code.startswith("CERT_")]


def test_a_store_of_ones_own_is_the_only_one_and_named(lab, start_proxy, tmp_path):
    (tmp_path / "mine.pem").write_bytes(lab.stranger.cert_pem)
    proxy = start_proxy(policy=with_certificates(f"trust: '{tmp_path / 'mine.pem'}'"))
    assert status_of(proxy, "/own-store") == 200
    assert set(last(proxy).tls["trust_stores"].values()) == {"mine.pem + 1 extra"}


def test_the_systems_store_is_named_so(lab, start_proxy):
    proxy = start_proxy(policy=with_certificates("trust: system"))
    assert status_of(proxy, "/system-store") is None
    assert "trust store: system + 1 extra" in message_of(last(proxy).findings[-1]).en


def started_in_vain(policy, tmp_path, lang):
    more = ("--listen", "127.0.0.1:0", "--page", "off", "--session", tmp_path / "s", "--lang", lang)
    return run_script("run.py", "--policy", policy, *more)


@pytest.mark.parametrize("text", ["trust: missing.pem", "extra_roots: [missing.pem]"])
def test_a_missing_file_stops_the_start_with_status_2(text, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text(with_certificates(text), "utf-8")
    done = started_in_vain(policy, tmp_path, "en")
    assert done.returncode == 2, done.stdout + done.stderr
    assert f"{tmp_path / 'missing.pem'} cannot be read: No such file or directory" in done.stderr


@pytest.mark.parametrize(("lang", "said"), [("en", "cannot be read"), ("zh", "无法读取")])
def test_all_wrong_files_stop_the_start_at_once_in_the_readers_language(lang, said, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text(with_certificates("trust: one.pem, extra_roots: [two.pem, policy.yaml]"), "utf-8")
    done = started_in_vain(policy, tmp_path, lang)
    assert done.returncode == 2 and done.stderr.count(said) == 2, done.stderr
    for name in ("one.pem", "two.pem", "policy.yaml"):
        assert str(tmp_path / name) in done.stderr


def test_a_missing_extra_root_on_the_command_line_stops_the_start_with_status_2(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY, "utf-8")
    done = run_script(
        "run.py", "--policy", policy, "--listen", "127.0.0.1:0", "--page", "off", "--session", tmp_path / "s", "--lang", "en",
        "--extra-root", tmp_path / "missing.pem",
    )  # fmt: skip
    assert done.returncode == 2 and "missing.pem cannot be read" in done.stderr


def test_an_edit_that_names_a_missing_file_keeps_the_policy_before_and_says_so(lab, start_proxy):
    proxy = start_proxy(policy=POLICY)
    (proxy.folder / "ca.pem").write_bytes(lab.stranger.cert_pem)
    proxy.write_policy(with_certificates("extra_roots: [ca.pem]"))
    wait_for(proxy, "applies to new calls")
    assert status_of(proxy, "/before") == 200
    proxy.write_policy(with_certificates("extra_roots: [missing.pem]"))
    wait_for(proxy, "missing.pem cannot be read: No such file or directory; the previous policy stays active")
    assert status_of(proxy, "/kept") == 200
    assert any("missing.pem" in notice.en and "missing.pem" in notice.zh for notice in facts(proxy).notices)
    assert proxy.program.process.poll() is None
