"""CHARSET_*, BOM_*: what an answer's bytes are, what the server says they are, and what conversion makes of them.

seed-2017 §3: "建议服务器返回值使用 UTF-8 编码。对于非 UTF-8 编码，小程序会尝试进行转换，但是会有转换失败的可能。
小程序会自动对 BOM 头进行过滤。"

Says nothing:
    application/json, valid UTF-8 (RFC 8259 asks for no charset there); any binary; a downloaded file
Notes:
    text/html in UTF-8 without a charset; one BOM
Warns:
    GBK, declared or not; UTF-8 that is declared as GBK; two BOMs under edition current
Not observable:
    what no charset reads and no text looks like, under a text type: code may ask for its bytes (``responseType``)
Fails:
    a text that no charset reads to its end, such as UTF-8 with one character cut in half
"""

from collections.abc import Iterator
from typing import Any

from wxpolicy.call.facts import Classification
from wxpolicy.editions.edition import Topic
from wxpolicy.encoding.binary import Nature
from wxpolicy.encoding.charsets import find_charset
from wxpolicy.encoding.content_coding import Problem
from wxpolicy.encoding.declared import Declaration
from wxpolicy.encoding.declared import Place
from wxpolicy.encoding.facts import Conversion
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.policy import Policy
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Api

STAGE = Stage.BODY

CLAUSE = "seed-2017 §3"
_PROBLEMS = {
    Problem.CORRUPT: "corrupt",
    Problem.TRUNCATED: "truncated",
    Problem.UNKNOWN_CODING: "unknown_coding",
}
# The APIs whose response is passed to the code as a string: a downloaded file is saved as it is.
_TEXT_APIS = frozenset({Api.REQUEST, Api.UPLOAD_FILE})
# Types whose own standard says UTF-8: JSON (RFC 8259 §8.1), JavaScript (RFC 9239), events (HTML), undeclared XML.
_UTF8_BY_STANDARD = ("json", "javascript", "ecmascript", "event-stream", "xml", "x-www-form-urlencoded")


def check(facts: EncodingFacts, classification: Classification, policy: Policy, host: str = "") -> Iterator[Finding]:
    """The findings about one response's encoding, the most severe first.

    If the call may be a download, which is never converted, a failing conversion is a warning. ``responseType:
    "arraybuffer"`` is not on the wire.
    """
    if not is_handed_over_as_text(classification):
        return
    if facts.is_text:
        yield from _conversion(facts, classification, host)
    if facts.is_text and not facts.may_be_bytes:
        yield from _misdeclared(facts, host)
        yield from _undeclared(facts, host)
        yield from _bom(facts, classification, policy, host)
    yield from _unread(facts, host)
    yield from _image(facts, classification, host)


def is_handed_over_as_text(classification: Classification) -> bool:
    """Whether the code may get the response as a string: only then is it converted."""
    return bool(_TEXT_APIS.intersection(classification.apis))


def _conversion(facts: EncodingFacts, classification: Classification, host: str) -> Iterator[Finding]:
    if facts.conversion is Conversion.FAILED:
        at = facts.failed_offset if facts.failed_offset is not None else facts.first_bad_offset
        data = {**_about(facts, host), "offset": at, "is_cut_at_end": facts.is_cut_at_end}
        if facts.may_be_bytes:
            data["may_be_bytes"] = True
            yield Finding(Code.CHARSET_CONVERSION_FAILED, data, Severity.WARNING, Status.NOT_OBSERVABLE)
            return
        severity = Severity.VIOLATION if _TEXT_APIS.issuperset(classification.apis) else Severity.WARNING
        yield Finding(Code.CHARSET_CONVERSION_FAILED, data, severity)
    elif facts.conversion is Conversion.LOSSLESS:
        yield Finding(Code.CHARSET_NOT_UTF8, {**_about(facts, host), "offset": facts.first_bad_offset})


def _about(facts: EncodingFacts, host: str) -> dict[str, Any]:
    """The data that every finding about an encoding has."""
    return {
        "host": host,
        "media_type": facts.media_type,
        "detected": facts.detected,
        "confidence": facts.confidence,
    }


