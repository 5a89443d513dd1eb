"""HOST_IS_LOCALHOST: the call names localhost or one of its relatives.

data: "host": the host, "where": the places of the call that carried it ([] where all agree)

examples:
    {"host": "localhost", "where": []}
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
        "{who}指向设备自己，在手机上那里没有你的服务器，也不能配置为服务器域名。",
        "{who} is the device itself: on a phone your server is not there, and it cannot be listed as a server domain.",
        who=who(data),
    )


ENTRY = Entry(
    family=Family.DOMAIN,
    known=Known.DOCUMENTED,
    failure=Failure.NOT_LISTED,
    title=Text("调用了 localhost", "Call to localhost"),
    meaning=Text(
        "url 里的域名是 localhost，或以 .localhost 结尾。在手机上那是手机自己，不是你的电脑。",
        "The url names localhost, or a host that ends in .localhost. On a phone that is the phone itself, not your computer.",
    ),
    causes=(
        Text("开发环境的 baseURL 没有切换", "the development baseURL was not switched"),
        Text("打包时没有带上正式环境的变量", "the build ran without the production variables"),
    ),
    phone=NOT_SENT,
    general_fix=Text(
        "按 wx.getAccountInfoSync().miniProgram.envVersion 选择地址，正式版使用已配置的域名。",
        "Choose the address by wx.getAccountInfoSync().miniProgram.envVersion, and a listed domain for release.",
    ),
    clause="seed-2017 §1",
    source=f"{PAGE_2017}：“域名不能使用 IP 地址或 localhost”",
    message=message,
    fix=Text(
        "把代码里的 localhost 换成已备案、已配置的域名，例如 https://api.example.com。",
        "Replace localhost in the code by a domain that is filed (ICP) and listed, for example https://api.example.com.",
    ),
)
