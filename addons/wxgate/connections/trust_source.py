"""The roots to trust upstream: reads the files that the policy names, once for each change of them."""

import os
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from mitmproxy import ctx
from mitmproxy import exceptions
from mitmproxy.addonmanager import Loader

from wxgate.connections.vendor_stores import SHIPPED
from wxgate.connections.vendor_stores import vendor_lists
from wxgate.start.policy_file import PolicyRefused
from wxpolicy.certificates.store_names import store_name
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.certificates.trust import build
from wxpolicy.certificates.trust import everywhere
from wxpolicy.certificates.trust import has_root
from wxpolicy.certificates.trust import no_root
from wxpolicy.policy import TRUST_WORDS
from wxpolicy.policy import Certificates
from wxpolicy.policy import Policy
from wxpolicy.policyfile import Mistake
from wxpolicy.policyfile import Reading
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxpolicy.text.system_errors import reason

_TRUST, _EXTRA_ROOTS = "certificates.trust", "certificates.extra_roots"
_A_FILE_THAT_IS_THERE = Text(
    "一个可以读取的 PEM 文件（相对路径以策略文件所在目录为准）",
    "the path of a readable PEM file (relative paths start at the policy file's directory)",
)
_A_PEM_FILE = Text(
    "一个 PEM 证书文件（DER 文件可用 openssl x509 -inform der -in 原文件 -out root.pem 转换）",
    "the path of a file with PEM certificates (to convert a DER file: openssl x509 -inform der -in FILE -out root.pem)",
)

# Asked for each call: nobody saves a file and makes a call within this time.
LOOK_EVERY_S = 0.05
MOST_KEPT = 8

_Wanted = tuple[Certificates, Path, tuple[int, ...]]
Stores = Mapping[Platform, TrustStore]


@dataclass(frozen=True, slots=True)
class WrongFile:
    """A file that the policy names under ``key`` and that cannot be used."""

    key: str
    name: str
    fault: Text
    instead: Text


class _Unusable(Exception):
    def __init__(self, fault: Text, instead: Text) -> None:
        super().__init__(fault.en)
        self.fault = fault
        self.instead = instead


class TrustSource:
    """Owns ``mp_trust_stores``. ``stores`` gives what a policy trusts on each platform. The last ones are cached,
    because building them takes a while, and so are those of a few other policies in force at the same time."""

    def __init__(self) -> None:
        # In one value: probes read it from other threads.
        self._built: tuple[_Wanted, Stores] | None = None
        self._others: dict[_Wanted, Stores] = {}
        self._looked_at = 0.0
        self._lists = SHIPPED

    def load(self, loader: Loader) -> None:
        loader.add_option(
            "mp_trust_stores",
            str,
            "",
            "A directory with stores.json and roots.pem to use instead of the included vendor lists.",
        )

    def configure(self, updated: set[str]) -> None:
        if "mp_trust_stores" not in updated:
            return
        folder = ctx.options.mp_trust_stores
        self._lists, self._built = Path(folder).expanduser() if folder else SHIPPED, None
        self._others = {}
        try:
            vendor_lists(self._lists)
        except (OSError, ValueError) as error:
            raise exceptions.OptionsError(f"mp_trust_stores: {error}") from error

    def check(self, policy: Policy, folder: Path) -> None:
        """Checks that the files a policy names can be used, before it comes into force. Raises PolicyRefused."""
        self.stores(policy.certificates, folder)

    def stores(self, certificates: Certificates, folder: Path) -> Stores:
        """The stores for ``certificates``; relative paths start at ``folder``.

        Raises PolicyRefused, naming all files that are missing or contain no certificate.
        """
        built, now = self._built, time.monotonic()
        if built is not None and now < self._looked_at + LOOK_EVERY_S:
            if built[0][0] is certificates and built[0][1] == folder:
                return built[1]
        wanted = (certificates, folder, tuple(_saved_at(path) for path in _paths(certificates, folder)))
        if built is None or built[0] != wanted:
            built = self._built = (wanted, self._found(wanted))
        elif built[0][0] is not certificates:
            built = self._built = (wanted, built[1])
        self._looked_at = now
        return built[1]

    def _found(self, wanted: _Wanted) -> Stores:
        """The stores built for them recently: policies that trust different roots alternate."""
        known = self._others
        stores = known.get(wanted)
        if stores is None:
            stores = self._build(*wanted[:2])
            # Replaced, not modified: probes read it from other threads.
            self._others = {**dict([*known.items()][-MOST_KEPT + 1 :]), wanted: stores}
        return stores

    def _build(self, certificates: Certificates, folder: Path) -> Stores:
        texts, wrong = _read_files(_named(certificates), folder)
        if wrong:
            raise _refused(wrong)
        extra = [texts[_EXTRA_ROOTS, root] for root in certificates.extra_roots]
        match certificates.trust:
            case "platform":
                return self._of_vendors(extra)
            case "mozilla":
                name, roots = f"mozilla (certifi {certifi.__version__})", [certifi.contents()]
            case "system":
                name, roots = "system", _system_roots()
            case file:
                name, roots = _absolute(file, folder).name, [texts[_TRUST, file]]
        store = build(store_name(name, len(extra)), roots, extra)
        if not store.roots:
            raise _refused([WrongFile(_TRUST, certificates.trust, _no_store(name), _A_PEM_FILE)])
        return everywhere(store)

    def _of_vendors(self, extra: list[str]) -> Stores:
        return {
            platform: build(
                store_name(vendor.name, len(extra)), (), extra, held=vendor.roots, undecided=vendor.undecided
            )
            for platform, vendor in vendor_lists(self._lists).items()
        }


