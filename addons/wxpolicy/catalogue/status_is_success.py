"""STATUS_IS_SUCCESS: a 4xx or 5xx answer, which calls success all the same.

data: "status": the HTTP status

examples:
    {"status": 404}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

ENTRY = Entry(
    family=Family.RESPONSE,
    known=Known.DOCUMENTED,
    severity=Severity.NOTE,
    failure=Failure.NETWORK,
    title=Text("错误状态码也进入 success", "Error status counted as success"),
    meaning=Text(
        "服务器返回了 4xx 或 5xx。只要收到响应，小程序就进入 success 回调，不进入 fail。",
        "The server answered 4xx or 5xx. Whenever an answer arrives, the success callback runs, not fail.",
    ),
    causes=(
        Text("只在 fail 回调里处理错误", "errors are handled in fail alone"),
        Text("登录过期返回 401，页面当成正常数据", "a 401 for an expired login is taken for data"),
    ),
    phone=Text(
        "进入 success，res.statusCode 为该状态码，errMsg “request:ok”。",
        'success runs, res.statusCode is that status, errMsg "request:ok".',
    ),
    general_fix=Text(
        "在 success 里先判断 res.statusCode，再使用 res.data。",
        "Check res.statusCode in success before using res.data.",
    ),
    clause="seed-2017 §3",
    source=f"{PAGE_2017}：“无论statusCode是多少，都会进入success回调”",
    message=Text(
        "服务器返回 {status}，小程序仍会进入 success 回调，不会进入 fail。",
        "The server answered {status}; the mini-program's success callback runs, not fail.",
    ),
    fix=Text(
        "在 success 回调里先判断 res.statusCode 是否为 200，再使用 res.data。",
        "In the success callback, check res.statusCode before using res.data.",
    ),
)
