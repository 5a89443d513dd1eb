"""The server-domain lists, as the platform's own site calls them, and how to add to one."""

from wxpolicy.catalogue.wording.values import Values
from wxpolicy.catalogue.wording.values import listed
from wxpolicy.terms import Text


def titles(lists: list[str]) -> Text:
    """The lists' headings, in a row in a sentence."""
    return listed([f"「{name}」" for name in lists])


def how_to_add(data: Values) -> Text:
    """Where to write an entry: on the platform's site and in policy.yaml.

    ``add``: {"api": the API whose list it is, "line": the entry to write, "console": the page's name,
    "list": the heading under which it goes}; ``add_others``: the same for each further API that the
    call may be; ``other``: see ``how_to_declare``.
    """
    ways = [data.part("add"), *data.parts("add_others")]
    if len(ways) == 1:
        said = _added(ways[0])
    else:
        first, *rest = ways
        whole = [(first, _added(first)), *((way, _added_as_well(way, first)) for way in rest)]
        said = Text(
            "".join(f"如果代码用的是 wx.{way.text('api')}：{added.zh}" for way, added in whole),
            " ".join(f"If the code calls wx.{way.text('api')}: {lowered(added.en)}" for way, added in whole),
        )
    declare = how_to_declare(data)
    return Text(said.zh + declare.zh, f"{said.en} {declare.en}".rstrip())


def how_to_declare(data: Values) -> Text:
    """How to say that a call is another API than the likely one; nothing where there is no other reading.

    ``other``: {"likely": the API that it looks like, "apis": what else it may be, "url": its URL}.
    """
    other = data.part("other")
    apis = other.texts("apis")
    if not apis:
        return Text("", "")
    return other.say(
        "从流量看，这是 wx.{likely}；如果代码用的其实是 {calls}，在 policy.yaml 的 apis 下写 {url}: {api}，"
        "或让测试程序发送请求头 X-Miniprogram-Api: {api}。",
        "By the traffic this is wx.{likely}; if the code calls {calls} instead, write {url}: {api} under apis in policy.yaml,"
        " or let the test harness send the request header X-Miniprogram-Api: {api}.",
        calls=Text("、".join(f"wx.{api}" for api in apis), " or ".join(f"wx.{api}" for api in apis)),
        api=apis[0],
    )


def with_plugin(data: Values, said: Text) -> Text:
    """What was found, and that it says nothing where a plugin called (``plugin_header`` in the data)."""
    if not data.has("plugin_header"):
        return said
    more = data.say(
        "但这次调用带有 {plugin_header} 请求头，由插件发出：插件的域名列表与小程序的相互独立，代理看不到，无法判断。",
        "But the call carries {plugin_header}, so a plugin made it: plugins have lists of their own, which the proxy does"
        " not see, so this cannot be told.",
    )
    return Text(said.zh + more.zh, f"{said.en} {more.en}")


def fix_with_plugin(data: Values, fix: Text) -> Text:
    if not data.has("plugin_header"):
        return fix
    return data.say(
        "插件是别人的，无需处理；是自己的，在插件自己的服务器域名里配置它。如果并不是插件发出的：{fix}",
        "If the plugin is somebody else's, there is nothing to do; if it is your own, list the host among the plugin's own"
        " server domains. If no plugin made the call: {fix}",
        fix=fix,
    )


def lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _added(way: Values) -> Text:
    return way.say(
        "登录小程序后台，在「{console}」的「{list}」中加入 {line}；并在 policy.yaml 的 domains.{api} 下加一行「- {line}」。",
        "Log in to the mini-program admin site (小程序后台), open 「{console}」 and add {line} under 「{list}」;"
        ' also add the line "- {line}" under domains.{api} in policy.yaml.',
    )


def _added_as_well(way: Values, before: Values) -> Text:
    """Told in full only where more than the list differs from what stands before it."""
    if any(way.text(key) != before.text(key) for key in ("line", "console")):
        return _added(way)
    return way.say(
        "同样加在「{list}」与 domains.{api} 下。",
        "the same under 「{list}」 and domains.{api}.",
    )
