"""Opens anything with calls: a session's folder, a mitmproxy flow file, a HAR. Recognised by its content, not its
name."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from wxcapture.captured import Item
from wxcapture.captured import Mistake
from wxcapture.captured import Unreadable
from wxcapture.flow_reader import FlowFile
from wxcapture.har_reader import read_har
from wxcapture.har_zip import MAGIC
from wxcapture.har_zip import read_har_zip
from wxcapture.portions import Files
from wxcapture.portions import FlowReading
from wxcapture.portions import Given
from wxcapture.portions import OfSession
from wxcapture.portions import Portion
from wxcapture.portions import broken_off
from wxcapture.portions import of_flows
from wxcapture.portions import read_portion
from wxcapture.session_calls import Flows
from wxpolicy.terms import Scope
from wxpolicy.terms import Text
from wxpolicy.text.system_errors import reason
from wxsession.embedded import EMBEDDED
from wxsession.store import SessionUnreadable
from wxsession.store import StoreReader

_HAR = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*\{")
_FLOWS = re.compile(rb"\d{1,12}:")
_HEAD_BYTES = 256
DATABASE = "calls.sqlite"


class Source:
    """One file or session. ``is_session``: its records have what no capture has. ``scope``: the scope that a session
    was recorded in."""

    def __init__(self, path: Path, reading: FlowReading) -> None:
        """Raises Unreadable if there is nothing that can be read."""
        self.path = path
        self.is_session = path.is_dir() or path.name == DATABASE
        self.scope: Scope | None = None
        self.size = 0  # of the file in bytes, or of the session in calls: the maximum of a portion's ``done``
        self.reading = reading
        self._file: BinaryIO | None = None
        self._session: StoreReader | None = None
        try:
            if self.is_session:
                self._session = EMBEDDED.open(path if path.is_dir() else path.parent)
                self.size = self._session.count()
                if (scope := self._session.scope()) in tuple(Scope):
                    self.scope = Scope(scope)
            else:
                self.size = path.stat().st_size
                if path.exists() and not path.is_file():
                    raise Unreadable(
                        Text(
                            f"{path} 不是普通文件（而是管道、终端或设备）：请先存成文件再检查",
                            f"{path} is not a regular file but a pipe, a terminal or a device: save it to a file first",
                        )
                    )
                self._file = path.open("rb")
                self._head = self._file.read(_HEAD_BYTES)
                self._file.seek(0)
        except SessionUnreadable as error:
            raise Unreadable(error.text) from error
        except OSError as error:
            why = reason(error)
            raise Unreadable(Text(f"{path} 无法读取：{why.zh}", f"{path} cannot be read: {why.en}")) from error

    def items(self) -> Iterator[Item]:
        """Every call and every other item; the last is a Mistake if the rest could not be read. Can be used once."""
        with closing(Files(self.reading)) as files:
            for portion in self.portions():
                yield from read_portion(portion, files)
                if files.is_broken_off:
                    break
            yield from self.ended(files.unreadable)

    def portions(self) -> Iterator[Portion]:
        """The same in portions, once. Their content is read by ``read_portion``, here or in another process."""
        try:
            yield from self._portions()
        except Unreadable as error:
            yield Given((Mistake(error.text),), self.size)
        except OSError as error:
            yield Given((broken_off(str(self.path), error),), self.size)
        finally:
            if self._file is not None:
                self._file.close()

    def ended(self, unreadable: int) -> Iterator[Mistake]:
        """What was wrong with a session, after all of it was read; ``unreadable`` calls had no record."""
        if self._session is not None:
            with closing(self._session) as session:
                session.say_unreadable(unreadable)
                yield from (Mistake(text) for text in session.trouble)
            self._session = None

    def _portions(self) -> Iterator[Portion]:
        if self._session is not None:
            flows = Flows(self._session.folder)
            self._session.trouble += flows.trouble
            flows.close()
            done = 0
            for calls in self._session.portions():
                done += len(calls)
                yield OfSession(self._session.folder, calls, done)
            return
        assert self._file is not None
        name = str(self.path)
        if self._head.startswith(MAGIC):
            yield from self._given(read_har_zip(self._file, name))
        elif _HAR.match(self._head):
            yield from self._given(read_har(self._file, name))
        elif _FLOWS.match(self._head):
            yield from of_flows(self.path, name, FlowFile(self._file, name, self.size), self.size)
        else:
            raise Unreadable(_unknown(name, self._head))

    def _given(self, items: Iterator[Item]) -> Iterator[Given]:
        """Sources that can only be read in one place: item by item, so that only one large body is in memory."""
        assert self._file is not None
        for item in items:
            yield Given((item,), self._file.tell() if not self._file.closed else self.size)


def _unknown(name: str, head: bytes) -> Text:
    if not head:
        return Text(f"{name} 是空文件", f"{name} is empty")
    if head.startswith(b"\x1f\x8b"):
        return Text(
            f"{name} 是压缩文件：请先解压，再检查其中的 .har 文件",
            f"{name} is compressed: decompress it, and check the .har file in it",
        )
    return Text(
        f"{name} 既不是 HAR（应以 {{ 开头），也不是 mitmproxy 流量文件或会话目录",
        f"{name} is neither a HAR (which starts with {{) nor a mitmproxy flow file nor a session's directory",
    )
