"""The proxy's own side of TLS: it must not cause the failure that it reports (platform §5, last sentence)."""

import socket
import ssl
from datetime import UTC
from datetime import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from OpenSSL import SSL
from OpenSSL import crypto

from testenv.rawserver import connect_through
from wxlab.origin import Origin
from wxpolicy.catalogue import message_of
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge
from wxpolicy.certificates.trust import build
from wxpolicy.certificates.trust import everywhere

LONG = "-".join(["a-label-of-some-length"] * 2) + ".and-another-label-of-some-length.example.com"
HOSTS = {
    "a plain name": "api.example.com",
    "a name longer than a common name may be": LONG,
    "a name that only a wildcard covers upstream": "deep.wild.example.com",
    "an address": "203.0.113.7",
}
VERSIONS = {"1.0": SSL.TLS1_VERSION, "1.1": SSL.TLS1_1_VERSION, "1.2": SSL.TLS1_2_VERSION, "1.3": SSL.TLS1_3_VERSION}


@pytest.fixture(scope="module")
def proxy(shared_proxy, whole_lab):
    """Its upstream for deep.wild.example.com has a wildcard's certificate, and has been asked once."""
    listed = ", ".join(f"https://{host}" for host in HOSTS.values() if not host[0].isdigit())
    proxy = shared_proxy(policy=f"appid: any\nscope: all\nmode: debug\ndomains: {{request: [{listed}]}}\n")
    with Origin(whole_lab.issuing.issue("*.wild.example.com")) as wild:
        whole_lab.place("deep.wild.example.com", 443, wild)
        whole_lab.write_map(proxy.map)
        assert proxy.clients.python_request("https://deep.wild.example.com/asked").status == 200
        yield proxy


def shake_hands(proxy, host, version=None):
    """The connection after a handshake with the proxy as ``host``. Raises SSL.Error."""
    with connect_through(proxy.port, f"{host}:443") as sock:
        return shake_hands_on(sock, host, version)


def shake_hands_on(sock, host, version=None):
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_cipher_list(b"ALL:@SECLEVEL=0")
    if version is not None:
        context.set_min_proto_version(VERSIONS[version])
        context.set_max_proto_version(VERSIONS[version])
    sock.settimeout(None)  # pyOpenSSL wants a blocking socket
    connection = SSL.Connection(context, sock)
    if not host[0].isdigit():
        connection.set_tlsext_host_name(host.encode())
    connection.set_connect_state()
    connection.do_handshake()
    return connection


def chain_of(connection):
    return [crypto.dump_certificate(crypto.FILETYPE_ASN1, cert) for cert in connection.get_peer_cert_chain()]


def test_the_long_name_is_too_long_for_a_common_name():
    assert len(LONG) > 64


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS.keys())
def test_every_platform_would_accept_what_the_proxy_shows_it(host, proxy, lab):
    connection = shake_hands(proxy, host)
    trust = build("the phone's", [], [proxy.ca_pem.read_text("ascii")])
    seen = Handshake(host, connection.get_protocol_version_name(), connection.get_cipher_name())
    findings = judge(ServedChain(tuple(chain_of(connection))), seen, datetime.now(UTC), everywhere(trust))
    assert [(finding.code.value, finding.severity.value, message_of(finding).en) for finding in findings] == []


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS.keys())
def test_the_leaf_has_what_apple_asks_for_by_name(host, proxy, lab):
    """Apple 103769, said once more without the judge."""
    leaf = x509.load_der_x509_certificate(chain_of(shake_hands(proxy, host))[0])
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    shown = [str(name.value) for name in names]
    assert host in shown
    assert ExtendedKeyUsageOID.SERVER_AUTH in leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days <= 825
    assert leaf.signature_hash_algorithm.name in ("sha256", "sha384", "sha512")
    # Of RSA it asks for 2048 bits; EC begins with P-256.
    key = leaf.public_key()
    assert key.key_size >= (256 if isinstance(key, ec.EllipticCurvePublicKey) else 2048)
    root = x509.load_pem_x509_certificate(proxy.ca_pem.read_bytes())
    assert root.public_bytes(Encoding.PEM) == proxy.ca_pem.read_bytes().replace(b"\r\n", b"\n")
    leaf.verify_directly_issued_by(root)


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_clients_are_offered_todays_tls(version, proxy, lab):
    connection = shake_hands(proxy, "api.example.com", version)
    assert connection.get_protocol_version_name() == f"TLSv{version}"
    cipher = connection.get_cipher_name()
    assert version == "1.3" or (cipher.startswith("ECDHE") and "AES" in cipher) or "CHACHA20" in cipher


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_clients_are_offered_nothing_older(version, proxy, lab):
    # This client can: an origin that knows the version agrees with it.
    with socket.create_connection(("127.0.0.1", lab.tls11.port)) as sock:
        assert shake_hands_on(sock, "tls11.example.com", version).get_protocol_version_name().startswith("TLSv1")
    with pytest.raises(SSL.Error, match="Unexpected EOF|alert protocol version"):
        shake_hands(proxy, "api.example.com", version)


@pytest.mark.parametrize(
    ("case", "suites", "is_spoken"),
    [
        ("GCM with ECDHE", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256", True),
        ("CBC with SHA-1 and ECDHE, as old Android has it", "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA", True),
        ("GCM without forward secrecy", "AES128-GCM-SHA256", False),
        ("CBC without forward secrecy", "AES256-SHA", False),
        ("CBC with SHA-256", "ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256", False),
        ("DHE", "DHE-RSA-AES128-GCM-SHA256", False),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_only_forward_secrecy_is_spoken_with_clients(proxy, case, suites, is_spoken):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{suites}:@SECLEVEL=0")
    with connect_through(proxy.port, "api.example.com:443") as sock:
        if not is_spoken:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                context.wrap_socket(sock, server_hostname="api.example.com")
            return
        with context.wrap_socket(sock, server_hostname="api.example.com") as spoken:
            assert spoken.cipher()[0] in suites.split(":")
