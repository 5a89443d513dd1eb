"""Makes the virtual environment that every script runs in. Standard library only.

    import _venv; _venv.enter()

comes before any third-party import. The environment is ``.venv`` beside the
scripts' folder (or where MINIPROGRAM_VENV says), made anew when requirements.txt
or the Python version changes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK_PATIENCE_S = 600
_ERRORS_ONLY = ("--quiet", "--quiet")
# Says for what a finished environment was made; empty while it is being made.
STAMP = "made-for.txt"


def enter() -> None:
    """Goes on in the virtual environment with the same command line; makes it first where needed.

    Exits with status 3 where the environment cannot be made.
    """
    folder = Path(os.environ.get("MINIPROGRAM_VENV") or ROOT / ".venv").resolve()
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not _is_current(folder, python):
        _make(folder, python)
    if Path(sys.prefix).resolve() != folder:
        arguments = [str(python), *sys.argv]
        if os.name == "nt":
            sys.exit(subprocess.call(arguments))
        os.execv(python, arguments)


def _stamp() -> str:
    """Changes with the requirements and with the Python they were installed for."""
    requirements = (ROOT / "requirements.txt").read_bytes()
    return f"{sys.version_info.major}.{sys.version_info.minor} {hashlib.sha256(requirements).hexdigest()}"


def _is_current(folder: Path, python: Path) -> bool:
    try:
        return python.exists() and (folder / STAMP).read_text() == _stamp()
    except OSError:
        return False


def _make(folder: Path, python: Path) -> None:
    """Makes the environment; a second script started meanwhile waits for the first."""
    lock = folder.with_name(folder.name + ".lock")
    deadline = time.monotonic() + LOCK_PATIENCE_S
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            if _is_current(folder, python):
                return
            if time.monotonic() > deadline:
                sys.exit(
                    _say(
                        3,
                        f"{lock} 一直存在：若没有别的脚本在安装，请删除它",
                        f"{lock} does not go away: if no other script is installing, delete it",
                    )
                )
            time.sleep(0.2)
        except OSError as error:
            sys.exit(_say(3, f"无法写入 {folder.parent}：{error}", f"{folder.parent} cannot be written: {error}"))
    try:
        if _is_current(folder, python):
            return
        _say(
            0,
            "首次运行：正在创建虚拟环境并安装依赖，约需一分钟……",
            "First run: making the virtual environment and installing what is needed, about a minute ...",
        )
        try:
            if folder.exists() and any(folder.iterdir()) and not (folder / STAMP).exists():
                sys.exit(
                    _say(
                        3,
                        f"{folder} 不是本工具创建的，不会覆盖：请移走它",
                        f"{folder} was not made by these scripts and is not written over: move it away",
                    )
                )
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (folder / STAMP).touch()
            venv.create(folder, with_pip=True)
            subprocess.run(
                [
                    str(python),
                    "-m",
                    "pip",
                    "install",
                    *_ERRORS_ONLY,
                    "--disable-pip-version-check",
                    "-r",
                    str(ROOT / "requirements.txt"),
                ],
                check=True,
            )
        except subprocess.CalledProcessError:
            sys.exit(
                _say(
                    3,
                    "依赖安装失败，原因见上面 pip 的输出：请检查网络与 pip 配置后重试",
                    "What is needed could not be installed; pip says why above. Check the network and pip's settings, then try again",
                )
            )
        except OSError as error:
            sys.exit(
                _say(
                    3,
                    f"无法创建虚拟环境 {folder}：{error}",
                    f"The virtual environment {folder} could not be made: {error}",
                )
            )
        (folder / STAMP).write_text(_stamp())
    finally:
        lock.unlink(missing_ok=True)


def _say(status: int, zh: str, en: str) -> int:
    print(f"{zh}\n{en}", file=sys.stderr, flush=True)
    return status