def _misdeclared(facts: EncodingFacts, host: str) -> Iterator[Finding]:
    wrong = tuple(each for each in facts.declarations if not _fits(each, facts))
    if wrong:
        weighty = wrong[0] == facts.declarations[0] and not facts.is_ascii
        data = {
            **_about(facts, host),
            "declared": [{"place": each.place.value, "label": each.label} for each in wrong],
            "is_known": any(find_charset(each.label) is not None for each in wrong),
            "is_utf8": facts.valid_utf8,
        }
        yield Finding(Code.CHARSET_MISDECLARED, data, Severity.WARNING if weighty else Severity.NOTE)


def _fits(declaration: Declaration, facts: EncodingFacts) -> bool:
    """Whether the declaration may be right. Single-byte charsets cannot be distinguished by detection."""
    declared = find_charset(declaration.label)
    if declared is None:
        return False
    detected = find_charset(facts.detected or "")
    if facts.is_ascii or detected is None or declared.family == detected.family:
        return True
    if declared.name in ("utf-16", "utf-32") and detected.name.startswith(declared.name):
        return True
    # An XML or HTML declaration that is readable as ASCII is not in UTF-16: the standards then use UTF-8.
    if declaration.place is not Place.HEADER and declared.name.startswith("utf-16") and detected.name == "utf-8":
        return True
    return not (declared.multibyte or detected.multibyte)


def _undeclared(facts: EncodingFacts, host: str) -> Iterator[Finding]:
    if facts.declarations or facts.bom or facts.is_ascii:
        return
    is_utf8 = facts.detected == "utf-8"
    if is_utf8 and facts.media_type.endswith(_UTF8_BY_STANDARD):
        return
    yield Finding(Code.CHARSET_UNDECLARED, _about(facts, host), Severity.NOTE if is_utf8 else Severity.WARNING)


def _bom(facts: EncodingFacts, classification: Classification, policy: Policy, host: str) -> Iterator[Finding]:
    if facts.bom_count == 0:
        return
    if facts.bom_count == 1:
        data = {"host": host, "bom": (facts.bom or "").upper(), **_as_file(classification)}
        yield Finding(Code.BOM_STRIPPED, data, clause=CLAUSE)
        return
    keeps_some = not policy.edition.strips_every_bom
    yield Finding(
        Code.BOM_REPEATED,
        {"host": host, "count": facts.bom_count, "is_one_removed": keeps_some},
        Severity.WARNING if keeps_some else Severity.NOTE,
        clause=policy.edition.clauses[Topic.BOM],
    )


def _as_file(classification: Classification) -> dict[str, bool]:
    """platform §9 [said]: a downloaded file keeps its BOM; only text that goes to code loses it."""
    return {"may_be_file": True} if Api.DOWNLOAD_FILE in classification.readings else {}


def _unread(facts: EncodingFacts, host: str) -> Iterator[Finding]:
    """What was not inspected is not passed (unless an error was found before)."""
    is_binary = facts.nature is Nature.BINARY or facts.kind not in ("text", "unread", "empty")
    if is_binary or facts.conversion is not Conversion.NONE:
        return
    if facts.coding_problem is Problem.CORRUPT:
        return  # reported by rules/content_encoding.py
    if facts.coding_problem or facts.is_truncated:
        reason = "large" if facts.is_truncated else _PROBLEMS[facts.coding_problem or Problem.CORRUPT]
        data = {"host": host, "reason": reason, "judged_bytes": facts.judged_bytes}
        yield Finding(Code.CHARSET_NOT_SEEN, data, status=Status.NOT_OBSERVABLE)


def _image(facts: EncodingFacts, classification: Classification, host: str) -> Iterator[Finding]:
    """Whether the code asks for bytes (``responseType``) is not on the wire: read as text, an image is broken."""
    is_image = facts.media_type.startswith("image/") and not facts.is_text
    if is_image and classification.apis == (Api.REQUEST,):
        data = {"host": host, "reason": "image", "judged_bytes": facts.judged_bytes}
        yield Finding(Code.CHARSET_NOT_SEEN, data, Severity.NOTE, Status.NOT_OBSERVABLE)
