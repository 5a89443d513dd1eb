"""A host, and the places of the call that carried it."""

from wxpolicy.catalogue.wording.values import Values
from wxpolicy.catalogue.wording.values import listed
from wxpolicy.terms import Text


def where(data: Values) -> Text:
    """What stands behind the host in a sentence: its places, or nothing where every place of the call agrees."""
    places = listed(data.texts("where"))
    if not places.en:
        # Chinese goes on behind a blank; behind a bracket there is none.
        return Text(" ", "")
    return Text(f"（见于 {places.zh}）", f" (in {places.en})")


def who(data: Values) -> Text:
    """The host with its places."""
    return data.say("{host}{where}", "{host}{where}", where=where(data))
