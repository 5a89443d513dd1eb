"""A lab of certificate faults: one host for each, with the codes that each platform must give it.

    with FaultLab() as faults:
        faults.write_map(proxy.map, lab)   # beside the lab's own hosts
        for fault in faults.all: ...

The store of these tests is ``public_root`` (as ``certificates.trust``) and
``private_root`` (as an extra root), so that rules for public roots can be told
from those for everyone's own.
"""

import json
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path

from wxlab.authority import Authority
from wxlab.authority import Leaf
from wxlab.authority import self_signed
from wxlab.origin import Origin

DAY = timedelta(days=1)
AIA = "http://ca.example.com/issuing.cer"
IOS, ANDROID, DEVTOOLS = "ios", "android", "devtools"
EVERYWHERE = (IOS, ANDROID, DEVTOOLS)


@dataclass(frozen=True)
class Fault:
    """``code`` is what fails a call on each of ``platforms``; None where the server is right."""

    name: str
    host: str
    origin: Origin
    code: str | None = None
    platforms: tuple[str, ...] = ()

    def fails_for(self, client: str) -> bool:
        """Whether a release build on this client fails: the strictest platform where it is unknown."""
        return client in self.platforms or (client == "unknown" and bool(self.platforms))


class FaultLab:
    def __init__(self, private_root: Authority) -> None:
        self.private_root = private_root
        self.issuing = private_root.intermediate("Fault issuing CA")
        self.public_root = Authority.new("Public root")
        self.all: list[Fault] = []
        self.plain = Origin(self.issuing.issue("fault.example.com"))
        self._origins = [self.plain]
        self._good()
        self._of_leaves()
        self._of_chains()
        self._of_public_roots()
        self._of_tls()

    def _add(
        self, name: str, leaf: Leaf, code: str | None = None, *platforms: str, origin: Origin | None = None
    ) -> None:
        host = (
            leaf.hosts[0]
            if name.startswith("wildcard, one")
            else f"{name.replace(' ', '-').replace(',', '').lower()}.example.com"
        )
        if origin is None:
            origin = self.plain
            origin.present(leaf, to=host)
        else:
            self._origins.append(origin)
        self.all.append(Fault(name, host, origin, code, platforms or (EVERYWHERE if code else ())))

    def _leaf(self, name: str, issuer: Authority | None = None, **more) -> Leaf:
        host = f"{name.replace(' ', '-').replace(',', '').lower()}.example.com"
        return (issuer or self.issuing).issue(host, **more)

    def _good(self) -> None:
        self._add("good EC", self._leaf("good EC"))
        self._add("good RSA", self._leaf("good RSA", key="rsa2048"))
        for version in ("1.2", "1.3"):
            name = f"only TLS{version.replace('.', '')}"
            self._add(name, leaf := self._leaf(name), origin=Origin(leaf, tls=(version, version)))
        wildcard = self.issuing.issue("*.one.example.com")
        self.plain.present(wildcard, to="a.one.example.com")
        self.plain.present(wildcard, to="a.b.one.example.com")
        self.all.append(Fault("wildcard one level up", "a.one.example.com", self.plain))
        self.all.append(
            Fault("wildcard two levels up", "a.b.one.example.com", self.plain, "CERT_NAME_MISMATCH", EVERYWHERE)
        )

    def _of_leaves(self) -> None:
        now = datetime.now(UTC).replace(microsecond=0)
        add, leaf = self._add, self._leaf
        add("expired", leaf("expired", not_after=now - DAY), "CERT_EXPIRED")
        add("not yet valid", leaf("not yet valid", not_before=now + DAY), "CERT_NOT_YET_VALID")
        add("wrong host", self.issuing.issue("another.example.com"), "CERT_NAME_MISMATCH")
        add("CN only", leaf("CN only", san=False), "CERT_NO_SAN")
        add("no name at all", self.issuing.issue("nobody", san=False), "CERT_NO_SAN")
        add("self signed", self_signed("self-signed.example.com"), "CERT_SELF_SIGNED")
        add("EKU of a client", leaf("EKU of a client", eku="client"), "CERT_WRONG_PURPOSE")
        add("no EKU", leaf("no EKU", eku=None))
        add("SHA1 leaf", leaf("SHA1 leaf", digest="sha1"), "CERT_WEAK_SIGNATURE")
        add("RSA1024 leaf", leaf("RSA1024 leaf", key="rsa1024"), "CERT_WEAK_KEY", IOS)
        add("826 days", leaf("826 days", days=826), "CERT_VALIDITY_TOO_LONG", IOS)
        add("825 days", leaf("825 days", days=825))

    def _of_chains(self) -> None:
        add, leaf, root = self._add, self._leaf, self.private_root
        stranger = Authority.new("A root of nobody's")
        add("unknown root", leaf("unknown root", stranger), "CERT_UNTRUSTED_ROOT")
        served = leaf("unknown root served", stranger)
        add("unknown root served", served.with_chain(stranger.cert_pem), "CERT_UNTRUSTED_ROOT")
        hole = leaf("hole with AIA", ca_issuers=AIA).without_chain()
        add("hole with AIA", hole, "CERT_CHAIN_INCOMPLETE", ANDROID)
        known = root.intermediate("R10")  # by name alone it is not Let's Encrypt's
        add("hole without AIA", leaf("hole without AIA", known).without_chain(), "CERT_UNTRUSTED_ROOT")
        upper = root.intermediate("Upper CA")
        lower = upper.intermediate("Lower CA")
        backwards = leaf("reversed", lower)
        add("reversed", backwards.with_chain(root.cert_pem, upper.cert_pem, lower.cert_pem))
        add("superfluous", leaf("superfluous").with_chain(stranger.cert_pem, upper.cert_pem, self.issuing.cert_pem))
        weak = root.intermediate("SHA-1 CA", digest="sha1")
        add("SHA1 intermediate", leaf("SHA1 intermediate", weak), "CERT_WEAK_SIGNATURE")
        small = root.intermediate("RSA-1024 CA", key="rsa1024")
        add("RSA1024 intermediate", leaf("RSA1024 intermediate", small), "CERT_WEAK_KEY", IOS)
        # Issued long before Apple's rules on validity, and valid to this day.
        long = {"not_before": datetime(2015, 1, 1, tzinfo=UTC), "days": 9000}
        for owner in ("WoSign", "StartCom"):
            ca = root.intermediate(f"{owner} Class 1 CA", **long)
            before = leaf(f"{owner} before", ca, not_before=datetime(2016, 10, 20, tzinfo=UTC), days=7000)
            add(f"{owner} before", before)
            after = leaf(f"{owner} after", ca, not_before=datetime(2016, 10, 22, tzinfo=UTC), days=7000)
            add(f"{owner} after", after, "CERT_DISTRUSTED_CA", ANDROID, DEVTOOLS)

    def _of_public_roots(self) -> None:
        add, leaf, public = self._add, self._leaf, self.public_root
        add("398 days, public", leaf("398 days, public", public, days=398))
        add("399 days, public", leaf("399 days, public", public, days=399), "CERT_VALIDITY_TOO_LONG", IOS, DEVTOOLS)
        add("no EKU, public", leaf("no EKU, public", public, eku=None), "CERT_WRONG_PURPOSE", IOS)
        add("399 days, private", leaf("399 days, private", days=399))

    def _of_tls(self) -> None:
        old = self._leaf("only old TLS")
        self._add("only old TLS", old, "TLS_TOO_OLD", origin=Origin(old, tls=("1.0", "1.1")))

    def places(self) -> dict[str, int]:
        """What wxlab.resolver reads."""
        return {f"{fault.host}:443": fault.origin.port for fault in self.all}

    def write_map(self, path: Path, more: dict[str, int]) -> None:
        """Writes a resolve map with these hosts and ``more``, in one move."""
        part = path.with_name(path.name + ".part")
        part.write_text(json.dumps(more | self.places()), "utf-8")
        part.replace(path)

    def requests(self, marker: str) -> int:
        """How many requests with ``marker`` reached any origin."""
        return sum(marker in path for origin in self._origins for path in origin.paths())

    def __enter__(self) -> "FaultLab":
        for origin in self._origins:
            origin.start()
        return self

    def __exit__(self, *_: object) -> None:
        for origin in self._origins:
            origin.stop()