def mistakes_in_files(reading: Reading, source: str) -> list[Mistake]:
    """The unusable files that a policy file names, as mistakes of its lines; ``source`` is its own path."""
    _, unusable = _read_files([(file.key, file.name) for file in reading.files], Path(source).parent)
    wrong = {(each.key, each.name): each for each in unusable}
    return [
        Mistake(*file.at, file.name, found.fault, found.instead, source)
        for file in reading.files
        if (found := wrong.get((file.key, file.name))) is not None
    ]


def _refused(wrong: list[WrongFile]) -> PolicyRefused:
    """All of them, one per line."""
    zh = "\n".join(f"{each.key}：{each.fault.zh}" for each in wrong)
    en = "\n".join(f"{each.key}: {each.fault.en}" for each in wrong)
    return PolicyRefused(Text(zh, en))


def _read_files(named: list[tuple[str, str]], folder: Path) -> tuple[dict[tuple[str, str], str], list[WrongFile]]:
    """The texts of the files, by key and name, and the files that cannot be used."""
    texts, wrong = {}, []
    for key, name in dict.fromkeys(named):
        try:
            texts[key, name] = _usable(key, _absolute(name, folder))
        except _Unusable as unusable:
            wrong.append(WrongFile(key, name, unusable.fault, unusable.instead))
    return texts, wrong


def _named(certificates: Certificates) -> list[tuple[str, str]]:
    """The files that a policy names, each with its key."""
    own = [] if certificates.trust in TRUST_WORDS else [(_TRUST, certificates.trust)]
    return own + [(_EXTRA_ROOTS, root) for root in certificates.extra_roots]


def _usable(key: str, path: Path) -> str:
    """The text of a file, if it can be used for ``key``. Raises _Unusable."""
    text = _read(path)
    if key == _TRUST:
        if not has_root(text):
            raise _Unusable(_no_store(path.name), _A_PEM_FILE)
    elif (why := no_root(text)) is not None:
        raise _Unusable(Text(f"{path}：{why.zh}", f"{path}: {why.en}"), _A_PEM_FILE)
    return text


def _no_store(name: str) -> Text:
    return Text(
        f"{name} 中没有可用的根证书（应为 PEM 文件）",
        f"{name} contains no usable root certificate (expected a PEM file)",
    )


def _system_roots() -> list[str]:
    """What the operating system trusts; on Linux the bundle file, elsewhere the system's store."""
    ders = ssl.create_default_context().get_ca_certs(binary_form=True)
    return ["".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode() for der in ders)]


def _absolute(name: str, folder: Path) -> Path:
    return folder / Path(name).expanduser()


# Asked for each call.
@lru_cache(maxsize=16)
def _paths(certificates: Certificates, folder: Path) -> tuple[str, ...]:
    return tuple(str(_absolute(name, folder)) for _, name in _named(certificates))


def _saved_at(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise _Unusable(
            Text(
                f"证书文件 {path} 无法读取：{reason(error).zh}",
                f"certificate file {path} cannot be read: {reason(error).en}",
            ),
            _A_FILE_THAT_IS_THERE,
        ) from error
