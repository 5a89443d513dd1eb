"""``miniprogram-proxy COMMAND``, the same as ``python3 scripts/COMMAND.py`` where the package is installed."""

import sys
from importlib import import_module

from wxcommand import streams
from wxcommand.arguments import Arguments
from wxcommand.arguments import language_of
from wxcommand.interrupted import ended
from wxpolicy.terms import Text
from wxpolicy.version import NAME

COMMANDS = {
    "run": Text("开启代理并记录会话，结束时给出报告", "start the proxy, record a session, end with the report"),
    "demo": Text("无需手机与网络的完整演示", "the whole job without a phone or internet"),
    "app": Text("让小程序进入后台、回到前台，或查看状态", "send a mini-program to the background and back"),
    "check": Text("离线检查抓包", "judge captures offline"),
    "report": Text("查看已记录的会话", "show a recorded session"),
    "policy": Text("检查、查询、导入策略", "check a policy, ask it, take over lists from elsewhere"),
}


def parser(lang: str, prog: str = NAME) -> Arguments:
    made = Arguments(
        prog,
        lang,
        Text("小程序网络策略代理", "The mini-program network policy proxy"),
        Text(
            f"各命令的参数：{prog} COMMAND --help\n"
            + "\n".join(f"  {name:8}{text.zh}" for name, text in COMMANDS.items()),
            f"the options of each: {prog} COMMAND --help\n"
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
