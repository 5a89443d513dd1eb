"""Secrets that are recognised by their form, whatever their name.

Tokens with a form of their own, the schemes of Authorization, private keys, an openid, and personal numbers: mobile
numbers and identity cards of mainland China. Every expression here takes time in proportion to the text.
"""

import binascii
import re
from base64 import urlsafe_b64decode

from wxredact.binary import has_secret_words

MASK = "***"

# header.payload.signature, each base64 of JSON or of bytes (RFC 7519); five parts if it is encrypted.
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{6,}+(?:\.[\w-]*+){1,4}")
# Base64 of an object: the names in it are examined.
_OBJECT = re.compile(r"(?<![\w+/-])ey[JIA][\w+/-]{8,}+={0,2}")
_SCHEME = re.compile(
    r"(?<![\w-])(?P<scheme>bearer|basic|negotiate|ntlm|token|apikey|jwt)(?P<gap>(?:\s|%20|\+){1,4})(?![\w-]{1,40}=[\x22\w])(?P<value>[\w~.+/%=-]{6,}+)(?!\s*=)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Z]?[a-z]+(?:[-/][a-z]+)*[.]?|[A-Z]+")
_LEAST_OF_A_WORDY_SCHEME = 16
_WORDY_SCHEMES = frozenset({"basic", "token", "negotiate", "jwt", "apikey"})
_DIGEST = re.compile(
    r"(?<![\w-])(?P<scheme>digest\s+)(?P<value>(?:[\w-]{1,40}=(?:\"[^\"]*\"?|[^\s,\"]+)(?:,\s{0,4})?){2,})",
    re.IGNORECASE,
)
# Of services whose keys have a form of their own.
_KNOWN = re.compile(
    r"(?<![\w-])(?:[sr]k_(?:live|test)_\w{8,}+|sk-[\w-]{20,}+|gh[pousr]_\w{20,}+|github_pat_\w{20,}+|glpat-[\w-]{16,}+|xox[abeprs]-[\w-]{10,}+"
    r"|A[KS]IA[0-9A-Z]{16}(?!\w)|AKID\w{13,40}(?!\w)|LTAI\w{12,30}(?!\w)|AIza[\w-]{35}(?!\w))"
)
_OPENID = re.compile(
    r"(?<![\w/+=-])o(?=[\w-]{0,26}\d)(?=[\w-]{0,26}[A-Z])(?=[\w-]{0,26}[a-z])[A-Za-z0-9_-]{27}(?![\w/+=-])"
)
_USER_INFO = re.compile(r"(?<=://)[^/?#\\\s\"'<>（），。；、]*@")
_KEY_BEGINS = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_ENDS = "-----END"

_GAP = r"(?:[-\s.+\u00a0\u2010-\u2015]|%20|%2D)?"
# Usual groupings: 3-4-4, 3-3-5, 3-8 and 4-3-4.
_PHONE = re.compile(
    rf"(?:(?<![\d.])|(?<=[^\d]\.)|(?<=%[0-9A-F]{{2}})|(?<=%2C))"
    rf"(?:(?:[+\uff0b]|%2B|00)?86[)\uff09]?{_GAP}|[(\uff08](?:[+\uff0b]|00)?86[)\uff09]{_GAP})?"
    rf"(?:1[3-9]\d(?:{_GAP}\d{{4}}{_GAP}\d{{4}}|{_GAP}\d{{3}}{_GAP}\d{{5}})|1[3-9]\d\d{_GAP}\d{{3}}{_GAP}\d{{4}}"
    r"|[1\uff11][3-9\uff13-\uff19][0-9\uff10-\uff19]{9})(?!\d)",
    re.IGNORECASE,
)
_HEX_RUN = re.compile(r"[0-9a-fA-F-]*")
_LONGEST_RUN = 64
_LEAST_OF_AN_ID = 16
_IDENTITY_CARD = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

