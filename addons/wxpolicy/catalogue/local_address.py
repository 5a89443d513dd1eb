"""LOCAL_ADDRESS: a device asked for an address of this machine, which is not lent out.

data: "host": the name that was asked for, "address": where it led, "port",
    "kind": "loopback", "link_local", "metadata", "unspecified" or "private",
    "line": the line under hosts: in policy.yaml that would lend it out

examples:
    {"host": "dev.example.com", "address": "127.0.0.1", "port": 6379, "kind": "loopback", "line": "{dev.example.com: 127.0.0.1:6379}"}
    {"host": "dev.example.com", "address": "127.0.0.1", "port": 6379, "kind": "link_local", "line": "{dev.example.com: 127.0.0.1:6379}"}
    {"host": "dev.example.com", "address": "127.0.0.1", "port": 6379, "kind": "metadata", "line": "{dev.example.com: 127.0.0.1:6379}"}
    {"host": "dev.example.com", "address": "127.0.0.1", "port": 6379, "kind": "unspecified", "line": "{dev.example.com: 127.0.0.1:6379}"}
    {"host": "dev.example.com", "address": "127.0.0.1", "port": 6379, "kind": "private", "line": "{dev.example.com: 127.0.0.1:6379}"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_KINDS = {
    "loopback": Text("运行代理的这台机器自己", "the machine that runs the proxy itself"),
    "link_local": Text("链路本地地址", "a link-local address"),
    "metadata": Text("云服务器读取自身元数据的地址", "where a cloud tells this machine its own metadata"),
    "unspecified": Text("未指定地址", "the unspecified address"),
    "private": Text("这台机器所在的内网", "the private network of this machine"),
}


def message(data: Values) -> Text:
    return data.say(
        "{host} 指向 {address}（{kind}），代理不把它借给其他设备访问，因此拒绝了连接。",
        "{host} leads to {address} ({kind}), which this proxy does not lend out to other devices, so it refused the connection.",
        kind=_KINDS.get(str(data.raw("kind")), _KINDS["loopback"]),
    )


ENTRY = Entry(
    family=Family.OURS,
    known=Known.SOURCE,
    failure=Failure.NETWORK,
    own_reason="refused by the proxy: local address",
    title=Text("不外借的本机地址", "Address of this machine"),
    meaning=Text(
        "手机要访问的地址是运行代理的机器自己或它的链路本地网络。这些地址不借给别的设备，以免泄露本机的服务；真机上这个地址是手机自己。",
        "The address that the phone asked for is the machine that runs the proxy, or its link-local network. It is not lent out, so that nothing on this machine is exposed; on a phone the address would be the phone itself.",
    ),
    causes=(
        Text("域名解析到了 127.0.0.1 或 169.254.x.x", "the name resolves to 127.0.0.1 or 169.254.x.x"),
        Text(
            "测试服务器就在这台机器上，却没有写进 policy.yaml 的 hosts",
            "the test server runs on this machine and is not in hosts of policy.yaml",
        ),
    ),
    phone=Text(
        "真机没有这个错误：那里这个地址是手机自己，连接失败。",
        "Phones know no such error: there the address is the phone itself and nothing answers.",
    ),
    general_fix=Text(
        "测试服务器在本机时，在 policy.yaml 的 hosts 里写明它；否则使用服务器自己的地址。",
        "Where the test server runs on this machine, name it under hosts in policy.yaml; otherwise use the server's own address.",
    ),
    clause="own rule",
    source="addons/wxgate/connections/upstreams.py",
    message=message,
    fix=Text(
        "确实要让设备访问它时，在 policy.yaml 里写 hosts: {line}，或启动时加 --allow-local；否则换成服务器自己的地址。",
        "If devices are meant to reach it, write hosts: {line} in policy.yaml or start with --allow-local; otherwise use the server's own address.",
    ),
)
