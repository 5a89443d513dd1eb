"""Matching a host against the server-domain lists, and the words for fixing a list.

Scheme, host and port compare exactly, per category; path, query and user info
do not count (platform §1 [seen]).
"""

from collections.abc import Iterable

from wxpolicy.policy import ListedDomain
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.terms import Edition
from wxpolicy.terms import Text
from wxpolicy.url.hosts import Host
from wxpolicy.url.hosts import HostKind

# The headings of the platform's admin page.
CATEGORY_NAMES = {
    Api.REQUEST: "request合法域名",
    Api.UPLOAD_FILE: "uploadFile合法域名",
    Api.DOWNLOAD_FILE: "downloadFile合法域名",
    Api.CONNECT_SOCKET: "socket合法域名",
}
_ADMIN_PAGES = {
    Edition.SEED_2017: "设置-开发设置-服务器域名",
    Edition.CURRENT: "开发-开发设置-服务器域名",
}


def scheme_of(api: Api) -> str:
    """seed-2017 §1: https for request, uploadFile and downloadFile, wss for connectSocket."""
    return "wss" if api is Api.CONNECT_SOCKET else "https"


def entries_for(policy: Policy, api: Api, host: Host) -> tuple[ListedDomain, ...]:
    """The entries of ``api``'s list that name ``host``, whatever their port.

    Only a domain without a trailing dot can equal an entry: the comparison is exact.
    """
    if host.kind is not HostKind.DOMAIN or host.tail_dot:
        return ()
    scheme = scheme_of(api)
    return tuple(entry for entry in policy.listed(api) if entry.scheme == scheme and entry.host == host.ascii)


def admits(policy: Policy, api: Api, host: Host, port: int | None) -> bool:
    """Whether ``api``'s list has ``host`` with ``port`` (None: the URL spells none)."""
    return any(_port_fits(policy.edition, entry, port) for entry in entries_for(policy, api, host))


def _port_fits(edition: Edition, entry: ListedDomain, port: int | None) -> bool:
    if edition is Edition.SEED_2017:
        # seed-2017 §1: "且不能带端口号", so neither the entry nor the URL may have one.
        return entry.port is None and port is None
    if entry.scheme == "wss":
        # platform §1 [doc]: every port of a listed domain.
        return True
    # platform §1 [doc]: exact; without a port in the entry "even :443 fails".
    return entry.port == port


def line_to_add(policy: Policy, api: Api, ascii_host: str, ports: Iterable[int | None] = (None,)) -> str:
    """The entry that would admit the host. Only an https entry of edition current may carry a port."""
    port = next((port for port in ports if port is not None), None)
    if policy.edition is Edition.SEED_2017 or api is Api.CONNECT_SOCKET:
        port = None
    return ListedDomain("", scheme_of(api), ascii_host, port).origin


def how_to_add(policy: Policy, api: Api, line: str) -> Text:
    """Where to write ``line``: on the admin page and in policy.yaml."""
    page, category = _ADMIN_PAGES[policy.edition], CATEGORY_NAMES[api]
    return Text(
        f"登录小程序后台，在「{page}」的「{category}」中加入 {line}；并在 policy.yaml 的 domains.{api.value} 下加一行「- {line}」。",
        f"Log in to the mini-program admin site (小程序后台), open 「{page}」 and add {line} under 「{category}」;"
        f' also add the line "- {line}" under domains.{api.value} in policy.yaml.',
    )


def titles(apis: Iterable[Api]) -> Text:
    """The categories' headings, as a list in a sentence."""
    names = [f"「{CATEGORY_NAMES[api]}」" for api in apis]
    return Text("、".join(names), ", ".join(names))
