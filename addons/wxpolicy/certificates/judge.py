"""The judge: a chain as served, a handshake, a time and a trust store in, all findings out."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import datetime

from wxpolicy.certificates.chain import trust as trust_faults
from wxpolicy.certificates.chain import undecided_root
from wxpolicy.certificates.constraints import name_constraints
from wxpolicy.certificates.distrust import distrusted
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.facts import Unreadable
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.forward_secrecy import forward_secrecy
from wxpolicy.certificates.keys import weak_keys
from wxpolicy.certificates.names import name
from wxpolicy.certificates.openssl import backstop
from wxpolicy.certificates.openssl import refusal
from wxpolicy.certificates.parse import parse
from wxpolicy.certificates.path import Path
from wxpolicy.certificates.path import Search
from wxpolicy.certificates.path import search
from wxpolicy.certificates.platforms import EVERYONE
from wxpolicy.certificates.platforms import joined
from wxpolicy.certificates.platforms import spread
from wxpolicy.certificates.profile import well_formed
from wxpolicy.certificates.purpose import authority
from wxpolicy.certificates.purpose import leaf_purpose
from wxpolicy.certificates.san import no_san
from wxpolicy.certificates.signature import weak_signatures
from wxpolicy.certificates.tls_version import legacy_support
from wxpolicy.certificates.tls_version import tls_version
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.certificates.validity import dates
from wxpolicy.certificates.validity import length
from wxpolicy.finding import ALL_PLATFORMS
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

# What a server sends beyond these is not looked at; real chains have two to five certificates.
MAX_CERTIFICATES = 32


# What a chain is told for that ends in no trusted root.
_NO_ROOT = frozenset({Code.CERT_UNTRUSTED_ROOT, Code.CERT_SELF_SIGNED, Code.CERT_CHAIN_INCOMPLETE})


def judge(
    chain: ServedChain,
    handshake: Handshake,
    now: datetime,
    stores: Mapping[Platform, TrustStore],
    platforms: Iterable[Platform] = ALL_PLATFORMS,
) -> tuple[Finding, ...]:
    """Everything that some platform minds, not the first thing alone.

    ``now`` is aware; ``stores`` holds the roots of each platform that is judged. A finding is a violation on the platforms that would
    refuse the connection, a warning where they may, a note where they pass it;
    the same fault can yield one finding for each. Any bytes give a verdict:
    this raises nothing but ValueError for a naive ``now``.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware (a datetime with a time zone)")
    wanted = [platform for platform in Platform if platform in set(platforms)]
    of_handshake = [*tls_version(handshake), *forward_secrecy(handshake), *legacy_support(handshake)]
    per_store = []
    for store in {id(stores[platform]): stores[platform] for platform in wanted}.values():
        sharing = [platform for platform in wanted if stores[platform] is store]
        per_store.append((store.name, sharing, _certificate_faults(chain, handshake.host, now, store)))
    found: list[Finding] = []
    for fault, names in joined(per_store):
        found += spread([fault], wanted, handshake.host, names)
    found += spread(of_handshake, wanted, handshake.host, ())
    return tuple(found)


def fails_on(findings: Iterable[Finding], platform: Platform) -> bool:
    """Whether a release build on ``platform`` fails the call because of ``findings``."""
    return any(finding.fails and platform in finding.platforms for finding in findings)


def _certificate_faults(chain: ServedChain, host: str, now: datetime, trust: TrustStore) -> list[Fault]:
    """What is wrong with the chain against one store; where only its wider form has the root, nobody here can tell."""
    faults = _faults_against(chain, host, now, trust)
    if trust.wider is not None and any(fault.code in _NO_ROOT for fault in faults):
        wide = _faults_against(chain, host, now, trust.wider)
        if not any(fault.code in _NO_ROOT for fault in wide):
            return [*wide, undecided_root()]
    return faults


def _faults_against(chain: ServedChain, host: str, now: datetime, trust: TrustStore) -> list[Fault]:
    links, faults = _read(chain)
    if not links or links[0].index != 0:
        return faults
    found = search(links, trust, now)
    faults += _best(found, now)
    faults += trust_faults(found)
    faults += leaf_purpose(links[0])
    faults += length(links[0], _is_public(found, trust))
    misnamed = list(no_san(links[0], host)) or list(name(links[0], host))
    if found.complete and not _fails_everywhere(faults):
        # A wrong name is found already; without the host OpenSSL judges the rest all the same.
        refused = refusal(links, None if misnamed else host, now, trust)
        if refused is not None:
            faults.append(backstop(links, refused))
    return faults + misnamed


def _read(chain: ServedChain) -> tuple[list[Link], list[Fault]]:
    links: list[Link] = []
    faults: list[Fault] = []
    if not chain.der:
        faults.append(_unreadable(Text("服务器没有发送证书", "the server sent no certificate")))
    seen: set[bytes] = set()
    for index, der in enumerate(chain.der[:MAX_CERTIFICATES]):
        cert = parse(der)
        if isinstance(cert, Unreadable):
            faults.append(
                _unreadable(
                    Text(
                        f"证书 {index} 的 {cert.part}：无法解析（{cert.reason}）",
                        f"certificate {index}, {cert.part}: cannot be read ({cert.reason})",
                    )
                )
            )
        elif der not in seen:
            seen.add(der)
            links.append(Link(cert, index))
    return links, faults


def _unreadable(message: Text) -> Fault:
    return Fault(
        Code.CERT_UNREADABLE,
        message,
        Text(
            "检查服务器的证书链文件：从 CA 重新下载，逐张用 `openssl x509 -in FILE -noout -text` 查看。",
            "Check the server's chain file: download it from the CA again and read each certificate with "
            "`openssl x509 -in FILE -noout -text`.",
        ),
        "seed-2017 §1",
        EVERYONE,
    )


def _best(found: Search, now: datetime) -> list[Fault]:
    """The faults of the path with the fewest violations: a platform tries all of them too."""
    paths = found.complete or (found.partial,)
    judged = [list(_path_faults(path, now, bool(found.complete))) for path in paths]
    return min(judged, key=lambda faults: sum(fault.violations for fault in faults))


def _path_faults(path: Path, now: datetime, anchored: bool) -> Iterator[Fault]:
    yield from dates(path, now)
    yield from weak_keys(path)
    yield from weak_signatures(path, anchored)
    yield from authority(path)
    yield from name_constraints(path)
    yield from well_formed(path, anchored)
    yield from distrusted(path)


def _is_public(found: Search, trust: TrustStore) -> bool:
    return any(not trust.is_private(path[-1].cert) for path in found.complete)


def _fails_everywhere(faults: Iterable[Fault]) -> bool:
    refusing = {
        platform for fault in faults for platform, severity in fault.on.items() if severity is Severity.VIOLATION
    }
    return refusing >= set(ALL_PLATFORMS)
