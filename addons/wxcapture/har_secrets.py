"""Masks the secrets in an export, unless they were asked for."""

from dataclasses import dataclass

from wxcapture.har_body import PlainBody
from wxpolicy.call.record import CallRecord
from wxredact.binary import has_secret_words
from wxredact.bodies import redact_text
from wxredact.headers import redact_header
from wxredact.records import redact_record
from wxredact.redact import redact_url
from wxredact.values import MASK


@dataclass(frozen=True, slots=True)
class Secrets:
    """Every text of an export passes through one of these; with ``kept`` it is unchanged."""

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
        """Whether binary data is left out: nothing in it can be masked."""
        return not self.kept and (not body.is_whole or has_secret_words(body.data))

    def record(self, record: CallRecord) -> CallRecord:
        return record if self.kept else redact_record(record)
