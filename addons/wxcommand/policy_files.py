"""Policy files and root certificates that are named on the command line."""

from pathlib import Path
from typing import TYPE_CHECKING

from wxpolicy.terms import Text

if TYPE_CHECKING:
    from wxpolicy.policy import Certificates


def unreadable(name: str | Path, error: OSError) -> Text:
    from wxpolicy.text.system_errors import reason

    why = reason(error)
    return Text(f"{name} 无法读取：{why.zh}", f"{name} cannot be read: {why.en}")


def with_roots(certificates: "Certificates", names: list[str]) -> "Certificates":
    """``names`` of --extra-root are relative to the working directory, not to the policy's folder."""
    from dataclasses import replace

    typed = tuple(str(Path(name).expanduser().absolute()) for name in names)
    return replace(certificates, extra_roots=(*certificates.extra_roots, *typed))
