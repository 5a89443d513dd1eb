"""The probe as a user types it, and in a session; it looks past the proxy and never through it."""

import pytest

from testenv.proxy import run_script
from testenv.recorded import facts
from testenv.recorded import one_record
from testenv.recorded import wait_until
from wxlab.origin import Origin

HOSTS = "[https://api.example.com, https://hole.example.com]"
POLICY = f"appid: any\nscope: all\nmode: debug\ndomains:\n  request: {HOSTS}\n  downloadFile: {HOSTS}\n"


@pytest.fixture
def probe(lab, tmp_path):
    """Runs ``policy.py probe`` against the lab's main origin, or another, with the lab's root trusted."""
    root = lab.write_root(tmp_path)

    def run(*hosts, origin=None, lang="en", more=(), trusting=True):
        at = f"127.0.0.1:{(origin or lab.origin).port}"
        roots = ("--extra-root", root) if trusting else ()
        return run_script("policy.py", "--lang", lang, "probe", *hosts, "--connect", at, *roots, *more)

    return run


def test_a_server_that_all_platforms_take(probe, lab):
    done = probe("api.example.com")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["api.example.com:443", "1.2", "1.3", "yes"] in lines
    assert [line for line in lines if line[:1] in (["iOS"], ["Android"], ["devtools"]) and "trust" not in line] == [
        ["iOS", "passes"], ["Android", "passes"], ["devtools", "passes"],
    ]  # fmt: skip
    assert "TLS_NO_LEGACY_SUPPORT" in done.stdout and "+ 1 extra" in done.stdout
    assert lab.origin.paths() == []


def test_the_hole_that_devtools_hide_is_found_and_the_mend_named(probe):
    done = probe("hole.example.com")
    assert done.returncode == 1
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["iOS", "may", "fail", "CERT_CHAIN_INCOMPLETE"] in lines
    assert ["Android", "fails", "CERT_CHAIN_INCOMPLETE"] in lines
    assert ["devtools", "passes"] in lines
    assert "Append the intermediate `CN=Lab issuing CA`" in " ".join(done.stdout.split())


def test_it_speaks_chinese(probe):
    done = probe("hole.example.com", "api.example.com", lang="zh")
    assert done.returncode == 1
    for words in ("主机", "前向保密", "结论", "可能失败", "通过", "证书链不完整", "修复：", "信任库："):
        assert words in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("attribute", "host", "row", "code"),
    [
        ("tls11", "tls11.example.com", ["1.0", "1.1", "no"], "TLS_TOO_OLD"),
        ("rsa_kx", "rsa-kx.example.com", ["1.2", "no"], "TLS_NO_FORWARD_SECRECY"),
        ("refusing", "refused.example.com", ["-", "unknown"], "TLS_HANDSHAKE_FAILED"),
        ("plain", "api.example.com", ["-", "unknown"], "TLS_HANDSHAKE_FAILED"),
    ],
)
def test_versions_and_forward_secrecy_are_told(attribute, host, row, code, probe, lab):
    done = probe(host, origin=getattr(lab, attribute))
    assert done.returncode == 1 and code in done.stdout
    assert [f"{host}:443", *row] in [line.split() for line in done.stdout.splitlines()]


def test_a_failure_names_the_address_that_was_dialled():
    done = run_script("policy.py", "--lang", "en", "probe", "api.example.com", "--connect", "127.0.0.1:1")
    assert done.returncode == 1
    assert "127.0.0.1:1 (in place of api.example.com:443) cannot be reached: " in " ".join(done.stdout.split())


def test_without_the_extra_root_the_labs_ca_is_unknown(probe):
    done = probe("api.example.com", trusting=False)
    assert done.returncode == 1
    assert "CERT_UNTRUSTED_ROOT" in done.stdout and "iOS trust store: Apple (iOS" in done.stdout


def test_the_policys_hosts_trust_and_platforms_count(probe, lab, tmp_path):
    (tmp_path / "store").mkdir()
    lab.write_root(tmp_path / "store")
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY + "certificates: {trust: store/lab-root.pem, platforms: [devtools]}\n", "utf-8")
    done = probe(more=("--policy", policy), trusting=False)
    assert done.returncode == 0, done.stdout
    assert "api.example.com:443" in done.stdout and "hole.example.com:443" in done.stdout
    assert "Android" not in done.stdout.partition("trust store")[0]
    assert "trust store: lab-root.pem" in done.stdout


