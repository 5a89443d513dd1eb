"""Binary data: nothing in it can be masked, so data that contains the name of a secret is left out completely."""

import re

_WORDS = re.compile(
    rb"token|secret|session|passw|pwd|signature|ticket|api_?key|app_?key|access_?key|private_?key|authori[sz]ation|bearer|encrypteddata"
    rb"|open_?id|union_?id|skey|jwt|cookie|credential|csrf|xsrf|jsessionid|phpsessid|phone_?number|eyJ[\w-]{8,}",
    re.IGNORECASE,
)
_MOBILE = re.compile(rb"(?<![0-9A-Za-z])(?:\+?86)?1[3-9][0-9]{9}(?![0-9A-Za-z])")


def has_secret_words(data: bytes) -> bool:
    """Whether binary data contains the name of a secret, or a secret that is recognised by its form, with one or two
    bytes per character."""
    narrow = data.replace(b"\0", b"") if b"\0" in data else data
    return any(_WORDS.search(each) or _MOBILE.search(each) for each in {data, narrow})
