"""The roots to trust upstream: reads the files that the policy names, once for each change of them."""

import ssl
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from wxgate.policy_source import PolicyRefused
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.certificates.trust import UnusableRoot
from wxpolicy.certificates.trust import build
from wxpolicy.policy import Certificates
from wxpolicy.policy import Policy
from wxpolicy.terms import Text

_Wanted = tuple[Certificates, Path, tuple[int, ...]]


class TrustSource:
    """``store`` gives what a policy trusts; the last one is kept, for it takes a while to build."""

    def __init__(self) -> None:
        # In one value: probes ask from threads of their own.
        self._built: tuple[_Wanted, TrustStore] | None = None

    def check(self, policy: Policy, folder: Path) -> None:
        """Whether the files that a policy names can be used, before it comes into force. Raises PolicyRefused."""
        self.store(policy.certificates, folder)

    def store(self, certificates: Certificates, folder: Path) -> TrustStore:
        """The store that ``certificates`` names; relative paths start at ``folder``.

        Raises PolicyRefused where a file is missing or holds no certificate.
        """
        files = [_absolute(name, folder) for name in certificates.extra_roots]
        if certificates.trust not in ("mozilla", "system"):
            files.append(_absolute(certificates.trust, folder))
        wanted = (certificates, folder, tuple(_saved_at(path) for path in files))
        built = self._built
        if built is None or built[0] != wanted:
            built = self._built = (wanted, _build(certificates, folder))
        return built[1]


def _build(certificates: Certificates, folder: Path) -> TrustStore:
    if certificates.trust == "mozilla":
        name, texts = f"mozilla (certifi {certifi.__version__})", [_read(Path(certifi.where()))]
    elif certificates.trust == "system":
        name, texts = "system", _system_roots()
    else:
        path = _absolute(certificates.trust, folder)
        name, texts = path.name, [_read(path)]
    extra = [_read(_absolute(root, folder)) for root in certificates.extra_roots]
    if extra:
        name = f"{name} + {len(extra)} extra"
    try:
        store = build(name, texts, extra)
    except UnusableRoot as error:
        path = _absolute(certificates.extra_roots[error.number - 1], folder)
        raise PolicyRefused(
            Text(f"certificates.extra_roots：{path}：{error.why.zh}", f"certificates.extra_roots: {path}: {error.why.en}")
        ) from error
    if not store.roots:
        raise PolicyRefused(
            Text(
                f"certificates.trust：{name} 里没有一张可用的根证书（应为 PEM 文件）",
                f"certificates.trust: there is no usable root certificate in {name} (expected a PEM file)",
            )
        )
    return store


def _system_roots() -> list[str]:
    """What the operating system trusts; on Linux the bundle's file, elsewhere the system's store."""
    ders = ssl.create_default_context().get_ca_certs(binary_form=True)
    return ["".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode() for der in ders)]


def _absolute(name: str, folder: Path) -> Path:
    return folder / Path(name).expanduser()


def _saved_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise PolicyRefused(
            Text(f"证书文件 {path} 无法读取：{error.strerror}", f"certificate file {path} cannot be read: {error.strerror}")
        ) from error
