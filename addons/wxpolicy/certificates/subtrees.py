"""Whether a name lies in the subtree of a name constraint, as each platform compares them."""

import re
from ipaddress import ip_address

from wxpolicy.certificates.constraints import Comparison
from wxpolicy.certificates.der import DerError
from wxpolicy.certificates.general_names import GeneralName
from wxpolicy.certificates.general_names import Kind
from wxpolicy.certificates.x500 import COMMON_NAME
from wxpolicy.certificates.x500 import Folded
from wxpolicy.certificates.x500 import Name
from wxpolicy.certificates.x500 import as_boringssl
from wxpolicy.certificates.x500 import as_java

# DNSName (OpenJDK): labels of ASCII letters, digits and hyphens, which begin with no hyphen.
_JAVA_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9][A-Za-z0-9-]*)*")


def _address(name: GeneralName, tree: GeneralName) -> bool:
    """An address against an address with its mask, of one family."""
    size = len(name.value)
    if size not in (4, 16) or len(tree.value) != 2 * size:
        return False
    base, mask = tree.value[:size], tree.value[size:]
    return all(a & m == b & m for a, b, m in zip(name.value, base, mask, strict=True))


def _java_address(name: GeneralName, tree: GeneralName) -> bool:
    """IPAddressName.constrains (OpenJDK): an address with a mask of its own lies in a wider one."""
    size = len(name.value) // 2
    if len(name.value) != len(tree.value) or size not in (4, 16):
        return _address(name, tree)
    base, mask = tree.value[:size], tree.value[size:]
    pairs = zip(name.value[:size], name.value[size:], base, mask, strict=True)
    return all(m & own == m and a & m == b & m for a, own, b, m in pairs)


def _apple_dns(name: GeneralName, tree: GeneralName) -> bool:
    """SecDNSNameConstraintsMatch (trust/trustd/nameconstraints.c:37-63): text alone, wildcards too."""
    host, base = name.lowered, tree.lowered
    return host == base or (host.endswith(base) and (base.startswith(".") or host.removesuffix(base).endswith(".")))


def _java_dns(name: GeneralName, tree: GeneralName) -> bool:
    """DNSName.constrains (OpenJDK): text alone, wildcards too; a leading dot stands for the one between the labels."""
    host, base = name.lowered, tree.lowered
    if host == base:
        return True
    rest = host.removesuffix(base)
    return bool(base) and rest != host and rest.endswith(".") != base.startswith(".")


def _chromium_dns(name: GeneralName, tree: GeneralName) -> bool:
    """DNSNameMatches (BoringSSL, pki/name_constraints.cc) for a permitted subtree."""
    host, base = name.lowered.removesuffix("."), tree.lowered
    if not base:
        return True
    base = base.removesuffix(".")
    return host == base or host.endswith("." + base.removeprefix("."))


def _chromium_dns_excluded(name: GeneralName, tree: GeneralName) -> bool:
    """The same for an excluded one: a wildcard counts where one of the hosts that it stands for would."""
    host, base = name.lowered.removesuffix("."), tree.lowered.removesuffix(".")
    _, dot, above = base.partition(".")
    return (host.startswith("*.") and bool(dot) and above == host[2:]) or _chromium_dns(name, tree)


def _host_or_domain(host: str, base: str) -> bool:
    """A constraint on mail or URIs: a host as it is, everything below it where it begins with a dot."""
    return host.endswith(base) and not host.startswith(".") if base.startswith(".") else host == base


def _email(name: GeneralName, tree: GeneralName) -> bool:
    mail, base = name.lowered, tree.lowered
    if "@" in base:
        return mail == base
    return _host_or_domain(mail.partition("@")[2], base)


def _uri(name: GeneralName, tree: GeneralName) -> bool:
    _, scheme, rest = name.lowered.partition("://")
    host = rest.partition("/")[0].partition(":")[0]
    return bool(scheme) and _host_or_domain(host, tree.lowered)


def _apple_directory(name: GeneralName, tree: GeneralName) -> bool:
    """nc_compare_directoryNames (nameconstraints.c:133-151): the same bytes, and more of them."""
    return name.name is not None and tree.name is not None and _begins(_raw(name.name), _raw(tree.name), longer=True)


def _java_directory(name: GeneralName, tree: GeneralName) -> bool:
    return name.name is not None and tree.name is not None and _begins(as_java(name.name), as_java(tree.name))


def _chromium_directory(name: GeneralName, tree: GeneralName) -> bool:
    if name.name is None or tree.name is None:
        return False
    try:
        return _begins(as_boringssl(name.name), as_boringssl(tree.name))
    except DerError:
        return False


def _java_host(subject: Name) -> GeneralName | None:
    """NameConstraintsExtension.verify (OpenJDK): the last common name, where it may be an address or a host's name."""
    common_names = subject.values(COMMON_NAME)
    if not common_names:
        return None
    host = common_names[-1]
    try:
        return GeneralName(Kind.IP, ip_address(host).packed)
    except ValueError:
        return GeneralName(Kind.DNS, host.encode()) if _JAVA_HOST.fullmatch(host) else None


def _raw(name: Name) -> Folded:
    return tuple(tuple((each.type, each.tag, each.value) for each in rdn) for rdn in name.rdns)


def _begins(name: Folded, base: Folded, longer: bool = False) -> bool:
    return name[: len(base)] == base and len(name) >= len(base) + longer


_APPLE = {
    Kind.DNS: _apple_dns, Kind.IP: _address, Kind.EMAIL: _email, Kind.URI: _uri, Kind.DIRECTORY: _apple_directory,
}  # fmt: skip
_JAVA = {**_APPLE, Kind.DNS: _java_dns, Kind.IP: _java_address, Kind.DIRECTORY: _java_directory}
_CHROMIUM = {Kind.DNS: _chromium_dns, Kind.IP: _address, Kind.EMAIL: _email, Kind.DIRECTORY: _chromium_directory}

APPLE = Comparison(_APPLE, _APPLE, joins=True)
JAVA = Comparison(_JAVA, _JAVA, host_of=_java_host)
CHROMIUM = Comparison(_CHROMIUM, {**_CHROMIUM, Kind.DNS: _chromium_dns_excluded})
