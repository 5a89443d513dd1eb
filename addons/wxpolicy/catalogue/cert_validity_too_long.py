"""CERT_VALIDITY_TOO_LONG: the server's certificate is valid for longer than a platform accepts.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "days": how long it is valid, "limit_days": how long it may be, "since": the date from which that holds

examples:
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "notBefore/notAfter", "trust_stores": ["mozilla"], "days": 3650.25, "limit_days": 398, "since": "2020-09-01"}
"""

from wxpolicy.catalogue.wording.certificates import about
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_by_ios
from wxpolicy.catalogue.wording.sources import APPLE_13
from wxpolicy.catalogue.wording.sources import APPLE_398_DAYS
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

_NET_ERROR = NetError(-213, "ERR_CERT_VALIDITY_TOO_LONG")


def message(data: Values) -> Text:
    days = data.number("days")
    return about(
        data,
        "有效期 {days} 天；{since} 起签发的证书，最多接受 {limit_days} 天",
        "valid for {days} days; at most {limit_days} are accepted for certificates issued from {since}",
        days="?" if days is None else f"{days:.5g}",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    platforms=(Platform.IOS, Platform.DEVTOOLS),
    title=Text("证书有效期太长", "Validity too long"),
    meaning=Text(
        "iOS 13 起：2019-07-01 之后签发的证书最多 825 天；受信任公共根下 2020-09-01 起签发的最多 398 天。",
        "Since iOS 13: at most 825 days if issued after 2019-07-01, and 398 days under public roots if issued from 2020-09-01.",
    ),
    causes=(Text("自建 CA 一次签发 10 年", "a private CA issued it for ten years"),),
    phone=refused_by_ios(_NET_ERROR),
    general_fix=Text(
        "重新签发有效期不超过 398 天的证书，并设置自动续期。",
        "Have it issued again for at most 398 days, and automate the renewal.",
    ),
    clause="platform §5",
    source=f"{APPLE_13}; {APPLE_398_DAYS}",
    message=message,
    fix=Text(
        "重新签发有效期不超过 {limit_days} 天的证书。",
        "Have it issued again for at most {limit_days} days.",
    ),
)
