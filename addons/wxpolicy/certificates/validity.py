"""Dates: each certificate of the path inside its validity, the server's own not valid for too long."""

from collections.abc import Iterator
from datetime import UTC
from datetime import datetime
from datetime import timedelta

from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import moment
from wxpolicy.certificates.fault import place
from wxpolicy.certificates.path import Path
from wxpolicy.certificates.platforms import EVERYONE
from wxpolicy.certificates.platforms import IOS_ONLY
from wxpolicy.finding import Code
from wxpolicy.terms import Text

# Apple 103769 (HT210176): certificates issued after this date, whoever issued them.
LIMITED_FROM = datetime(2019, 7, 1, tzinfo=UTC)
LIMIT = timedelta(days=825)
# Apple HT211025: from this date, only under roots that the device came with.
PUBLIC_LIMITED_FROM = datetime(2020, 9, 1, tzinfo=UTC)
PUBLIC_LIMIT = timedelta(days=398)


def dates(path: Path, now: datetime) -> Iterator[Fault]:
    """CERT_EXPIRED and CERT_NOT_YET_VALID for every certificate of the path (seed-2017 §1, "必须在有效期内")."""
    for link in path:
        cert = link.cert
        # RFC 5280 counts the last second in; OpenSSL before 4 does not, and a second is no loss.
        if now >= cert.not_after:
            where = place(link, "notAfter")
            yield Fault(
                Code.CERT_EXPIRED,
                Text(
                    f"{where.zh}：证书已于 {moment(cert.not_after)} 过期，当前时间 {moment(now)}",
                    f"{where.en}: expired at {moment(cert.not_after)}, it is now {moment(now)}",
                ),
                _renewal(link),
                "seed-2017 §1",
                EVERYONE,
            )
        if now < cert.not_before:
            where = place(link, "notBefore")
            yield Fault(
                Code.CERT_NOT_YET_VALID,
                Text(
                    f"{where.zh}：证书从 {moment(cert.not_before)} 起才有效，当前时间 {moment(now)}",
                    f"{where.en}: valid only from {moment(cert.not_before)}, it is now {moment(now)}",
                ),
                Text(
                    "检查本机和签发机器的时钟；时钟无误时，换上已生效的证书。",
                    "Check the clocks of this machine and of the issuer; if they are right, serve a certificate "
                    "that is already valid.",
                ),
                "seed-2017 §1",
                EVERYONE,
            )


def _renewal(link: Link) -> Text:
    if link.index is None:
        return Text(
            "信任库里的这张 CA 证书已过期：更新信任库，或让服务器改用其他 CA 签发的证书。",
            "This CA certificate of the trust store has expired: update the store, or serve a certificate of another CA.",
        )
    if link.index == 0:
        return Text("续期证书，并重新加载服务器。", "Renew the certificate and reload the server.")
    return Text(
        f"从 CA 下载新的中间证书 `{link.cert.label}`，替换服务器证书链文件里的旧证书。",
        f"Get the current intermediate `{link.cert.label}` from the CA and replace the old one in the server's "
        "chain file.",
    )


def length(leaf: Link, public: bool) -> Iterator[Fault]:
    """CERT_VALIDITY_TOO_LONG for the server's own certificate (platform §5).

    ``public``: the path ends in a root that the user did not add; only then
    the 398 days apply.
    """
    cert = leaf.cert
    lifetime = cert.not_after - cert.not_before
    if public and cert.not_before >= PUBLIC_LIMITED_FROM:
        limit, since = PUBLIC_LIMIT, PUBLIC_LIMITED_FROM
    elif cert.not_before >= LIMITED_FROM:
        limit, since = LIMIT, LIMITED_FROM
    else:
        return
    if lifetime <= limit:
        return
    where = place(leaf, "notBefore/notAfter")
    days = lifetime / timedelta(days=1)
    yield Fault(
        Code.CERT_VALIDITY_TOO_LONG,
        Text(
            f"{where.zh}：有效期 {days:.5g} 天；{since:%Y-%m-%d} 起签发的证书，iOS 最多接受 {limit.days} 天",
            f"{where.en}: valid for {days:.5g} days; iOS accepts at most {limit.days} for certificates issued from "
            f"{since:%Y-%m-%d}",
        ),
        Text(
            f"重新签发有效期不超过 {limit.days} 天的证书。",
            f"Have it issued again for at most {limit.days} days.",
        ),
        "platform §5",
        IOS_ONLY,
    )
