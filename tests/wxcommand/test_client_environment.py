"""A program that reads any of the usual variables goes through the proxy and trusts it."""

import hashlib
import ssl
import stat
import struct
import sys
from pathlib import Path

import certifi
import pytest
from mitmproxy import certs

from wxcommand.client_environment import TrustFiles
from wxcommand.client_environment import certificates
from wxcommand.client_environment import client_environment
from wxcommand.client_environment import java_trust_store
from wxcommand.client_environment import write_trust_files

TRUST = TrustFiles(Path("/ca.pem"), Path("/bundle.pem"), Path("/store.jks"))
URL = "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, URL) for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "all_proxy")),
        ("NODE_USE_ENV_PROXY", "1"),
        ("NODE_EXTRA_CA_CERTS", "/ca.pem"),
        *((name, "/bundle.pem") for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")),
        ("MINIPROGRAM_PROXY", URL),
    ],
)
def test_what_clients_read(name, value):
    assert client_environment({name: "another"}, "127.0.0.1", 8080, TRUST)[name] == value


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy", "SSL_CERT_DIR"])
def test_what_would_lead_past_the_proxy_is_cleared(name):
    made = client_environment({name: "*", "PATH": "/bin"}, "127.0.0.1", 8080, TRUST)
    assert name not in made and made["PATH"] == "/bin"


def test_an_ipv6_address_has_its_brackets():
    assert client_environment({}, "::1", 8080, TRUST)["HTTPS_PROXY"] == "http://[::1]:8080"


def test_the_jvm_keeps_its_own_options_and_proxies_loopback_too():
    made = client_environment({"JAVA_TOOL_OPTIONS": "-Xmx1g"}, "127.0.0.1", 8080, TRUST)["JAVA_TOOL_OPTIONS"]
    assert made.startswith("-Xmx1g ") and " -Dhttps.proxyPort=8080 " in made and "-Dhttp.nonProxyHosts= " in made


@pytest.fixture
def ca(tmp_path):
    certs.CertStore.from_store(tmp_path, "mitmproxy", 2048)
    return tmp_path / "mitmproxy-ca-cert.pem"


def test_the_bundle_holds_the_roots_of_this_machine_and_ours(ca, tmp_path):
    trust = write_trust_files(ca, tmp_path, {})
    context = ssl.create_default_context(cafile=str(trust.bundle))
    known = set(context.get_ca_certs(binary_form=True))
    (ours,) = certificates(ca.read_text())
    mozilla = certificates(Path(certifi.where()).read_text(encoding="utf-8"))
    assert ours in known and len(mozilla) > 100 and known.issuperset(mozilla[:20])
    if sys.platform != "win32":
        assert {stat.S_IMODE(path.stat().st_mode) for path in (trust.bundle, trust.java)} == {0o600}


def test_roots_that_the_environment_names_are_kept(ca, tmp_path):
    own = tmp_path / "own.pem"
    own.write_text(
        Path(certifi.where()).read_text(encoding="utf-8").split("-----END CERTIFICATE-----")[0]
        + "-----END CERTIFICATE-----\n"
    )
    trust = write_trust_files(ca, tmp_path, {"SSL_CERT_FILE": str(own)})
    assert len(certificates(trust.bundle.read_text(encoding="utf-8"))) == 2


def read_java_trust_store(content, password):
    """As the JDK's JavaKeyStore.engineLoad reads it."""
    body, digest = content[:-20], content[-20:]
    assert hashlib.sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + body).digest() == digest
    magic, version, count = struct.unpack_from(">III", body)
    assert (magic, version) == (0xFEEDFEED, 2)
    at, found = 12, {}
    for _ in range(count):
        tag, length = struct.unpack_from(">IH", body, at)
        alias = body[at + 6 : at + 6 + length].decode()
        at += 6 + length + 8
        (length,) = struct.unpack_from(">H", body, at)
        assert (tag, body[at + 2 : at + 2 + length]) == (2, b"X.509")
        at += 2 + length
        (length,) = struct.unpack_from(">I", body, at)
        found[alias] = body[at + 4 : at + 4 + length]
        at += 4 + length
    assert at == len(body)
    return found


def test_a_java_trust_store_holds_each_certificate_under_a_name_of_its_own():
    assert list(read_java_trust_store(java_trust_store([b"one", b"two"]), "changeit").values()) == [b"one", b"two"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nAAAA",
    ],
)
def test_what_is_no_certificate_is_left_out(text):
    assert certificates(text) == [] or text.startswith("-----BEGIN CERTIFICATE-----\n%%%")
