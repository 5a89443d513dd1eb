"""The background: which mini-programs its rules spare."""

from wxpolicy.catalogue.wording.values import Values
from wxpolicy.terms import Text


def with_pin(data: Values, zh: str, en: str) -> Text:
    """The sentences, and the exemption where the edition has one."""
    if not data.has("pin_exempt_in"):
        return Text(zh, en)
    return data.say(
        zh + "（{pin_exempt_in} 版规则中，置顶聊天的小程序不受此限。）",
        en + " (In edition {pin_exempt_in} a mini-program pinned to the chat top is exempt.)",
    )
