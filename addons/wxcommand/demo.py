"""The whole job without a phone or internet: a mini-program that works with debugging on, through the real proxy."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from wxcommand.arguments import Arguments
from wxcommand.arguments import language_of
from wxpolicy.terms import Text

if TYPE_CHECKING:
    from wxlab.lab import Lab
    from wxlab.miniprogram import MiniProgram

ABOUT = Text(
    "不需要手机和网络的完整演示：让一个打开调试才正常的小程序经过真实的代理。",
    "A complete demo without a phone or internet access: a mini-program that works with debugging on only, through the real proxy.",
)
START_PATIENCE_S = 40
ADDONS = Path(__file__).resolve().parents[1]
if sys.platform == "win32":
    _OWN_GROUP, _INTERRUPT = subprocess.CREATE_NEW_PROCESS_GROUP, signal.CTRL_BREAK_EVENT
else:
    _OWN_GROUP, _INTERRUPT = 0, signal.SIGINT


def parser(lang: str, prog: str = "demo.py") -> Arguments:
    made = Arguments(prog, lang, ABOUT)
    made.say_lang()
    made.say(
        "--session",
        metavar="DIR",
        text=Text(
            "会话的目录（默认在 sessions/ 下新建）", "directory of the session (default: a new one under sessions/)"
        ),
    )
    return made


def main(words: list[str], prog: str = "demo.py", enter: Callable[[], None] = lambda: None) -> int:
    options = parser(language_of(words), prog).parse_args(words)
    enter()

    from wxgate.recording.session import default_folder
    from wxlab.demonstration import demonstration_lab
    from wxreport.language import language

    lang = language(options.lang, os.environ)
    session = Path(options.session) if options.session else default_folder()
    with tempfile.TemporaryDirectory(prefix="miniprogram-demo-") as temporary, demonstration_lab() as lab:
        return _demonstrate(lab, Path(temporary), session, lang)


def _demonstrate(lab: "Lab", folder: Path, session: Path, lang: str) -> int:
    from wxlab.demonstration import policy_text

    policy = folder / "policy.yaml"
    policy.write_text(policy_text("debug"), encoding="utf-8")
    root = lab.write_root(folder)
    proxy = Proxy(
        [
            "--policy", str(policy), "--listen", "127.0.0.1:0", "--page", "off", "--session", str(session), "--lang", lang,
            "--extra-root", str(root),
            "--", "-s", str(ADDONS / "wxlab" / "resolver.py"),
            "--set", f"resolve_map={lab.write_map(folder / 'map.json')}",
            "--set", f"confdir={folder / 'ca'}",
        ]
    )  # fmt: skip
    try:
        return _two_acts(proxy, policy, folder, lang)
    finally:
        proxy.kill()


def _two_acts(proxy: "Proxy", policy: Path, folder: Path, lang: str) -> int:
    from wxlab.demonstration import APPID
    from wxlab.demonstration import policy_text
    from wxlab.miniprogram import MiniProgram

    def in_lang(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    port = proxy.wait_for_port()
    if port is None:
        return _could_not(proxy, in_lang)
    app = MiniProgram(("127.0.0.1", port), folder / "ca" / "mitmproxy-ca-cert.pem", APPID)
    print(
        in_lang(
            "第一幕：调试已打开（不校验域名、TLS 与证书）",
            "Act one: debugging is on (domain, TLS and certificate checks are skipped)",
        )
    )
    _perform(app)
    policy.write_text(policy_text("release"), encoding="utf-8")
    if not proxy.wait_for(in_lang("对新的调用生效", "applies to new calls")):
        return _could_not(proxy, in_lang)
    print(in_lang("\n第二幕：同样的代码，正式版", "\nAct two: the same code as a release build"))
    _perform(app)
    print(in_lang("\n代理的报告：\n", "\nThe proxy's report:\n"), flush=True)
    return proxy.finish()


def _could_not(proxy: "Proxy", in_lang: Callable[[str, str], str]) -> int:
    print(
        "\n".join(
            [
                *proxy.printed,
                in_lang(
                    "演示无法继续，上面是代理的输出。",
                    "The demo cannot continue. The proxy's output is above.",
                ),
            ]
        ),
        file=sys.stderr,
    )
    return 3


def _perform(app: "MiniProgram") -> None:
    from wxlab.demonstration import calls

    for answer in calls(app):
        outcome = "success" if answer.success else "fail   "
        print(f"  {outcome} {answer.api:13} {answer.url}", flush=True)


class Proxy:
    """The command ``run`` as a process of its own, as started by a user."""

    def __init__(self, arguments: list[str]) -> None:
        from wxreport.own_command import STARTED_AS

        self._process = subprocess.Popen(
            [sys.executable, "-m", "wxcommand", "run", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            env={
                **os.environ,
                "PYTHONPATH": str(ADDONS),
                "PYTHONIOENCODING": "utf-8",
                "PYTHONUNBUFFERED": "1",
                STARTED_AS: os.environ.get(STARTED_AS, sys.argv[0]),
            },
            creationflags=_OWN_GROUP,
        )
        self.lines: list[str] = []  # not yet taken
        self.printed: list[str] = []  # every line
        self._more = threading.Condition()
        self._ended = False
        threading.Thread(target=self._read, daemon=True).start()

    def wait_for_port(self) -> int | None:
        """The port on which the proxy listens, from its output."""
        line = self.wait_for("127.0.0.1:")
        return int(line.rpartition(":")[2]) if line else None

    def wait_for(self, words: str) -> str | None:
        """The next line that contains these words, or None if the proxy ended or printed nothing in time."""
        for line in self._following():
            if words in line:
                return line
        return None

    def finish(self) -> int:
        """Ends the session as Ctrl-C does, prints the rest of the proxy's output, and returns its exit status."""
        self._process.send_signal(_INTERRUPT)
        begun = False
        for line in self._following():
            # Its lines about single calls end with an empty line.
            begun = begun or not line
            if begun:
                print(line)
        return self._process.wait(START_PATIENCE_S)

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _following(self) -> Iterator[str]:
        """Lines that are not yet taken, until the end or until the timeout."""
        while True:
            with self._more:
                if not self._more.wait_for(lambda: self.lines or self._ended, START_PATIENCE_S):
                    return
                if not self.lines:
                    return
                line = self.lines.pop(0)
            yield line

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            with self._more:
                self.lines.append(line.rstrip("\n"))
                self.printed.append(line.rstrip("\n"))
                self._more.notify_all()
        with self._more:
            self._ended = True
            self._more.notify_all()
