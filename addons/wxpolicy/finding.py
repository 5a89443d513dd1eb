"""What a rule found: the one value that every rule yields and every report shows."""

from dataclasses import dataclass
from enum import StrEnum

from wxpolicy.terms import Platform
from wxpolicy.terms import Text


class Family(StrEnum):
    """Which part of the contract a code belongs to."""

    DOMAIN = "domain"
    CERTIFICATE = "certificate"
    BEHAVIOUR = "behaviour"
    RESPONSE = "response"
    OURS = "ours"


class Severity(StrEnum):
    VIOLATION = "violation"  # a release build fails because of it
    WARNING = "warning"  # a release build may fail because of it
    NOTE = "note"  # worth knowing, fails nothing


class Status(StrEnum):
    VIOLATED = "violated"
    NOT_OBSERVABLE = "not_observable"  # the proxy cannot see it: never "passed"


class Code(StrEnum):
    """Stable names of everything that can be found. A code's meaning never changes."""

    # domain
    DOMAIN_NOT_LISTED = "DOMAIN_NOT_LISTED"
    DOMAIN_WRONG_CATEGORY = "DOMAIN_WRONG_CATEGORY"
    SCHEME_NOT_SECURE = "SCHEME_NOT_SECURE"
    HOST_IS_IP = "HOST_IS_IP"
    HOST_IS_LOCALHOST = "HOST_IS_LOCALHOST"
    PORT_NOT_ALLOWED = "PORT_NOT_ALLOWED"
    HOST_RESERVED = "HOST_RESERVED"
    REDIRECT_NOT_LISTED = "REDIRECT_NOT_LISTED"
    URL_INVALID = "URL_INVALID"
    ICP_UNLIKELY = "ICP_UNLIKELY"
    # certificate
    CERT_EXPIRED = "CERT_EXPIRED"
    CERT_NOT_YET_VALID = "CERT_NOT_YET_VALID"
    CERT_NAME_MISMATCH = "CERT_NAME_MISMATCH"
    CERT_SELF_SIGNED = "CERT_SELF_SIGNED"
    CERT_UNTRUSTED_ROOT = "CERT_UNTRUSTED_ROOT"
    CERT_CHAIN_INCOMPLETE = "CERT_CHAIN_INCOMPLETE"
    CERT_DISTRUSTED_CA = "CERT_DISTRUSTED_CA"
    CERT_WRONG_PURPOSE = "CERT_WRONG_PURPOSE"
    CERT_WEAK_SIGNATURE = "CERT_WEAK_SIGNATURE"
    CERT_WEAK_KEY = "CERT_WEAK_KEY"
    CERT_NO_SAN = "CERT_NO_SAN"
    CERT_VALIDITY_TOO_LONG = "CERT_VALIDITY_TOO_LONG"
    CERT_UNREADABLE = "CERT_UNREADABLE"
    TLS_TOO_OLD = "TLS_TOO_OLD"
    TLS_NO_FORWARD_SECRECY = "TLS_NO_FORWARD_SECRECY"
    TLS_NO_LEGACY_SUPPORT = "TLS_NO_LEGACY_SUPPORT"
    TLS_HANDSHAKE_FAILED = "TLS_HANDSHAKE_FAILED"
    # behaviour
    TIMEOUT = "TIMEOUT"
    INTERRUPTED = "INTERRUPTED"
    BACKGROUND_REFUSED = "BACKGROUND_REFUSED"
    CONCURRENCY_QUEUED = "CONCURRENCY_QUEUED"
    CONCURRENCY_EXCEEDED = "CONCURRENCY_EXCEEDED"
    REFERER_REWRITTEN = "REFERER_REWRITTEN"
    REFERER_FORGED = "REFERER_FORGED"
    NETWORK_ERROR = "NETWORK_ERROR"
    # response
    CHARSET_NOT_UTF8 = "CHARSET_NOT_UTF8"
    CHARSET_CONVERSION_FAILED = "CHARSET_CONVERSION_FAILED"
    CHARSET_UNDECLARED = "CHARSET_UNDECLARED"
    CHARSET_MISDECLARED = "CHARSET_MISDECLARED"
    BOM_STRIPPED = "BOM_STRIPPED"
    BOM_REPEATED = "BOM_REPEATED"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    STATUS_IS_SUCCESS = "STATUS_IS_SUCCESS"
    # ours
    INTERNAL_ERROR = "INTERNAL_ERROR"
    RECORD_DROPPED = "RECORD_DROPPED"

    @property
    def family(self) -> Family:
        if self.name.startswith(("CERT_", "TLS_")):
            return Family.CERTIFICATE
        if self in _BEHAVIOUR:
            return Family.BEHAVIOUR
        if self in _RESPONSE:
            return Family.RESPONSE
        if self in _OURS:
            return Family.OURS
        return Family.DOMAIN


_BEHAVIOUR = frozenset(
    {
        Code.TIMEOUT,
        Code.INTERRUPTED,
        Code.BACKGROUND_REFUSED,
        Code.CONCURRENCY_QUEUED,
        Code.CONCURRENCY_EXCEEDED,
        Code.REFERER_REWRITTEN,
        Code.REFERER_FORGED,
        Code.NETWORK_ERROR,
    }
)
_RESPONSE = frozenset(
    {
        Code.CHARSET_NOT_UTF8,
        Code.CHARSET_CONVERSION_FAILED,
        Code.CHARSET_UNDECLARED,
        Code.CHARSET_MISDECLARED,
        Code.BOM_STRIPPED,
        Code.BOM_REPEATED,
        Code.FILE_TOO_LARGE,
        Code.STATUS_IS_SUCCESS,
    }
)
_OURS = frozenset({Code.INTERNAL_ERROR, Code.RECORD_DROPPED})

ALL_PLATFORMS = (Platform.IOS, Platform.ANDROID, Platform.DEVTOOLS)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found on one call.

    ``message`` says what was found and where, ``fix`` what to do about it;
    ``platforms`` are those on which it holds; ``clause`` is the sentence of the
    specification or the fact that the rule comes from, for example
    "seed-2017 §1" or "platform §3 [seen]". ``subject`` groups findings with one
    cause in a report (usually the host).
    """

    code: Code
    message: Text
    fix: Text
    clause: str
    severity: Severity = Severity.VIOLATION
    status: Status = Status.VIOLATED
    platforms: tuple[Platform, ...] = ALL_PLATFORMS
    subject: str = ""

    @property
    def fails(self) -> bool:
        """Whether a build that applies this rule fails the call."""
        return self.severity is Severity.VIOLATION and self.status is Status.VIOLATED
