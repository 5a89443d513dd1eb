"""Text of no particular format: every notation that puts a name next to its value, and secrets recognised by their
form."""

from wxredact.jsontext import mask_embedded
from wxredact.jsontext import mask_json
from wxredact.markup import mask_markup
from wxredact.pairs import mask_pairs
from wxredact.phrases import mask_phrases
from wxredact.tables import mask_table
from wxredact.values import mask_forms


def mask_loose(text: str, is_csv: bool = False) -> str:
    return mask_forms(mask_phrases(mask_pairs(mask_table(mask_markup(text), is_csv))))


def holds_a_secret(text: str) -> bool:
    """Whether anything in it would be masked."""
    masked = mask_json(text, mask_loose) if text[:1] in ("{", "[") else None
    if masked is None and ("{" in text or "[" in text):
        masked = mask_embedded(text, mask_loose)
    return (masked is not None and masked != text) or mask_loose(text) != text
