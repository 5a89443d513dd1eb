"""Opens whatever holds calls: a session's folder, a mitmproxy flow file, a HAR. Told by its content, not its name."""

import re
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mitmproxy import http

from wxcapture.captured import Item
from wxcapture.captured import Mistake
from wxcapture.captured import Unreadable
from wxcapture.flow_reader import FlowFile
from wxcapture.flow_reader import read_flows
from wxcapture.har_reader import read_har
from wxcapture.har_zip import MAGIC
from wxcapture.har_zip import read_har_zip
from wxcapture.session_calls import read_session
from wxpolicy.call.facts import CallFacts
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


@dataclass(frozen=True, slots=True)
class FlowReading:
    """The gate's own readings of a mitmproxy flow, so that live and offline agree."""

    facts_of: Callable[[http.HTTPFlow], CallFacts]
    url_of: Callable[[CallFacts], str]


class Source:
    """One file or session. ``is_session``: its records tell what no capture can. ``scope``: what a session was recorded in."""

    def __init__(self, path: Path, reading: FlowReading) -> None:
        """Raises Unreadable where there is nothing that can be read."""
        self.path = path
        self.is_session = path.is_dir() or path.name == DATABASE
        self.scope: Scope | None = None
        self.size = 0  # of the file in bytes, or of the session in calls: what ``done`` counts up to
        self._reading = reading
        self._file: BinaryIO | None = None
        self._session: StoreReader | None = None
        self._taken = 0
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
                            f"{path} is no regular file but a pipe, a terminal or a device: save it to a file first",
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

    def done(self) -> int:
        """How much of ``size`` was read."""
        return self._file.tell() if self._file is not None and not self._file.closed else self._taken

    def items(self) -> Iterator[Item]:
        """Every call, and what is none; the last is a Mistake where the rest could not be read. Once."""
        try:
            for item in self._items():
                self._taken += 1
                yield item
        except Unreadable as error:
            yield Mistake(error.text)
        except OSError as error:
            why = reason(error)
            yield Mistake(Text(f"{self.path} 无法继续读取：{why.zh}", f"{self.path} cannot be read on: {why.en}"))
        finally:
            if self._file is not None:
                self._file.close()

    def _items(self) -> Iterator[Item]:
        if self._session is not None:
            with closing(self._session) as session:
                yield from read_session(session, self._reading.facts_of)
                yield from (Mistake(text) for text in session.trouble)
            return
        assert self._file is not None
        name = str(self.path)
        if self._head.startswith(MAGIC):
            yield from read_har_zip(self._file, name)
        elif _HAR.match(self._head):
            yield from read_har(self._file, name)
        elif _FLOWS.match(self._head):
            flows = FlowFile(self._file, name, self.size)
            yield from read_flows(flows, self._reading.facts_of, self._reading.url_of)
        else:
            raise Unreadable(_unknown(name, self._head))


def _unknown(name: str, head: bytes) -> Text:
    if not head:
        return Text(f"{name} 是空文件", f"{name} is empty")
    if head.startswith(b"\x1f\x8b"):
        return Text(
            f"{name} 是压缩文件：请先解压，再检查其中的 .har 文件",
            f"{name} is compressed: unpack it and check the .har file in it",
        )
    return Text(
        f"{name} 既不是 HAR（应以 {{ 开头），也不是 mitmproxy 流量文件或会话文件夹",
        f"{name} is neither a HAR (which begins with {{) nor a mitmproxy flow file nor a session's folder",
    )
