"""HOST_IS_IP: the call names an address instead of a domain.

data: "host": the host, "where": the places of the call that carried it ([] where all agree),
    "shown": the address as the call spells it, with the address itself where the spelling hides it,
    "reason": "never", "device_itself", "own_address", "other_subnet" (both in older sessions alone), "not_lan",
    "disguised" (a LAN address that is not written plainly; "plain": how it would be),
    "same_subnet" (allowed by a guess; "device": whose subnet it is), "unknown_subnet" (cannot be told) or
    "unknown_private" (private, and no IPv4 LAN's: what clients do is not known),
    "prefix_length": the netmask that is guessed

examples:
    {"host": "203.0.113.7", "where": ["CONNECT", "SNI"], "shown": "203.0.113.7", "prefix_length": 24, "reason": "never"}
    {"host": "203.0.113.7", "where": ["CONNECT", "SNI"], "shown": "203.0.113.7", "prefix_length": 24, "reason": "device_itself"}
    {"host": "203.0.113.7", "where": ["CONNECT", "SNI"], "shown": "203.0.113.7", "prefix_length": 24, "reason": "own_address"}
    {"host": "203.0.113.7", "where": ["CONNECT", "SNI"], "shown": "203.0.113.7", "prefix_length": 24, "reason": "other_subnet"}
    {"host": "203.0.113.7", "where": ["CONNECT", "SNI"], "shown": "203.0.113.7", "prefix_length": 24, "reason": "not_lan"}
    {"host": "203.0.113.7", "where": ["CONNECT", "SNI"], "shown": "203.0.113.7", "prefix_length": 24, "reason": "unknown_subnet"}
    {"host": "192.168.1.20", "where": [], "shown": "0xc0a80114 = 192.168.1.20", "prefix_length": 24, "reason": "disguised", "plain": "192.168.1.20"}
    {"host": "192.168.1.20", "where": [], "shown": "192.168.1.20", "prefix_length": 24, "reason": "same_subnet", "device": "192.168.1.5"}
    {"host": "fd00::1", "where": [], "shown": "fd00::1", "prefix_length": 24, "reason": "unknown_private"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.hosts import where
from wxpolicy.catalogue.wording.hosts import who
from wxpolicy.catalogue.wording.phones import NOT_SENT
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.sources import PAGE_CURRENT
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_WHY = {
    "never": Text("小程序的域名不能是 IP 地址", "a mini-program's server domain is never one"),
    "not_lan": Text(
        "只有与设备同一网段的局域网 IPv4 地址才允许", "only a LAN IPv4 address in the device's own subnet is allowed"
    ),
    "device_itself": Text("它就是设备自己，任何时候都不允许", "it is the device itself, which is never allowed"),
    "own_address": Text(
        "它是设备自己的局域网地址，不允许访问", "it is the device's own LAN address, which is never allowed"
    ),
    "disguised": Text(
        "局域网 IPv4 地址只有写成普通的点分十进制（{plain}）才可能允许",
        "a LAN IPv4 address may be allowed only where it is written in plain dotted form, as {plain}",
    ),
    "other_subnet": Text(
        "它不在设备所在的网段（按子网掩码 /{prefix_length} 推测），或没有写成普通的点分十进制",
        "it is not in the device's own subnet (guessing a /{prefix_length} netmask), or not written in plain dotted form",
    ),
}


def message(data: Values) -> Text:
    match data.raw("reason"):
        case "same_subnet":
            return data.say(
                "{who}是局域网 IP，按子网掩码 /{prefix_length} 推测与设备 {device} 在同一网段，因此允许；真实的子网掩码代理看不到。",
                "{who} is a LAN address, allowed because a guessed /{prefix_length} netmask puts"
                " it into the subnet of device {device}; the proxy cannot see the real netmask.",
                who=who(data),
            )
        case "unknown_subnet":
            return data.say(
                "{who}是局域网 IP，只有与设备在同一网段、且不是设备自己时才允许；设备的子网掩码（经隧道时还有它的局域网地址）代理看不到，无法判断。",
                "{who} is a LAN address, allowed only inside the device's own subnet and never the"
                " device itself; the device's netmask is not on the wire, nor behind a tunnel its LAN address, so the proxy"
                " cannot tell.",
                who=who(data),
            )
        case "unknown_private":
            return data.say(
                "{who}是私有地址，但不是局域网 IPv4 地址；现行规则只说局域网 IP 可以访问，客户端怎样处理这种地址未知。",
                "{who} is a private address, but not an IPv4 address of a LAN. Today's rules say only that LAN addresses may be"
                " called; what clients do with this one is not known.",
                who=who(data),
            )
    why = _WHY.get(str(data.raw("reason")), _WHY["never"])
    return data.say(
        "{shown}{where}是 IP 地址：{why}。",
        "{shown}{where} is an IP address: {why}.",
        where=where(data),
        why=data.say(*why),
    )


def fix(data: Values) -> Text:
    match data.raw("reason"):
        case "same_subnet":
            return Text(
                "局域网 IP 只适合调试；正式版请换成已配置的域名。",
                "A LAN address only serves debugging; use a listed domain in what you publish.",
            )
        case "unknown_private":
            return Text(
                "在真机上确认，或换成局域网 IPv4 地址（只适合调试）；正式版请换成已配置的域名。",
                "Try it on a phone, or use the LAN IPv4 address, which only serves debugging; use a listed domain in what you"
                " publish.",
            )
        case "unknown_subnet":
            return Text(
                "只用于调试：确认手机与它在同一网段；正式版请换成已配置的域名。",
                "For debugging see that the phone is in the same subnet; use a listed domain in what you publish.",
            )
        case "disguised":
            return data.say(
                "把地址写成 {plain}（只适合调试）；正式版请换成已配置的域名。",
                "Write the address as {plain}, which only serves debugging; use a listed domain in what you publish.",
            )
    return Text(
        "为服务器绑定一个已备案的域名，把代码里的 IP 换成它（例如 https://api.example.com），并加入服务器域名列表。",
        "Give the server a domain that is filed (ICP), use it in the code instead of the address"
        " (for example https://api.example.com), and list it as a server domain.",
    )


ENTRY = Entry(
    family=Family.DOMAIN,
    known=Known.DOCUMENTED,
    failure=Failure.NOT_LISTED,
    title=Text("用 IP 地址代替域名", "IP address instead of a domain"),
    meaning=Text(
        "url 里是 IP 地址。IP 不能配置为服务器域名；现行规则只放行与手机同一网段的局域网 IP。",
        "The url holds an IP address, which cannot be listed. Today's rules let LAN addresses in the phone's own subnet pass, no others.",
    ),
    causes=(
        Text(
            "联调时用的电脑或云主机 IP 留在了代码里", "a colleague's or a cloud machine's address was left in the code"
        ),
        Text("指向本机的 127.0.0.1 或 0.0.0.0", "127.0.0.1 or 0.0.0.0, the device itself"),
        Text(
            "IP 的其他写法，例如 0x7f.1 或一个十进制整数",
            "another spelling of an address, such as 0x7f.1 or one decimal number",
        ),
    ),
    phone=NOT_SENT,
    general_fix=Text(
        "给服务器绑定一个已备案、有有效证书的域名，配置它并改用它。",
        "Give the server a filed domain name with a valid certificate, list it, and call that.",
    ),
    clause="seed-2017 §1; platform §1 [doc]",
    source=f"{PAGE_2017}：“域名不能使用 IP 地址或 localhost”; {PAGE_CURRENT}",
    message=message,
    fix=fix,
)
