"""The host against the certificate's subject alternative names, as each platform compares them."""

from collections.abc import Callable
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.general_names import IpAddress
from wxpolicy.certificates.printable import printable
from wxpolicy.finding import Code

# Whether a dNSName matches a host; the host is lower-case, the name as written.
Matches = Callable[[str, str], bool]
_SHOWN_NAMES = 6


def host_as_asked(host: str) -> str | IpAddress:
    """``host`` in the form for comparisons: an address, or a lower-case A-label name without its trailing dot."""
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        return ip_address(bare)
    except ValueError:
        pass
    name = bare.removesuffix(".").lower()
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def apple_matches(pattern: str, host: str) -> bool:
    """SecDNSMatch (OSX/sec/Security/SecPolicyLeafCallbacks.c:255-309).

    As many labels as the host; a wildcard is the whole first label, and what is
    below it is no public suffix. A name with a trailing dot is no DNS name to
    SecFrameworkIsDNSName (SecCertificate.c:4991) and is passed over.
    """
    if not _is_apples_dns_name(pattern):
        return False
    mine, theirs = host.split("."), pattern.lower().split(".")
    if len(mine) != len(theirs):
        return False
    if theirs[0] == "*":
        return len(theirs) > 2 and mine[1:] == theirs[1:] and "*" not in pattern[1:] and not is_suffix(pattern[2:])
    return "*" not in pattern and mine == theirs


def java_matches(pattern: str, host: str) -> bool:
    """OkHostnameVerifier (Conscrypt), not in its strict mode: ``*.com`` covers example.com."""
    if not host or host.startswith(".") or not pattern or pattern.startswith(".") or pattern.endswith(".."):
        return False
    name = pattern.lower().removesuffix(".")
    if "*" not in name:
        return name == host
    first, _, above = host.partition(".")
    return name.startswith("*.") and "*" not in name[1:] and bool(first) and name[2:] == above and above != ""


def chromium_matches(pattern: str, host: str) -> bool:
    """X509Certificate::VerifyHostname (Chromium, net/cert/x509_certificate.cc).

    A trailing dot of the name does not count; a wildcard is the whole first
    label, and what is below it is no public suffix and no unknown one.
    """
    name = pattern.lower().removesuffix(".")
    first, _, above = host.partition(".")
    own, _, below = name.partition(".")
    if not first or not name or "\\x00" in name or above != below:
        return False
    if own != "*":
        return own == first
    return bool(above) and not is_suffix(above) and not host.replace(".", "").isdecimal()


def covers(cert: CertFacts, host: str | IpAddress, matches: Matches) -> bool:
    if isinstance(host, str):
        return any(matches(name, host) for name in cert.san_dns)
    return host in cert.san_ip


def is_suffix(domain: str) -> bool:
    """Whether anyone can register below it (``com.cn``), or it is unknown (``lan``); of ICANN's part of the list."""
    return _suffixes().is_public(domain.lower())


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)


def name(leaf: Link, host: str, matches: Matches) -> Iterator[Fault]:
    """CERT_NO_SAN or CERT_NAME_MISMATCH. The common name does not count (platform §5); an IP needs an iPAddress entry."""
    wanted = host_as_asked(host)
    cert = leaf.cert
    if covers(cert, wanted, matches):
        return
    asked = printable(str(wanted), 253)
    kind = "dNSName" if isinstance(wanted, str) else "iPAddress"
    listed = [*cert.san_dns, *map(str, cert.san_ip)]
    if not listed:
        yield fault(Code.CERT_NO_SAN, "", leaf, "subjectAltName", wanted=asked, kind=kind, is_present=cert.has_san)
        return
    yield fault(
        Code.CERT_NAME_MISMATCH,
        "",
        leaf,
        "subjectAltName",
        wanted=asked,
        kind=kind,
        listed=tuple(printable(entry, 80) for entry in listed[:_SHOWN_NAMES]),
        more=max(0, len(listed) - _SHOWN_NAMES),
    )


def _is_apples_dns_name(name: str) -> bool:
    labels = name.split(".")
    return (
        len(name) <= 255
        and name.isascii()
        and all(_is_apples_label(label) for label in labels)
        and any(char.isalpha() or char == "*" for char in labels[-1])
    )


def _is_apples_label(label: str) -> bool:
    return (
        0 < len(label) <= 63
        and all(char.isalnum() or char in "-_*" for char in label)
        and not label.startswith("-")
        and not label.endswith("-")
    )
