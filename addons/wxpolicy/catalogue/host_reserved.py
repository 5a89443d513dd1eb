"""HOST_RESERVED: a host that can be neither listed nor called.

data: "host": the host, "where": the places of the call that carried it ([] where all agree)

examples:
    {"host": "api.weixin.qq.com", "where": ["Host"]}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.hosts import who
from wxpolicy.catalogue.wording.phones import NOT_SENT
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    return data.say(
        "{who}不能在小程序里直接调用，也不能配置为服务器域名。",
        "{who} must not be called from a mini-program and can never be listed.",
        who=who(data),
    )


ENTRY = Entry(
    family=Family.DOMAIN,
    known=Known.DOCUMENTED,
    failure=Failure.NOT_LISTED,
    title=Text("不能在小程序里调用微信服务端接口", "WeChat server interface on the client"),
    meaning=Text(
        "api.weixin.qq.com 不能配置为服务器域名，也不能在小程序里调用。这样的调用往往把 appsecret 带进了客户端。",
        "api.weixin.qq.com can neither be listed nor called from a mini-program. Such a call usually carries appsecret into the client.",
    ),
    causes=(
        Text(
            "在小程序里直接用 code 换 openid（jscode2session）",
            "the client trades its code for an openid itself (jscode2session)",
        ),
        Text("在小程序里取 access_token", "the client fetches an access_token"),
    ),
    phone=NOT_SENT,
    general_fix=Text(
        "由自己的服务器保管 appsecret 并调用微信接口，小程序只调用自己的服务器；appsecret 进过代码就立即重置。",
        "Keep appsecret on your own server and call WeChat from there; the mini-program calls your server alone. Reset appsecret if it was ever in the code.",
    ),
    clause="seed-2017 §1",
    source=f"{PAGE_2017}：“api.weixin.qq.com 不能被配置为服务器域名，相关API也不能在小程序内调用”",
    message=message,
    fix=Text(
        "appsecret 只放在自己的服务器上：由服务器换取 access_token、调用该接口，小程序再调用自己的服务器；"
        "如果 appsecret 曾写进小程序代码，请立即重置。",
        "Keep appsecret on your own server: let the server get the access_token and call this interface, and let"
        " the mini-program call your server. If appsecret was ever in the mini-program's code, reset it now.",
    ),
)
