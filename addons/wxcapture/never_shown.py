"""What no capture file shows, whatever tool wrote it."""

from wxpolicy.terms import Text

# Reported once for a capture that is not a session.
NEVER_IN_A_CAPTURE = Text(
    "抓包文件不含前后台切换与设备状态：后台中断、并发上限没有检查",
    "A capture file does not show foreground and background: interruption by the background and concurrency limits were not judged",
)
