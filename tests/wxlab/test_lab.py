"""Each faulty host has its fault: a strict client refuses it, for that reason."""

import json
import socket
import ssl

import pytest

from wxlab.lab import FAULTY
from wxlab.lab import GOOD

REFUSED = {
    "expired.example.com": "certificate has expired",
    "not-yet.example.com": "not yet valid",
    "wrong-name.example.com": "Hostname mismatch",
    "self-signed.example.com": "self-signed certificate",
    "private-ca.example.com": "unable to get local issuer certificate",
    "hole.example.com": "unable to get local issuer certificate",
    "client-only.example.com": "unsuitable certificate purpose",
    "sha1.example.com": "digest algorithm too weak",
    "rsa1024.example.com": "key too weak",
}
# OpenSSL takes what only Apple refuses, and a name in the CN where there is no SAN is Python's to refuse.
ACCEPTED_BY_OPENSSL = {"too-long.example.com", "no-san.example.com"}
NEVER_UP = {"tls11.example.com", "refused.example.com"}


def handshake(lab, host, ciphers=None):
    context = ssl.create_default_context(cadata=lab.root.cert_pem.decode())
    context.set_ciphers(ciphers or "DEFAULT:@SECLEVEL=2")
    port = lab.resolve_map()[f"{host}:443"]
    with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
        with context.wrap_socket(sock, server_hostname=host) as secure:
            return secure.version(), secure.cipher()[0]


@pytest.mark.parametrize("host", GOOD)
def test_a_good_host_satisfies_a_strict_client(lab, host):
    assert handshake(lab, host)[0] == "TLSv1.3"


@pytest.mark.parametrize(("host", "reason"), REFUSED.items())
def test_a_faulty_host_is_refused_for_its_fault(lab, host, reason):
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        handshake(lab, host)


@pytest.mark.parametrize("host", sorted(NEVER_UP))
def test_a_host_without_modern_tls_completes_no_handshake(lab, host):
    with pytest.raises(OSError) as failed:
        handshake(lab, host)
    assert not isinstance(failed.value, ssl.SSLCertVerificationError)


def test_rsa_key_exchange_is_all_that_its_host_offers(lab):
    assert handshake(lab, "rsa-kx.example.com", "AES128-GCM-SHA256") == ("TLSv1.2", "AES128-GCM-SHA256")
    with pytest.raises(OSError):
        handshake(lab, "rsa-kx.example.com", "ECDHE+AESGCM")


def test_every_faulty_host_is_tested_here():
    assert set(REFUSED) | ACCEPTED_BY_OPENSSL | NEVER_UP | {"rsa-kx.example.com"} == set(FAULTY)


def test_the_map_names_every_host_and_those_placed_later(lab, tmp_path):
    lab.place("192.168.1.5", 8080, lab.plain)
    places = json.loads(lab.write_map(tmp_path / "map.json").read_text())
    assert {f"{host}:443" for host in (*GOOD, *FAULTY)} <= set(places)
    assert places["192.168.1.5:8080"] == places["api.example.com:80"] == lab.plain.port
    assert [path.name for path in tmp_path.iterdir()] == ["map.json"]
