"""Which names stand for a secret, and which only announce that a name or a value follows.

A name is split into its words, because the names of secrets are built from a few of them: ``wxUserToken2``,
``X-WX-OPENID``, ``new_password_confirm``. The last word decides: ``token_type`` and ``password_min_length`` are not
secrets.
"""

import re
from functools import lru_cache
from urllib.parse import unquote_plus

# Longer names are examined from their end.
LONGEST_NAME = 100

# Alone they stand for a secret, as an ending they do not: barcode, monkey, design, author.
_WHOLE = frozenset(
    {
        "code", "jscode", "wxcode", "logincode", "authcode", "smscode", "verifycode", "verificationcode", "vcode", "captchacode", "phonecode",
        "key", "xkey", "skey", "pskey", "auth", "xauth", "basicauth", "pass", "userpass", "dbpass", "pin", "iv", "ak", "sk", "qak",
        "jsessionid", "phpsessid", "aspsessionid", "uin", "wxuin", "sess",
        "phonenumber", "purephonenumber", "mobilenumber", "mobileno", "mobilephone", "cellphone", "phoneno", "telephone",
        "idcard", "idcardno", "idcardnumber", "idcardnum", "identitycard", "identityno", "identitynumber",
        "bankcard", "bankcardno", "cardno", "cardnumber", "cvv", "cvc", "setcookie", "paysign",
    }
)  # fmt: skip
_LAST_WORDS = frozenset(
    {
        "sign", "sig", "pwd", "session", "sid", "jwt", "otp", "totp", "skey", "cookie", "cookies", "credential", "credentials", "bearer",
        "csrf", "xsrf", "passphrase", "passcode", "psw", "tokens", "secrets", "passwords", "authorization", "authorisation", "authentication",
    }
)  # fmt: skip
_ENDINGS = (
    "token", "secret", "password", "passwd", "sessionkey", "sessionid", "signature", "ticket", "apikey", "appkey", "accesskey",
    "accesskeyid", "accessid", "secretid", "secretkey", "privatekey", "encryptkey", "aeskey", "signkey", "clientkey", "masterkey",
    "openid", "unionid", "encrypteddata", "authorization", "jwt", "paysign",
    "密码", "口令", "令牌", "密钥", "秘钥", "验证码", "校验码", "身份证", "身份证号", "手机号", "手机号码",
)  # fmt: skip
# Suffixes after which a secret's name still means the secret: token_value, password_confirm, secretBase64.
_ADDED = frozenset(
    {
        "value", "val", "string", "str", "raw", "plain", "plaintext", "base64", "b64", "hash", "md5", "sha1", "sha256", "hex", "encoded",
        "base", "sha", "encrypted", "new", "old", "confirm", "confirmation", "confirmed", "again", "repeat", "original", "current",
    }
)  # fmt: skip
# For a number, a plural name is a count: {"total_tokens": 17}.
_COUNTED = re.compile(r"(?:tokens|secrets|passwords|cookies|credentials)\Z")

_NAMING = frozenset(
    {
        "name", "key", "k", "n", "id", "field", "fieldname", "param", "parameter", "paramname", "header", "headername", "label", "property",
        "propertyname", "prop", "attr", "attribute", "itemprop", "variable", "var", "keyname", "option", "setting", "httpequiv",
    }
)  # fmt: skip
_HOLDING = frozenset(
    {
        "value",
        "values",
        "val",
        "v",
        "content",
        "data",
        "text",
        "default",
        "initial",
        "string",
        "raw",
        "result",
        "input",
        "body",
        "answer",
    }
)

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_DIGITS = "0123456789"
_NAME = re.compile(r"-{0,2}[^\W\d][\w .$\[\]-]{0,63}[:：]?\s{0,4}")


@lru_cache(maxsize=8192)
def is_secret_key(key: str) -> bool:
    """Whether a value of this name authenticates the user or the server, or identifies the user; ``key`` may be
    escaped."""
    text = key[-LONGEST_NAME:]
    if "%" in text or "+" in text:
        text = unquote_plus(text, errors="replace")
    words = [word.lower() for word in _WORD.findall(text)]
    while words and words[-1].isdigit():
        words.pop()
    if not words:
        return False
    if "".join(words) in _WHOLE:
        return True
    while len(words) > 1 and (words[-1] in _ADDED or words[-1].isdigit()):
        words.pop()
    joined = "".join(words).rstrip(_DIGITS)
    # HTTP/2 writes headers in lower case, where words cannot be told apart by case.
    while added := next((each for each in _ADDED if joined.endswith(each) and joined != each), None):
        if joined.endswith(_ENDINGS):
            return True
        joined = joined.removesuffix(added).rstrip(_DIGITS)
    return words[-1] in _LAST_WORDS or joined.endswith(_ENDINGS)


def is_whole_word(key: str) -> bool:
    """Whether the name also occurs in ordinary text: key, code, session."""
    return "".join(_WORD.findall(key)).lower() in _WHOLE


def names_a_secret(value: str) -> bool:
    """Whether a text is the name of a secret, so that the text next to it is one."""
    return _NAME.fullmatch(value) is not None and is_secret_key(value)


def is_count_of_secrets(key: str) -> bool:
    """Whether a number of this name is a count of secrets, and not a secret."""
    return _COUNTED.search(key.lower()) is not None


def names_something(key: str) -> bool:
    """Whether the value of this key is a name: {"name": "token", "value": ...}."""
    return _plain(key) in _NAMING


def holds_something(key: str) -> bool:
    """Whether this key's value belongs to a name next to it."""
    plain = _plain(key)
    return plain in _HOLDING or plain.endswith(("value", "val"))


def is_said_in_passing(key: str, value: str) -> bool:
    """Whether a name that also occurs in prose precedes a plain word: "of a session: records in"."""
    return _plain(key) in _PROSE and _PLAIN_WORD.fullmatch(value) is not None


def is_no_secret(key: str, value: str) -> bool:
    """Whether a value is a plain word or status, where ordinary bodies have one under a name that can also be a
    secret's. {"code": "0000"} and {"code": "NOT_FOUND"} are answers of half of all APIs; {"key": "home"} is a
    menu's."""
    plain = _plain(key)
    if plain == "code":
        return len(value) < _LONGEST_STATUS or _STATUS.fullmatch(value) is not None
    if plain == "key":
        return _PLAIN_WORD.fullmatch(value) is not None
    return value.lower() in _NOTHING


_LONGEST_STATUS = 5
_STATUS = re.compile(r"[A-Z]+(?:[_ .-][A-Z]+)*|success|failed|[a-z]{2}-[A-Z]{2}|4\d{4}|5\d{4}|-\d{5}")
_PLAIN_WORD = re.compile(r"[A-Za-z]{1,10}(?:[ _.-][A-Za-z]{1,10}){0,3}")
_PROSE = frozenset({"session", "key", "pass", "auth", "sign", "pin", "ticket", "code"})
_NOTHING = frozenset({"null", "none", "nil", "undefined", "true", "false", ""})


@lru_cache(maxsize=1024)
def _plain(key: str) -> str:
    return "".join(_WORD.findall(key[-LONGEST_NAME:])).lower().rstrip(_DIGITS)
