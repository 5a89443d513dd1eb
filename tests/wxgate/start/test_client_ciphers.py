"""What the proxy offers its clients: forward secrecy alone, CBC with SHA-1 last."""

from OpenSSL import SSL

from wxgate.start.engine import CLIENT_CIPHERS


def test_every_suite_is_known_and_has_forward_secrecy():
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_cipher_list(":".join(CLIENT_CIPHERS).encode())
    known = [name for name in SSL.Connection(context).get_cipher_list() if not name.startswith("TLS_")]
    assert known == list(CLIENT_CIPHERS)
    assert all(name.startswith("ECDHE-") for name in known)


def test_cbc_with_sha1_stands_last():
    is_cbc = [name.endswith("-SHA") for name in CLIENT_CIPHERS]
    assert is_cbc == sorted(is_cbc) and any(is_cbc)
