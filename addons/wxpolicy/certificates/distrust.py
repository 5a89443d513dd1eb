"""CAs that platforms distrust although some store still holds their roots."""

from collections.abc import Iterator
from datetime import UTC
from datetime import datetime

from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import moment
from wxpolicy.certificates.fault import place
from wxpolicy.certificates.path import Path
from wxpolicy.certificates.platforms import DISTRUST_BY_KERNEL
from wxpolicy.certificates.platforms import DISTRUSTED
from wxpolicy.finding import Code
from wxpolicy.terms import Text

# platform §5 and the notice that seed-2017 §1 links: Chrome 56/57 kernels trust what was
# issued up to this moment, Chrome 61 trusts nothing of theirs.
LAST_TRUSTED = datetime(2016, 10, 21, tzinfo=UTC)
_NAMES = ("wosign", "startcom", "沃通电子认证")


def distrusted(path: Path) -> Iterator[Fault]:
    """CERT_DISTRUSTED_CA for the certificate nearest the leaf that WoSign or StartCom issued."""
    for link in path:
        owner = _owner(link)
        if owner is None:
            continue
        issued = path[0].cert.not_before
        late = issued > LAST_TRUSTED
        where = place(link, "issuer")
        rest = (
            Text(
                "晚于 2016-10-21，Chrome 56 及以上内核都不信任",
                "after 2016-10-21, no kernel from Chrome 56 on trusts it",
            )
            if late
            else Text(
                "Chrome 56/57 内核还信任，Chrome 61 起完全不信任",
                "Chrome 56/57 kernels still trust it, from Chrome 61 on none does",
            )
        )
        yield Fault(
            Code.CERT_DISTRUSTED_CA,
            Text(
                f"{where.zh}：由 {owner} 签发，服务器证书签发于 {moment(issued)}，{rest.zh}",
                f"{where.en}: issued by {owner}, the server's certificate at {moment(issued)}; {rest.en}",
            ),
            Text("换用其他 CA 签发的证书。", "Serve a certificate of another CA."),
            "seed-2017 §1; platform §5",
            DISTRUSTED if late else DISTRUST_BY_KERNEL,
        )
        return


def _owner(link: Link) -> str | None:
    cert = link.cert
    for organisation in cert.issuer_organisations:
        if any(name in organisation.lower() for name in _NAMES):
            return cert.issuer_label
    if any(name in cert.issuer_label.lower() for name in _NAMES):
        return cert.issuer_label
    return None
