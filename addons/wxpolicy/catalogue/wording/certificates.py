"""Which certificate and which field, whose trust store, and a moment: what sentences about certificates share.

``certificate`` is {"index": its place as served, 0 for the server's own, null
for one of the trust store; "label": its name, safe to print}; ``field`` is the
name of the field or extension; ``trust_stores`` the stores that find it so.
"""

from wxpolicy.catalogue.wording.values import Values
from wxpolicy.certificates.store_names import shown_stores
from wxpolicy.terms import Text


def about(data: Values, zh: str, en: str, **more: Text | str) -> Text:
    """A sentence about one certificate: its place, what is found, the store that it was judged against."""
    return data.say(
        "{place}：" + zh + "{store}", "{place}: " + en + "{store}", place=place(data), store=store(data), **more
    )


def place(data: Values) -> Text:
    """Which certificate and which field: the opening of every message about one certificate."""
    certificate = data.part("certificate")
    index = certificate.number("index")
    field = {"field": data.text("field"), "label": certificate.text("label")}
    if index is None:
        return data.say(
            "信任库中的 CA 证书（{label}）的 {field}", "CA certificate from the trust store ({label}), {field}", **field
        )
    if index == 0:
        return data.say(
            "证书 0（服务器证书，{label}）的 {field}", "certificate 0 (the server's own, {label}), {field}", **field
        )
    return data.say(
        "证书 {index}（{label}）的 {field}", "certificate {index} ({label}), {field}", index=f"{index:g}", **field
    )


def store(data: Values) -> Text:
    """A trust store is one vendor's: every verdict on a certificate names it (platform §5)."""
    names = data.texts("trust_stores")
    if not names:
        return Text("", "")
    shown = shown_stores(names)
    return Text(f"（信任库：{shown.zh}）", f" (trust store: {shown.en})")


def is_servers_own(data: Values) -> bool:
    return data.part("certificate").number("index") == 0


def label(data: Values) -> str:
    return data.part("certificate").text("label")


def moment(data: Values, name: str) -> str:
    """ISO 8601 in UTC, as people write it."""
    return data.text(name).replace("T", " ").replace("Z", " UTC")


def aia(data: Values) -> Text:
    """The address that the certificate gives for its issuer, with its own brackets; a blank in Chinese where there is none."""
    if not data.has("aia"):
        return Text(" ", "")
    return data.say("（AIA 地址 {aia}）", " (AIA URL {aia})")
