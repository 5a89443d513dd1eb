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
    "list": the heading under which it goes}.
    """
    return data.part("add").say(
        "登录小程序后台，在「{console}」的「{list}」中加入 {line}；并在 policy.yaml 的 domains.{api} 下加一行「- {line}」。",
        "Log in to the mini-program admin site (小程序后台), open 「{console}」 and add {line} under 「{list}」;"
        ' also add the line "- {line}" under domains.{api} in policy.yaml.',
    )
