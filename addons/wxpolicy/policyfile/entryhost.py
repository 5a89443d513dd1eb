"""The host of one server-domain entry: whether it may be listed, and what to list instead (seed-2017 §1)."""

from wxpolicy.editions import Edition
from wxpolicy.finding import Code
from wxpolicy.terms import Text
from wxpolicy.url.hosts import Host
from wxpolicy.url.hosts import HostKind
from wxpolicy.url.hosts import read_host


def judge_host(host: Host, wanted: str, edition: Edition) -> tuple[list[tuple[Code, Text]], Text | None]:
    """What is wrong with the host, and advice (None where ``host.ascii`` is what to write)."""
    name_wanted = placeholder(wanted)
    if "*" in host.spelled or host.spelled.startswith("."):
        parent = read_host(host.spelled.lstrip("*."))
        base = parent.ascii if parent.kind is HostKind.DOMAIN and "." in parent.ascii else "example.com"
        advice = Text(
            f"逐个写出子域名，例如 {wanted}://a.{base}", f"each subdomain separately, for example {wanted}://a.{base}"
        )
        return [(Code.URL_INVALID, _NO_WILDCARD)], advice
    if host.kind is HostKind.INVALID:
        return [(Code.URL_INVALID, host.why or _NOT_A_NAME)], name_wanted
    if host.kind in (HostKind.IPV4, HostKind.IPV6):
        # platform §1 [doc]: LAN addresses, never the device's own.
        ip = host.ip
        is_lan = ip is not None and ip.is_private and not ip.is_loopback and not ip.is_unspecified
        why = Text(f"域名不能是 IP 地址（{host.ascii}）", f"a server domain cannot be an IP address ({host.ascii})")
        return [(Code.HOST_IS_IP, why)], _lan_advice(edition) if is_lan and edition.has_lan else name_wanted
    if host.kind is HostKind.LOCALHOST:
        return [(Code.HOST_IS_LOCALHOST, _NO_LOCALHOST)], name_wanted
    if host.ascii in edition.reserved_hosts:
        return [(Code.HOST_RESERVED, _reserved(host.ascii))], _OWN_SERVER
    if "." not in host.ascii:
        return [(Code.URL_INVALID, _SINGLE_LABEL)], name_wanted
    if not host.has_plain_labels:
        return [(Code.URL_INVALID, _BAD_LABEL)], name_wanted
    if host.tail_dot:
        return [(Code.URL_INVALID, Text("域名末尾不能有点", "a server domain cannot end with a dot"))], None
    return [], None


def placeholder(wanted: str) -> Text:
    """What to write if only the developer knows the name."""
    return Text(
        f"{wanted}://（已备案的域名），例如 {wanted}://api.example.com",
        f"{wanted}:// and a domain with an ICP filing, for example {wanted}://api.example.com",
    )


def _lan_advice(edition: Edition) -> Text:
    return Text(
        f"删除这一项：在 {edition.name} 版规则下，同一局域网的 IP 不用配置就能访问",
        f"delete it: in edition {edition.name}, LAN IPs of the device's own subnet need no entry",
    )


def _reserved(host: str) -> Text:
    return Text(
        f"{host} 不能配置为服务器域名，小程序内也不能调用",
        f"{host} can neither be listed nor called from a mini-program",
    )


_NO_WILDCARD = Text(
    "服务器域名不支持通配符，父域名也不覆盖子域名",
    "server domains do not support wildcards, and a parent domain does not cover its subdomains",
)
_NOT_A_NAME = Text("这不是合法的域名", "this is not a valid domain name")
_NO_LOCALHOST = Text("域名不能是 localhost", "a server domain cannot be localhost")
_OWN_SERVER = Text(
    "删除这一项，改由自己的服务器调用它，小程序只访问自己的服务器",
    "delete it; let your own server call it, and list that server",
)
_SINGLE_LABEL = Text(
    "域名至少要有两段（如 example.com）", "a server domain needs at least two labels (as in example.com)"
)
_BAD_LABEL = Text(
    "域名里不能有下划线，每段也不能以 - 开头或结尾",
    "a server domain cannot have an underscore, or a label that starts or ends with -",
)
