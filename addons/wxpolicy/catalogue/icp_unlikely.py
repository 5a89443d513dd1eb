"""ICP_UNLIKELY: advice on a list: a domain that can hardly have an ICP filing.

data: "host": the domain

examples:
    {"host": "api.example.test"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import OBSERVED
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

ENTRY = Entry(
    family=Family.DOMAIN,
    known=Known.DOCUMENTED,
    severity=Severity.WARNING,
    failure=Failure.NOT_LISTED,
    title=Text("域名可能没有备案", "Domain probably has no ICP filing"),
    meaning=Text(
        "只有经过 ICP 备案的域名才能配置。这个域名看起来无法备案（后缀或类型不在可备案之列）。这是对列表的提醒，客户端运行时不检查备案。",
        "Only domains with an ICP filing can be listed, and this one looks as if it cannot be filed (by its ending or kind). It is advice on the list: no client checks filings at run time.",
    ),
    causes=(
        Text("使用了境外后缀或保留后缀（.test、.local 等）", "a foreign or reserved ending such as .test or .local"),
        Text("使用了隧道或托管平台的临时域名", "a temporary name of a tunnel or hosting service"),
    ),
    phone=Text(
        "手机上没有表现；后台会拒绝保存这个域名。",
        "Nothing on the phone; the admin console refuses to save the domain.",
    ),
    general_fix=Text(
        "换用已备案的域名；确认已备案时，在 policy.yaml 那一行末尾写 # icp-ok。",
        "Use a filed domain. If you know it is filed, end its line in policy.yaml with # icp-ok.",
    ),
    clause="seed-2017 §1; platform §1 [seen]",
    source=f"{PAGE_2017}：“域名必须经过 ICP 备案”; {OBSERVED}",
    message=Text(
        "{host} 看起来无法备案，后台可能拒绝保存它。",
        "{host} looks as if it cannot have an ICP filing, so the admin site may refuse to save it.",
    ),
    fix=Text(
        "换用已备案的域名；确认已备案时，在 policy.yaml 那一行末尾写 # icp-ok。",
        "Use a filed domain. If you know it is filed, end its line in policy.yaml with # icp-ok.",
    ),
)
