"""OpenSSL connections that offer what a client offers, or everything, and their outcome."""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from mitmproxy import connection
from mitmproxy import ctx
from mitmproxy.net import tls as net_tls
from OpenSSL import SSL

from wxpolicy.certificates.tls_offers.offer import TlsOffer

# OpenSSL functions for which pyOpenSSL has no method.
_LIB: Any = SSL._lib  # type: ignore[attr-defined]
_FFI: Any = SSL._ffi  # type: ignore[attr-defined]
# The cryptography package before 46 cannot set the groups: OpenSSL's own are offered there.
CAN_SET_GROUPS = hasattr(_LIB, "SSL_CTX_set1_curves_list")
_VERSIONS = {"TLSv1.2": SSL.TLS1_2_VERSION, "TLSv1.3": SSL.TLS1_3_VERSION}
# OpenSSL's own security level would refuse what is to be probed.
EVERYTHING = b"ALL:!aNULL:!eNULL:@SECLEVEL=0"
_OP_LEGACY_SERVER_CONNECT = 0x4


def connection_with(offer: TlsOffer | None, server: connection.Server) -> SSL.Connection:
    """Replaces the connection that mitmproxy's TlsConfig made for ``server``; None offers everything."""
    made = SSL.Connection(_context(offer, _client_certificate(server)))
    if server.sni and not _is_address(server.sni):
        made.set_tlsext_host_name(server.sni.encode("idna"))
    if server.alpn_offers:
        made.set_alpn_protos(list(server.alpn_offers))
    made.set_connect_state()
    return made


@lru_cache(32)
def _context(offer: TlsOffer | None, client_certificate: str | None) -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_options(SSL.OP_NO_COMPRESSION | _OP_LEGACY_SERVER_CONNECT)
    if net_tls.log_master_secret:
        context.set_keylog_callback(net_tls.log_master_secret)
    if client_certificate is not None:
        context.use_privatekey_file(client_certificate)
        context.use_certificate_chain_file(client_certificate)
    if offer is None:
        context.set_min_proto_version(SSL.TLS1_VERSION)
        context.set_cipher_list(EVERYTHING)
    else:
        restrict(context, offer)
    return context


def restrict(context: SSL.Context, offer: TlsOffer) -> None:
    """Makes ``context`` offer what ``offer`` contains, as far as this OpenSSL supports it."""
    versions = [_VERSIONS[name] for name in offer.versions]
    context.set_min_proto_version(min(versions))
    context.set_max_proto_version(max(versions))
    context.set_cipher_list(":".join((*offer.suites, "@SECLEVEL=0")).encode())
    # No server that phones can reach needs what is newer than this OpenSSL (ML-DSA, hybrid groups).
    _set(_LIB.SSL_CTX_set1_sigalgs_list, context, offer.signatures, "mldsa")
    if CAN_SET_GROUPS:
        _set(_LIB.SSL_CTX_set1_curves_list, context, offer.groups, "X25519MLKEM")


def _set(call: Callable[..., int], context: SSL.Context, names: tuple[str, ...], newest: str) -> None:
    for wanted in (names, tuple(name for name in names if not name.startswith(newest))):
        if call(context._context, ":".join(wanted).encode()) == 1:
            return
        _LIB.ERR_clear_error()
    raise RuntimeError(f"OpenSSL takes none of {', '.join(names)}")


def on_certificate_request(made: SSL.Connection, told: Callable[[], None]) -> None:
    """``told`` is called when the server asks the client for a certificate.

    In TLS 1.3 the server says only after the handshake that it requires one. mitmproxy logs this alert and keeps
    waiting; here it ends the connection, as on a device.
    """
    receive = made.recv

    def asked(ssl: Any, argument: Any) -> int:
        told()
        made.recv = received  # type: ignore[method-assign]
        return 1

    def received(bufsiz: int, flags: int | None = None) -> bytes:
        try:
            return receive(bufsiz, flags)
        except (SSL.WantReadError, SSL.WantWriteError, SSL.WantX509LookupError, SSL.ZeroReturnError, SSL.SysCallError):
            raise
        except SSL.Error as alert:
            raise SSL.ZeroReturnError from alert

    callback = _FFI.callback("int(SSL *, void *)", asked)
    _LIB.SSL_set_cert_cb(made._ssl, callback, _FFI.NULL)
    made._certificate_request = callback  # type: ignore[attr-defined]  # as long as OpenSSL may call it


def _client_certificate(server: connection.Server) -> str | None:
    """What mitmproxy's option ``client_certs`` gives for this server."""
    if not ctx.options.client_certs:
        return None
    named = Path(ctx.options.client_certs).expanduser()
    own = named if named.is_file() else named / f"{server.sni or (server.address or ('',))[0]}.pem"
    return str(own) if own.is_file() else None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
