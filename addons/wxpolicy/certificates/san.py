"""A certificate without subject alternative names: the common name has not counted for years."""

from collections.abc import Iterator

from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import place
from wxpolicy.certificates.names import host_as_asked
from wxpolicy.certificates.platforms import EVERYONE
from wxpolicy.certificates.printable import printable
from wxpolicy.finding import Code
from wxpolicy.terms import Text


def no_san(leaf: Link, host: str) -> Iterator[Fault]:
    """CERT_NO_SAN where the extension is absent or lists no host (platform §5, "CN is ignored")."""
    cert = leaf.cert
    if cert.san_dns or cert.san_ip:
        return
    where = place(leaf, "subjectAltName")
    wanted = host_as_asked(host)
    entry = f"{'DNS' if isinstance(wanted, str) else 'IP'}:{printable(str(wanted), 253)}"
    state = (
        Text("扩展存在，但没有任何域名或 IP", "present, but lists no host")
        if cert.has_san
        else Text("缺少该扩展", "missing")
    )
    yield Fault(
        Code.CERT_NO_SAN,
        Text(
            f"{where.zh}：{state.zh}；各平台都不看 CN，只看 subjectAltName",
            f"{where.en}: {state.en}; every platform ignores the CN and reads subjectAltName alone",
        ),
        Text(
            f"重新签发证书，加上 `subjectAltName = {entry}`。",
            f"Have the certificate issued again with `subjectAltName = {entry}`.",
        ),
        "platform §5",
        EVERYONE,
    )