# "Your code is 123456", as in a short message or an answer: a number, or a word that does not occur in prose.
_TOLD = re.compile(
    r"(?P<lead>(?:验证码|校验码|动态码|动态口令|口令|密码)(?:是|为|\s|：|:|【|「|\"|“){1,4}|\b(?:code|otp|pin|password|passcode|token|secret)\s{1,4}(?:is|was)\s{0,4}:?\s{0,4}[\"'“]?)"
    r"(?P<value>[A-Za-z0-9_!@#$%^*+=/.-]{4,200}+)",
    re.IGNORECASE,
)  # fmt: skip

_MAYBE = re.compile(
    r"ey[JIA]|\d{3}|[\uff10-\uff19]{3}|@|PRIVATE KEY|bearer|basic|negotiate|ntlm|token|apikey|jwt|digest|[srp]k[_-]|gh[pousr]_|github_pat|glpat|xox|A[KS]I|LTAI|(?<![\w/+=-])o[\w-]{27}|[码令]|\bis\b|\bwas\b",
    re.IGNORECASE,
)


def mask_forms(text: str) -> str:
    """``text`` without secrets that are recognised by their form."""
    if _MAYBE.search(text) is None:
        return text
    if "PRIVATE KEY" in text:
        text = _mask_keys(text)
    text = mask_tokens(text)
    text = _DIGEST.sub(rf"\g<scheme>{MASK}", _SCHEME.sub(_scheme, text))
    if "@" in text:
        text = _USER_INFO.sub(f"{MASK}@", text)
    return _PHONE.sub(_phone, _IDENTITY_CARD.sub(_identity_card, _TOLD.sub(_told, text)))


def mask_tokens(text: str) -> str:
    """Tokens and identities whose form is unique."""
    if "ey" in text:
        text = _OBJECT.sub(_object, _JWT.sub(MASK, text))
    return _OPENID.sub(MASK, _KNOWN.sub(MASK, text))


def is_mobile_number(number: int) -> bool:
    return _PHONE.fullmatch(str(number)) is not None


def _mask_keys(text: str) -> str:
    pieces, at = [], 0
    while found := _KEY_BEGINS.search(text, at):
        end = text.find(_KEY_ENDS, found.end())
        pieces += [text[at : found.end()], MASK]
        at = len(text) if end < 0 else end
        if end < 0:
            break
    return "".join([*pieces, text[at:]])


def _object(found: re.Match[str]) -> str:
    coded = found[0].rstrip("=").replace("+", "-").replace("/", "_")
    try:
        plain = urlsafe_b64decode(coded[: len(coded) // 4 * 4])
    except (binascii.Error, ValueError):
        return found[0]
    return MASK if has_secret_words(plain) else found[0]


def _scheme(found: re.Match[str]) -> str:
    value = found["value"]
    if _WORD.fullmatch(value):
        return found[0]
    if found["scheme"].lower() in _WORDY_SCHEMES and len(value) < _LEAST_OF_A_WORDY_SCHEME:
        return found[0]
    return found["scheme"] + found["gap"] + MASK


def _told(found: re.Match[str]) -> str:
    return found["lead"] + MASK if any(c.isdigit() for c in found["value"]) else found[0]


def _phone(found: re.Match[str]) -> str:
    """Digits within a hexadecimal run that has a letter are part of an identifier: a trace, a hash, a UUID."""
    text, start, end = found.string, found.start(), found.end()
    if not found[0].isalnum():
        return MASK
    before = _HEX_RUN.match(text[max(0, start - _LONGEST_RUN) : start][::-1])
    after = _HEX_RUN.match(text, end, end + _LONGEST_RUN)
    around = (before[0] if before else "") + (after[0] if after else "")
    is_identifier = len(around) + end - start >= _LEAST_OF_AN_ID and any(c.isalpha() for c in around)
    return found[0] if is_identifier else MASK


def _identity_card(found: re.Match[str]) -> str:
    digits = found[0]
    rest = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return MASK if _CHECKS[rest] == digits[-1].upper() else digits
