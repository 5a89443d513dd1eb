"""Why the operating system refused something, as text for the user: its own message in English, ours in Chinese."""

import errno

from wxpolicy.terms import Text

_IN_CHINESE = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许这样操作",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.EEXIST: "已经存在",
    errno.ENAMETOOLONG: "名称太长",
    errno.ELOOP: "符号链接循环",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.EFBIG: "文件太大",
    errno.EBUSY: "正被其他程序使用",
    errno.ENXIO: "没有这个设备",
    errno.ECONNREFUSED: "没有程序在这个地址监听",
    errno.ETIMEDOUT: "没有回应",
}  # fmt: skip


def reason(error: OSError) -> Text:
    """For example "没有权限" or "Permission denied"; never empty."""
    english = error.strerror or str(error) or type(error).__name__
    return Text(_IN_CHINESE.get(error.errno or 0, english), english)
