"""The messages about problems with a session's own files."""

from pathlib import Path

from wxpolicy.terms import Text


def trouble(folder: Path, error: Exception) -> Text:
    """When it starts."""
    return Text(
        zh=f"会话暂时无法写入（{folder}：{error}）；流量不受影响，记录会重试，写不下的会计数",
        en=f"The session cannot be written at the moment ({folder}: {error}). Traffic continues; records are retried, "
        "and those that do not fit are counted",
    )


def unwritable(error: Exception) -> Text:
    """For the first record that the database does not accept, whatever is tried."""
    return Text(
        zh=f"有一条记录无法写入（{error}）：这是本工具的缺陷，请附上日志反馈；其余记录不受影响",
        en=f"A record cannot be written ({error}). This is a bug in this tool: please report it with the log. Other records are not affected",
    )


def over(file: str, error: Exception) -> Text:
    """For the report, when it is over."""
    return Text(
        zh=f"有一段时间无法写入会话的 {file}（{error}）；流量未受影响，之后已恢复写入",
        en=f"For a while {file} of this session could not be written ({error}). Traffic was not affected, and writing has resumed",
    )


def to_the_end(error: Exception) -> Text:
    return Text(
        zh=f"直到会话结束仍无法写入（{error}）：请检查磁盘空间与权限",
        en=f"The session could not be written until its end ({error}): check disk space and permissions",
    )


def damaged(error: Exception, lost: int) -> Text:
    """``lost``: calls that had been written and can no longer be read."""
    if not lost:
        return Text(
            zh=f"calls.sqlite 曾被删除或损坏（{error}），已重建，已写入的调用全部找回",
            en=f"calls.sqlite was deleted or damaged ({error}); it was recreated, and every call in it was recovered",
        )
    return Text(
        zh=f"calls.sqlite 曾被删除或损坏（{error}），已重建，但丢失了 {lost} 条已写入的调用；损坏的文件保留在会话目录中",
        en=f"calls.sqlite was deleted or damaged ({error}); it was recreated, but {lost} calls in it are lost; "
        "the damaged file is kept in the session's directory",
    )


def flows_lost(count: int) -> Text:
    return Text(
        zh=f"有 {count} 个调用的流量没能写进 flows.mitm；calls.sqlite 中的记录不受影响",
        en=f"The traffic of {count} calls could not be written to flows.mitm; their records in calls.sqlite are not affected",
    )