def test_the_policys_hosts_say_where_a_server_lives(lab, tmp_path):
    root = lab.write_root(tmp_path)
    policy = tmp_path / "policy.yaml"
    places = f"api.example.com: 127.0.0.1:{lab.origin.port}, cdn.example.com: 127.0.0.1:1"
    policy.write_text(f"appid: any\ndomains: {{}}\nhosts: {{{places}}}\n", "utf-8")
    hosts = ("api.example.com", "cdn.example.com")
    done = run_script("policy.py", "--lang", "en", "probe", *hosts, "--policy", policy, "--extra-root", root)
    assert done.returncode == 1
    rows = {line.split()[0]: line for line in done.stdout.splitlines() if ":443 " in line}
    assert "1.2 1.3" in rows["api.example.com:443"]
    assert "127.0.0.1:1 (in place of cdn.example.com:443) cannot be reached: " in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("http://api.example.com",), "http://api.example.com: http:// has no TLS to probe"),
        (("a b.example.com",), "a b.example.com: "),
        (("api.example.com", "--policy", "no-such-policy.yaml"), "no-such-policy.yaml cannot be read"),
        (("api.example.com", "--extra-root", "no-such-root.pem"), "no-such-root.pem cannot be read"),
        (("api.example.com", "--connect", "nowhere:0"), "nowhere:0: "),
        (("api.example.com", "--connect", "foo"), "--connect: found 'foo', expected HOST:PORT"),
        (("api.example.com", "--connect", ""), "--connect: found '', expected HOST:PORT"),
        (
            ("api.example.com", "--connect", "https://127.0.0.1:8443"),
            "--connect: found 'https://127.0.0.1:8443', expected HOST:PORT",
        ),
        (("api.example.com", "--connect", "::1"), "::1: "),
    ],
)
def test_a_mistake_is_told_with_status_2(arguments, said):
    done = run_script("policy.py", "--lang", "en", "probe", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_session_probes_each_listed_server_once_and_its_report_tells(lab, start_proxy):
    old = Origin(lab.issuing.issue("old.example.com"), tls=("1.0", "1.3"))
    with old:
        lab.place("old.example.com", 443, old)
        proxy = start_proxy(policy=POLICY, arguments=("--probe",))
        assert wait_until(lambda: len(facts(proxy).notices) >= 2)
        firsts = {notice.en.splitlines()[0] for notice in facts(proxy).notices}
        assert firsts == {
            "probe of api.example.com:443: offers TLS 1.2 1.3; iOS passes, Android passes, devtools passes",
            "probe of hole.example.com:443: offers TLS 1.2 1.3; iOS may fail, Android fails, devtools passes",
        }
        assert lab.origin.wait_closed_connections() and lab.origin.paths() == []
        connections = lab.origin.connections
        # An edit adds a host: it alone is asked.
        proxy.write_policy(POLICY.replace("[https://api", "[https://old.example.com, https://api"))
        assert wait_until(lambda: any("old.example.com" in notice.en for notice in facts(proxy).notices))
        assert lab.origin.connections == connections
        # What the probe found counts for the calls that follow.
        assert proxy.clients.python_request("https://api.example.com/later").status == 200
        assert proxy.clients.python_request("https://old.example.com/later").status == 200
        noted = {
            record: [f.code.value for f in one_record(proxy, record).findings]
            for record in ("api.example.com/later", "old.example.com/later")
        }
        assert "TLS_NO_LEGACY_SUPPORT" in noted["api.example.com/later"]
        assert "TLS_NO_LEGACY_SUPPORT" not in noted["old.example.com/later"]
        assert proxy.stop() == 0
        report = " ".join(proxy.output.rpartition("THIS RECORDING")[2].split())
        assert "probe of hole.example.com:443" in report and "Append the intermediate" in report


def test_without_the_option_nothing_is_probed(lab, start_proxy):
    proxy = start_proxy(policy=POLICY)
    assert proxy.clients.python_request("https://api.example.com/alone").status == 200
    assert lab.origin.connections == 1
    assert "TLS_NO_LEGACY_SUPPORT" not in [f.code.value for f in one_record(proxy, "/alone").findings]


def test_a_server_that_never_answers_does_not_hold_up_the_end(lab, start_proxy):
    with Origin(lab.issuing.issue("stall.example.com"), handshake="stall") as stalling:
        lab.place("stall.example.com", 443, stalling)
        proxy = start_proxy(
            policy=POLICY.replace("[https://api", "[https://stall.example.com, https://api"), arguments=("--probe",)
        )
        assert stalling.wait_for(lambda origin: origin.open_connections > 0)
        assert proxy.program.stop(timeout_s=4) == 0
