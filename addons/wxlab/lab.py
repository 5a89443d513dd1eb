"""The whole small internet: good origins and one host for each fault, on a handful of ports.

    with Lab() as lab:
        lab.write_root(folder)            # for --extra-root
        lab.write_map(folder / "map.json")  # for --set resolve_map
        ...  # https://api.example.com/json, https://expired.example.com/json, ...

Hosts of ``GOOD`` are right in every way. A host of ``FAULTY`` has the fault
that its name tells, and no other.
"""

import json
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from types import TracebackType

from wxlab.authority import Authority
from wxlab.authority import Leaf
from wxlab.authority import self_signed
from wxlab.origin import Origin

GOOD = ("api.example.com", "upload.example.com", "cdn.example.com", "ws.example.com", "unlisted.example.com")

# Host -> its fault, as the finding that a strict client must report.
FAULTY = {
    "expired.example.com": "CERT_EXPIRED",
    "not-yet.example.com": "CERT_NOT_YET_VALID",
    "wrong-name.example.com": "CERT_NAME_MISMATCH",
    "self-signed.example.com": "CERT_SELF_SIGNED",
    "private-ca.example.com": "CERT_UNTRUSTED_ROOT",
    "hole.example.com": "CERT_CHAIN_INCOMPLETE",
    "client-only.example.com": "CERT_WRONG_PURPOSE",
    "sha1.example.com": "CERT_WEAK_SIGNATURE",
    "rsa1024.example.com": "CERT_WEAK_KEY",
    "no-san.example.com": "CERT_NO_SAN",
    "too-long.example.com": "CERT_VALIDITY_TOO_LONG",
    "tls11.example.com": "TLS_TOO_OLD",
    "rsa-kx.example.com": "TLS_NOT_OFFERED",
    "refused.example.com": "TLS_HANDSHAKE_FAILED",
}


class Lab:
    """Authorities and origins, started and stopped together."""

    def __init__(self) -> None:
        self.root = Authority.new("Lab root")
        self.issuing = self.root.intermediate("Lab issuing CA")
        self.stranger = Authority.new("Root that nobody trusts")
        self.origin = Origin(self.issuing.issue(*GOOD))
        for leaf, host in self._faulty_leaves():
            self.origin.present(leaf, to=host)
        self.plain = Origin()
        self.tls11 = Origin(self.issuing.issue("tls11.example.com"), tls=("1.0", "1.1"))
        self.rsa_kx = Origin(
            self.issuing.issue("rsa-kx.example.com", key="rsa2048"), tls=("1.2", "1.2"), ciphers="AES128-GCM-SHA256"
        )
        self.refusing = Origin(handshake="refuse")
        self.more: list[Origin] = []
        self._places = self._map()

    def _faulty_leaves(self) -> list[tuple[Leaf, str]]:
        now = datetime.now(UTC).replace(microsecond=0)
        day = timedelta(days=1)
        issue = self.issuing.issue
        return [
            (issue("expired.example.com", not_after=now - day), "expired.example.com"),
            (issue("not-yet.example.com", not_before=now + day), "not-yet.example.com"),
            (issue("right-name.example.com"), "wrong-name.example.com"),
            (self_signed("self-signed.example.com"), "self-signed.example.com"),
            (self.stranger.issue("private-ca.example.com"), "private-ca.example.com"),
            (
                issue("hole.example.com", ca_issuers="http://ca.example.com/issuing.cer").without_chain(),
                "hole.example.com",
            ),
            (issue("client-only.example.com", eku="client"), "client-only.example.com"),
            (issue("sha1.example.com", digest="sha1"), "sha1.example.com"),
            (issue("rsa1024.example.com", key="rsa1024"), "rsa1024.example.com"),
            (issue("no-san.example.com", san=False), "no-san.example.com"),
            (issue("too-long.example.com", days=826), "too-long.example.com"),
        ]

    @property
    def origins(self) -> tuple[Origin, ...]:
        return (self.origin, self.plain, self.tls11, self.rsa_kx, self.refusing, *self.more)

    def _map(self) -> dict[str, Origin]:
        places = {f"{host}:443": self.origin for host in (*GOOD, *FAULTY)}
        places |= {f"{host}:80": self.plain for host in GOOD}
        places["tls11.example.com:443"] = self.tls11
        places["rsa-kx.example.com:443"] = self.rsa_kx
        places["refused.example.com:443"] = self.refusing
        return places

    def place(self, host: str, port: int, origin: Origin) -> None:
        """Makes ``host:port`` (a name or an address) resolve to ``origin``. Write the map again afterwards."""
        self._places[f"{host}:{port}"] = origin

    def resolve_map(self) -> dict[str, int]:
        """What wxlab.resolver reads: {"api.example.com:443": port of 127.0.0.1}. The lab must be started."""
        return {name: origin.port for name, origin in self._places.items()}

    def write_map(self, path: Path) -> Path:
        """Writes the map atomically, so that no reader finds half of it."""
        part = path.with_name(path.name + ".part")
        part.write_text(json.dumps(self.resolve_map(), indent=1), "utf-8")
        return part.replace(path)

    def write_root(self, folder: Path) -> Path:
        return self.root.write(folder)

    def forget(self) -> None:
        """Clears every origin's log and removes the hosts that were added by ``place``."""
        self._places = self._map()
        for origin in self.origins:
            origin.forget()

    def start(self) -> "Lab":
        for origin in self.origins:
            origin.start()
        return self

    def stop(self) -> None:
        for origin in self.origins:
            origin.stop()

    def __enter__(self) -> "Lab":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
