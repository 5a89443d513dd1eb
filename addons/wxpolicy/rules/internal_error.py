"""INTERNAL_ERROR: an exception of our own. It refuses the call (mode observe records it alone), see design truth 5."""

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.terms import Text


def internal_error(where: str, error: str) -> Finding:
    """``where`` names the place in the product, ``error`` is the exception's type and message."""
    return Finding(
        Code.INTERNAL_ERROR,
        Text(
            zh=f"代理自身在「{where}」出错（{error}），为安全起见拒绝了该调用",
            en=f"The proxy itself failed in {where} ({error}) and refused the call to be safe",
        ),
        Text(
            zh="这不是小程序的问题：请附上日志报告给本工具的维护者。",
            en="This is no fault of the mini-program: report it to the maintainers of this tool with the log.",
        ),
        "own rule",
        subject=where,
    )
