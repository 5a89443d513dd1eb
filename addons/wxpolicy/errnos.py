"""What a failing call's callback is given: errno and errMsg, by finding and edition (platform §3)."""

from collections.abc import Mapping
from types import MappingProxyType

from wxpolicy.editions import DEFAULT
from wxpolicy.editions import Edition
from wxpolicy.editions.edition import ErrorForm
from wxpolicy.editions.edition import Failure
from wxpolicy.finding import Code
from wxpolicy.finding import Family
from wxpolicy.terms import Api

# Chromium's net error list, whose names and numbers Android and newer iOS clients put into errMsg
# (platform §3: -200 name, -201 date, -202 authority).
_NET_ERRORS: Mapping[Code, tuple[int, str]] = MappingProxyType(
    {
        Code.CERT_NAME_MISMATCH: (-200, "ERR_CERT_COMMON_NAME_INVALID"),
        Code.CERT_NO_SAN: (-200, "ERR_CERT_COMMON_NAME_INVALID"),
        Code.CERT_EXPIRED: (-201, "ERR_CERT_DATE_INVALID"),
        Code.CERT_NOT_YET_VALID: (-201, "ERR_CERT_DATE_INVALID"),
        Code.CERT_SELF_SIGNED: (-202, "ERR_CERT_AUTHORITY_INVALID"),
        Code.CERT_UNTRUSTED_ROOT: (-202, "ERR_CERT_AUTHORITY_INVALID"),
        Code.CERT_CHAIN_INCOMPLETE: (-202, "ERR_CERT_AUTHORITY_INVALID"),
        Code.CERT_DISTRUSTED_CA: (-202, "ERR_CERT_AUTHORITY_INVALID"),
        Code.CERT_WRONG_PURPOSE: (-207, "ERR_CERT_INVALID"),
        Code.CERT_UNREADABLE: (-207, "ERR_CERT_INVALID"),
        Code.CERT_WEAK_SIGNATURE: (-208, "ERR_CERT_WEAK_SIGNATURE_ALGORITHM"),
        Code.CERT_WEAK_KEY: (-211, "ERR_CERT_WEAK_KEY"),
        Code.CERT_VALIDITY_TOO_LONG: (-213, "ERR_CERT_VALIDITY_TOO_LONG"),
        Code.TLS_TOO_OLD: (-113, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        Code.TLS_NO_FORWARD_SECRECY: (-113, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        Code.TLS_NO_LEGACY_SUPPORT: (-113, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        Code.TLS_HANDSHAKE_FAILED: (-107, "ERR_SSL_PROTOCOL_ERROR"),
    }
)

# The kinds of failure that are told apart within a family.
_FAILURES: Mapping[Code, Failure] = MappingProxyType(
    {
        Code.REDIRECT_NOT_LISTED: Failure.REDIRECT_NOT_LISTED,
        Code.URL_INVALID: Failure.URL_INVALID,
        Code.TIMEOUT: Failure.TIMEOUT,
        Code.INTERRUPTED: Failure.BACKGROUND,
        Code.BACKGROUND_REFUSED: Failure.BACKGROUND,
        Code.CONCURRENCY_EXCEEDED: Failure.OVER_THE_LIMIT,
        Code.CHARSET_CONVERSION_FAILED: Failure.CONVERSION,
        Code.FILE_TOO_LARGE: Failure.FILE_TOO_LARGE,
    }
)
_INTERNAL = ErrorForm(None, "refused by the proxy: internal error")


def failure(code: Code, api: Api, host: str = "", edition: Edition = DEFAULT) -> tuple[int | None, str]:
    """errno (None where the platform gives none) and the whole errMsg of a call that fails with this finding."""
    errno, form = _form(code, api, edition)
    number, name = _NET_ERRORS.get(code, (0, ""))
    # An IPv6 address may itself end with a colon.
    reason = form if host else form.removesuffix(":{host}")
    reason = reason.format(host=host, number=number, name=name)
    return errno, f"{api.value}:fail {reason}" if reason else f"{api.value}:fail"


def _form(code: Code, api: Api, edition: Edition) -> ErrorForm:
    if code is Code.INTERNAL_ERROR:
        return _INTERNAL
    if code in _NET_ERRORS:
        return edition.errors[Failure.CERTIFICATE]
    if code in _FAILURES:
        return edition.errors[_FAILURES[code]]
    if code.family is Family.DOMAIN:
        return edition.errors[Failure.NOT_LISTED]
    if code is Code.NETWORK_ERROR and api is Api.CONNECT_SOCKET:
        return edition.errors[Failure.SOCKET]
    return edition.errors[Failure.NETWORK]
