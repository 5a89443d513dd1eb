"""FILE_TOO_LARGE: a downloaded file of more than 200 MB (edition current; the 2017 page names no limit).

Says nothing:
    any size under edition 2017; 200 MB exactly
Fails:
    downloadFile of 200 MB and a byte: errno 603301 (platform §3)
"""

from collections.abc import Iterator

from wxpolicy.call.facts import Classification
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.terms import Text


def check_file_size(
    body_bytes: int, classification: Classification, policy: Policy, host: str = ""
) -> Iterator[Finding]:
    """Whether wx.downloadFile refuses a body of so many bytes; a warning where the call may be a request."""
    limit_bytes = policy.edition.max_file_bytes
    if limit_bytes is None or Api.DOWNLOAD_FILE not in classification.apis:
        return
    if body_bytes > limit_bytes:
        size_mb = body_bytes / (1024 * 1024)
        yield Finding(
            Code.FILE_TOO_LARGE,
            Text(
                f"下载的文件有 {size_mb:.1f} MB，超过 wx.downloadFile 的 200 MB 上限（errno 603301）。",
                f"The file has {size_mb:.1f} MB; wx.downloadFile takes 200 MB at most (errno 603301).",
            ),
            Text(
                "把文件压缩或拆分为不超过 200 MB 的若干个，分别下载。",
                "Compress the file, or split it into parts of at most 200 MB and download them one by one.",
            ),
            "platform §3",
            Severity.VIOLATION if len(classification.apis) == 1 else Severity.WARNING,
            subject=host,
        )
