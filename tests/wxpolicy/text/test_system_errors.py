"""What the operating system says is said in the reader's language, and never as nothing."""

import errno
import io
import os

import pytest

from wxpolicy.text.system_errors import reason


@pytest.mark.parametrize(
    ("case", "error", "zh", "en"),
    [
        (
            "not there",
            OSError(errno.ENOENT, "No such file or directory"),
            "没有这个文件或文件夹",
            "No such file or directory",
        ),
        ("no rights", OSError(errno.EACCES, "Permission denied"), "没有权限", "Permission denied"),
        ("a folder", OSError(errno.EISDIR, "Is a directory"), "这是一个文件夹", "Is a directory"),
        ("a full disk", OSError(errno.ENOSPC, "No space left on device"), "磁盘已满", "No space left on device"),
        ("one that nobody translated", OSError(errno.EDOM, "odd"), "odd", "odd"),
        (
            "one without a number",
            io.UnsupportedOperation("underlying stream is not seekable"),
            "underlying stream is not seekable",
            "underlying stream is not seekable",
        ),
        ("one without a word", OSError(), "OSError", "OSError"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isascii() else "",
)
def test_every_refusal_has_a_reason(case, error, zh, en):
    assert reason(error) == (zh, en)


def test_a_real_refusal_is_told(tmp_path):
    with pytest.raises(OSError) as refused:
        os.open(tmp_path / "none", os.O_RDONLY)
    assert reason(refused.value).zh == "没有这个文件或文件夹"
