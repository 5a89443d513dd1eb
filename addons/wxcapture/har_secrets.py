"""What an export shows of secrets: nothing, unless somebody asked for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wxcapture.har_body import PlainBody
from wxredact.bodies import has_secret_words
from wxredact.bodies import redact_header
from wxredact.bodies import redact_text
from wxredact.redact import MASK
from wxredact.redact import redact_url


@dataclass(frozen=True, slots=True)
class Secrets:
    """Every text of an export passes one of these; with ``kept`` they are left as they are."""

    kept: bool = False

    def url(self, url: str) -> str:
        return url if self.kept else redact_url(url)

    def header(self, name: str, value: str) -> str:
        return value if self.kept else redact_header(name, value)

    def cookie(self, value: str) -> str:
        return value if self.kept else MASK

    def text(self, text: str, mime_type: str) -> str:
        return text if self.kept else redact_text(text, mime_type)

    def hides(self, body: PlainBody) -> bool:
        """Whether bytes that are no text are left out: nothing in them can be masked."""
        return not self.kept and (not body.is_whole or has_secret_words(body.data))

    def record(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {**record, "url": self.url(record["url"])}
