"""Queries a phone on USB through adb, a program of Android's platform tools."""

import asyncio
import re
import shutil
from dataclasses import dataclass

from wxpolicy.terms import Text

PATIENCE_S = 10.0
LARGEST_ANSWER = 4 << 20
_SERIAL = re.compile(r"[A-Za-z0-9._:\[\]-]{1,128}")


class NoPhone(Exception):
    """Why no phone can be reached, as text for the user."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Adb:
    """``serial`` is empty if there is only one phone."""

    serial: str = ""

    async def check(self) -> None:
        """Raises NoPhone if none can be reached."""
        if shutil.which("adb") is None:
            raise NoPhone(
                Text(
                    "没有找到 adb：请安装 Android 的 platform-tools，并把 adb 加入 PATH",
                    "adb was not found: install Android's platform-tools and add adb to PATH",
                )
            )
        state = (await self._run("get-state")).strip()
        if state != "device":
            raise _said(state)

    async def shell(self, *words: str) -> str:
        """The output of a command on the phone. Raises NoPhone."""
        return await self._run("shell", *words)

    async def _run(self, *words: str) -> str:
        chosen = ["-s", self.serial] if self.serial else []
        try:
            process = await asyncio.create_subprocess_exec(
                "adb",
                *chosen,
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise _said(str(error)) from error
        try:
            out, err = await asyncio.wait_for(process.communicate(), PATIENCE_S)
        except TimeoutError:
            process.kill()
            raise _said(f"no answer within {PATIENCE_S:.0f} s") from None
        except asyncio.CancelledError:
            process.kill()
            raise
        if process.returncode:
            raise _said(err[:2000].decode("utf-8", "replace").strip() or f"status {process.returncode}")
        return out[:LARGEST_ANSWER].decode("utf-8", "replace")


def read_watched(text: str) -> Adb:
    """Reads "adb" or "adb:SERIAL". Raises ValueError with what was expected."""
    how, colon, serial = text.partition(":")
    if how != "adb" or (colon and not _SERIAL.fullmatch(serial)):
        raise ValueError(text)
    return Adb(serial)


def _said(why: str) -> NoPhone:
    """adb's own message, after what it most often means."""
    line = why.splitlines()[0] if why else ""
    if "more than one" in line:
        return NoPhone(
            Text(
                "连接了多台手机：请用 --watch adb:序列号 指定一台（adb devices 会列出）",
                "more than one phone is connected: select one with --watch adb:SERIAL (adb devices lists them)",
            )
        )
    if "unauthorized" in line:
        return NoPhone(
            Text(
                "手机尚未允许 USB 调试：请在手机上点允许",
                "the phone has not allowed USB debugging yet: allow it on the phone",
            )
        )
    if "no devices" in line or "not found" in line:
        return NoPhone(
            Text(
                "没有连接手机：请用 USB 连接，并在开发者选项中打开 USB 调试",
                "no phone is connected: connect one by USB and turn on USB debugging in its developer options",
            )
        )
    return NoPhone(Text(f"无法用 adb 查询手机：{line}", f"the phone cannot be queried with adb: {line}"))
