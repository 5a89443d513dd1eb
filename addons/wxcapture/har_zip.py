"""A HAR in a zip archive, as written by Playwright: one ``.har``, and bodies as files that its entries name in
``_file``.

Nothing is extracted to the disk. A member is read only as far as needed, so a decompression bomb costs no more than a
HAR of that size.
"""

import base64
import zipfile
from collections.abc import Iterator
from typing import Any
from typing import BinaryIO

from wxcapture.captured import Item
from wxcapture.captured import Unreadable
from wxcapture.har_body import LONGEST_BODY
from wxcapture.har_fields import object_of
from wxcapture.har_reader import read_har
from wxpolicy.terms import Text

MAGIC = b"PK\x03\x04"
# Raised while reading a member that is damaged, encrypted or compressed in an unsupported way.
_BROKEN = (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError)


def read_har_zip(file: BinaryIO, name: str) -> Iterator[Item]:
    """Every entry of its only HAR. Raises Unreadable."""
    try:
        with zipfile.ZipFile(file) as archive:
            found = [each.filename for each in archive.infolist() if each.filename.lower().endswith(".har")]
            if len(found) != 1:
                raise Unreadable(
                    Text(
                        f"{name} 应含一个 .har 文件，实际有 {len(found)} 个：请解压后检查其中的文件",
                        f"{name} should contain one .har file, but contains {len(found)}: decompress it and check the files in it",
                    )
                )
            with archive.open(found[0]) as har:
                yield from read_har(har, f"{name}/{found[0]}", lambda entry: with_body(entry, archive))  # type: ignore[arg-type]
    except _BROKEN as error:
        raise Unreadable(
            Text(f"{name} 已损坏，或无法解压：{error}", f"{name} is damaged or cannot be decompressed: {error}")
        ) from error


def with_body(entry: Any, archive: zipfile.ZipFile) -> Any:
    """The entry with the answer's body, if the archive contains it."""
    content = object_of(object_of(object_of(entry).get("response")).get("content"))
    named = content.get("_file")
    if not isinstance(named, str) or "text" in content:
        return entry
    try:
        with archive.open(named) as member:
            body = member.read(LONGEST_BODY + 1)
    except (KeyError, *_BROKEN):
        return entry  # the body is missing
    if len(body) > LONGEST_BODY:
        return entry
    shown = {**content, "text": base64.b64encode(body).decode(), "encoding": "base64"}
    return {**entry, "response": {**entry["response"], "content": shown}}
