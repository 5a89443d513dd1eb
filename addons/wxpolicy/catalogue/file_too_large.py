"""FILE_TOO_LARGE: a downloaded file is larger than the platform takes.

data: "host", "bytes": its size, "limit_bytes": what is taken

examples:
    {"host": "cdn.example.com", "bytes": 262144000, "limit_bytes": 209715200}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import PAGE_CURRENT
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_MB = 1024 * 1024


def message(data: Values) -> Text:
    return data.say(
        "下载的文件有 {size} MB，wx.downloadFile 只接受小于 {limit} MB 的文件（errno 603301）。",
        "The file has {size} MB; wx.downloadFile takes less than {limit} MB (errno 603301).",
        size=f"{(data.number('bytes') or 0) / _MB:.1f}",
        limit=_limit(data),
    )


def fix(data: Values) -> Text:
    return data.say(
        "把文件压缩或拆分为小于 {limit} MB 的若干个，分别下载。",
        "Compress the file, or split it into parts of less than {limit} MB and download them one by one.",
        limit=_limit(data),
    )


def _limit(data: Values) -> str:
    return f"{(data.number('limit_bytes') or 0) / _MB:g}"


ENTRY = Entry(
    family=Family.RESPONSE,
    known=Known.DOCUMENTED,
    failure=Failure.FILE_TOO_LARGE,
    title=Text("文件超过大小上限", "File too large"),
    meaning=Text(
        "wx.downloadFile 下载的文件达到或超过了 200 MB（现行规则；客户端从 200 MB 起拒绝）。",
        "wx.downloadFile fetched 200 MB or more (today's rules; the client refuses from 200 MB on).",
    ),
    causes=(
        Text("直接下载原始视频或安装包", "an original video or an installer is downloaded as it is"),
        Text("压缩包没有拆分", "an archive was not split"),
    ),
    phone=Text(
        "进入 fail：errno 603301，errMsg “downloadFile:fail exceed max file size”。打开调试也一样。",
        'fail runs: errno 603301, errMsg "downloadFile:fail exceed max file size". With debugging on as well.',
    ),
    general_fix=Text(
        "缩小或拆分文件；视频用 video 组件播放，不要整个下载。",
        "Make the file smaller or split it; play videos with the video component instead of downloading them.",
    ),
    clause="platform §3",
    source=PAGE_CURRENT,
    message=message,
    fix=fix,
)
