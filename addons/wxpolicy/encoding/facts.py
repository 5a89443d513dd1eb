"""The facts about one response's encoding when its body has ended."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wxpolicy.encoding.binary import Nature
from wxpolicy.encoding.content_coding import Problem
from wxpolicy.encoding.declared import Declaration


class Conversion(StrEnum):
    """The result of the mini-program's conversion to UTF-8 (seed-2017 §3)."""

    NONE = "none"  # already UTF-8, not text, or nothing could be judged
    LOSSLESS = "lossless"  # every byte can be decoded as ``detected``
    FAILED = "failed"  # errno 602302 (platform §3)


@dataclass(frozen=True, slots=True)
class EncodingFacts:
    """One answer's encoding. Offsets count plain bytes (content coding undone) from 0, a BOM included.

    ``declared`` is the declared label that takes precedence as the server wrote it, in lower case; ``declarations`` are
    all of them. ``detected`` is a charset's name, None if there was nothing to judge or nothing fits; ``confidence``
    (0.0 to 1.0) belongs to it. ``bom`` names the charset whose mark the body begins with, ``bom_count`` how many in a
    row. ``first_bad_offset`` is where the body stops being UTF-8, ``failed_offset`` where ``detected`` cannot read on.
    ``is_cut_at_end``: UTF-8 but for an incomplete last character. ``kind`` is "text", "empty", "unread" or a binary
    format. ``wire_bytes`` is the body as sent, ``judged_bytes`` the part of the decoded body that was judged;
    ``is_truncated``: there was more than the limit. ``coding_problem``: why compressed data could not be read to the
    end, of what ``content_coding`` says. ``may_be_bytes``: it is declared as text, no charset decodes it, and it starts
    with control characters that do not occur in text.
    """

    media_type: str = ""
    nature: Nature = Nature.UNSAID
    kind: str = "text"
    declared: str | None = None
    declarations: tuple[Declaration, ...] = ()
    detected: str | None = None
    confidence: float = 0.0
    bom: str | None = None
    bom_count: int = 0
    is_ascii: bool = True
    valid_utf8: bool = True
    first_bad_offset: int | None = None
    is_cut_at_end: bool = False
    conversion: Conversion = Conversion.NONE
    failed_offset: int | None = None
    wire_bytes: int = 0
    judged_bytes: int = 0
    is_truncated: bool = False
    coding_problem: Problem | None = None
    content_coding: str = ""
    may_be_bytes: bool = False

    @property
    def is_text(self) -> bool:
        return self.kind == "text"

    def as_json(self) -> dict[str, Any]:
        """The record's ``encoding`` field."""
        return {
            "declared": self.declared,
            "detected": self.detected,
            "bom": self.bom,
            "conversion": self.conversion.value,
        }
