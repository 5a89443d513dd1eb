"""CERT_NOT_YET_VALID: a certificate of the path begins in the future.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "not_before" and "now": ISO 8601, UTC

examples:
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "notBefore", "trust_stores": ["mozilla"], "not_before": "2026-03-01T00:00:00Z", "now": "2026-02-01T00:00:00Z"}
"""

from wxpolicy.catalogue.wording.certificates import about
from wxpolicy.catalogue.wording.certificates import moment
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_after_handshake
from wxpolicy.catalogue.wording.sources import VALID
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_NET_ERROR = NetError(-201, "ERR_CERT_DATE_INVALID")


def message(data: Values) -> Text:
    return about(
        data,
        "证书从 {not_before} 起才有效，当前时间 {now}",
        "valid only from {not_before}, it is now {now}",
        not_before=moment(data, "not_before"),
        now=moment(data, "now"),
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("证书尚未生效", "Certificate not yet valid"),
    meaning=Text("证书的生效时间在将来。", "The certificate's validity begins in the future."),
    causes=(
        Text("签发证书的机器时钟或时区不对", "the issuing machine's clock or time zone is wrong"),
        Text("提前部署了新证书", "a new certificate was deployed too early"),
        Text("设备时钟落后", "the device's clock is behind"),
    ),
    phone=refused_after_handshake(_NET_ERROR),
    general_fix=Text(
        "校准时钟，重新签发或等到生效后再部署。", "Set the clocks right; issue it again, or deploy it once it is valid."
    ),
    clause="seed-2017 §1",
    source=VALID,
    message=message,
    fix=Text(
        "检查本机和签发机器的时钟；时钟无误时，换上已生效的证书。",
        "Check the clocks of this machine and of the issuer; if they are right, serve a certificate that is already valid.",
    ),
)
