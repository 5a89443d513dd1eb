"""The server that was dialled, and what is known of why it failed."""

from wxpolicy.catalogue.wording.values import Values
from wxpolicy.terms import Text


def dialled(data: Values) -> Text:
    """What was really dialled, and in whose place."""
    if not data.has("dialled"):
        return data.say("{host}", "{host}")
    if not data.has("instead_of"):
        return data.say("{dialled}", "{dialled}")
    return data.say("{dialled}（代替 {instead_of}）", "{dialled} (in place of {instead_of})")


def reason(data: Values) -> Text:
    """What was said of the failure, with what goes before it; nothing where nothing is known."""
    if not data.raw("error"):
        return Text("", "")
    return data.say("：{error}", ": {error}")
