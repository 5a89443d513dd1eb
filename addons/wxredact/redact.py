"""Secrets in URLs: masked wherever a URL is shown, unless somebody asks for them.

A value is masked from its key to the end of its pair, because nobody can tell
what a server would still count as part of it. Too much is masked rather than
too little.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

MASK = "***"

# Keys whose value lets somebody act as the user or the server, or tells who the user is: letters and digits alone, lower case.
_SECRET_KEYS = frozenset(
    {
        "code", "jscode", "authcode", "smscode", "verifycode", "vcode", "key", "sig", "sign", "auth", "authorization",
        "pwd", "session", "sid", "jsessionid", "phpsessid", "encrypteddata", "iv", "openid", "unionid",
    }
)  # fmt: skip
_SECRET_ENDINGS = (
    "token", "secret", "password", "passwd", "sessionkey", "sessionid", "signature", "ticket", "apikey", "appkey",
    "accesskey", "secretkey", "privatekey",
)  # fmt: skip

# A key inside a pair, too: ?a=1;token=x, ?a=1?token=x, ?to=https://h/?token=x, ?data={"token":"x"}.
# Keys are looked for backwards from what ends them, and of an endless one only the end is
# looked at: the time that a URL takes grows with its length and no faster.
_END_OF_KEY = re.compile("[=:]")
_NO_PART_OF_KEY = re.compile(r"""[=:?&;#/{},"'\s]""")
_LONGEST_KEY = 100
_MOST_BLANKS = 8
_QUOTES = ('"', "'")
# A nested URL is escaped once for each address it went through.
_DEEPEST_ESCAPE = 4
# Mainland mobile numbers, bare or with the country's code.
_PHONE = re.compile(r"(?:(?<!\d)|(?<=%[0-9A-F]{2}))(?:(?:\+|%2B)?86[-\s]?)?1[3-9]\d{9}(?!\d)", re.IGNORECASE)
_USER_INFO = re.compile(r"(?<=://)[^/?#\\]*@")
_PATH_PARAMETER = re.compile(r"(?<=;)(?P<key>[^;/=]*)=[^;/]*")
_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[^a-z0-9]")


def redact_url(url: str) -> str:
    """The URL with user info, secrets and the phone numbers of its query and fragment masked. Never raises."""
    address, hash_mark, fragment = url.partition("#")
    path, question_mark, query = address.partition("?")
    path = _PATH_PARAMETER.sub(_parameter, _USER_INFO.sub(f"{MASK}@", path))
    return path + question_mark + _redact_pairs(query) + hash_mark + _redact_pairs(fragment)


def _parameter(found: re.Match) -> str:
    return f"{found['key']}={MASK}" if is_secret_key(found["key"]) else found[0]


def _redact_pairs(text: str) -> str:
    return "&".join(_redact_pair(pair) for pair in text.split("&"))


def _redact_pair(pair: str) -> str:
    for key, end in _keys(pair):
        if is_secret_key(key):
            return pair[:end] + MASK
    key, equals, _ = pair.partition("=")
    if any(is_secret_key(each) for inner in _unescaped(pair) for each, _ in _keys(inner)):
        # The secret stands in what is escaped: its end cannot be told.
        return _PHONE.sub(MASK, key) + "=" + MASK if equals else MASK
    return _PHONE.sub(MASK, pair)


def _keys(text: str) -> Iterator[tuple[str, int]]:
    """Each key with the place where its value begins."""
    start = 0
    for found in _END_OF_KEY.finditer(text):
        end = found.start()
        before = text[max(start, end - _LONGEST_KEY - _MOST_BLANKS - 1) : end]
        start = end + 1
        if not before:
            continue
        key = before.rstrip()
        if len(before) - len(key) > _MOST_BLANKS:
            continue
        if key.endswith(_QUOTES):
            key = key[:-1]
        if key := _NO_PART_OF_KEY.split(key)[-1][-_LONGEST_KEY:]:
            yield key, start


def _unescaped(text: str) -> Iterator[str]:
    for _ in range(_DEEPEST_ESCAPE):
        if "%" not in text:
            return
        text = unquote_plus(text, errors="replace")
        yield text


def is_secret_key(key: str) -> bool:
    """Whether a value of this name lets somebody act as the user or the server; ``key`` may be escaped."""
    plain = _NEITHER_LETTER_NOR_DIGIT.sub("", unquote_plus(key, errors="replace").lower()).rstrip("0123456789")
    return plain in _SECRET_KEYS or plain.endswith(_SECRET_ENDINGS)
