"""``miniprogram-proxy COMMAND``, the same as ``python3 scripts/COMMAND.py``, for the installed package."""

import sys
from importlib import import_module

from wxcommand import streams
from wxcommand.arguments import Arguments
from wxcommand.arguments import language_of
from wxcommand.interrupted import ended
from wxpolicy.terms import Text
from wxpolicy.version import NAME

COMMANDS = {
    "run": Text("启动代理并录制会话，结束时打印报告", "start the proxy, record a session, print a report at the end"),
    "demo": Text("不需要手机和网络的完整演示", "a complete demo without a phone or internet access"),
    "app": Text("让小程序进入后台、回到前台，或查看状态", "set or show the background state of mini-programs"),
    "check": Text("离线检查抓包文件", "judge captures offline"),
    "report": Text("查看录制的会话", "show a recorded session"),
    "policy": Text("检查、查询、导入策略", "check and query a policy, import lists, probe servers"),
}


def parser(lang: str, prog: str = NAME) -> Arguments:
    made = Arguments(
        prog,
        lang,
        Text("小程序网络策略代理", "The mini-program network policy proxy"),
        Text(
            f"各命令的参数：{prog} COMMAND --help\n"
            + "\n".join(f"  {name:8}{text.zh}" for name, text in COMMANDS.items()),
            f"options of each command: {prog} COMMAND --help\n"
            + "\n".join(f"  {name:8}{text.en}" for name, text in COMMANDS.items()),
        ),
    )
    made.add_argument("command", choices=tuple(COMMANDS), metavar="COMMAND", help=", ".join(COMMANDS))
    return made


def main(words: list[str] | None = None) -> int:
    streams.show_everything()
    words = sys.argv[1:] if words is None else words
    command = parser(language_of(words)).parse_args(words[:1]).command
    module = import_module(f"wxcommand.{command}")
    return ended(lambda: module.main(words[1:], f"{NAME} {command}"))


if __name__ == "__main__":
    sys.exit(main())
