"""The options of ``policy``."""

import argparse

from wxcommand.arguments import Arguments
from wxcommand.session_folder import SESSION
from wxpolicy.terms import Text

ABOUT = Text(
    "检查策略文件、查询某个 URL 为何被拒绝、探测服务器的 TLS 与证书、导入已有的域名列表。",
    "Check a policy file, find out why a URL is refused, probe servers, import existing domain lists.",
)
EPILOG = Text(
    "退出码：0 没有问题，或有 API 可以访问该 URL；1 正式版或某个平台会拒绝；2 文件或参数有误",
    "exit status: 0 clean, or some API may call the URL; 1 refused in a release build or by some platform; "
    "2 invalid file or options",
)
APIS = ("request", "uploadFile", "downloadFile", "connectSocket")


def parser(lang: str, prog: str = "policy.py") -> Arguments:
    made = Arguments(prog, lang, ABOUT, EPILOG)
    made.say_lang()
    commands = made.add_subparsers(dest="command", required=True)

    def command(name: str, about: Text) -> Arguments:
        added = commands.add_parser(
            name, prog=f"{prog} {name}", lang=lang, about=about, version=False, help=about.in_lang(lang)
        )
        # Also after the command, where its default must not override the one before it.
        added.say_lang(default=argparse.SUPPRESS)
        return added

    lint = command("lint", Text("列出策略文件的所有错误", "list all mistakes in a policy file"))
    lint.say(
        "files",
        nargs="*",
        default=["policy.yaml"],
        metavar="FILE",
        text=Text(
            "策略文件（默认 policy.yaml）；有多个时还检查它们能否同时使用",
            "the policy file (default: policy.yaml); several files are also checked for conflicts",
        ),
    )
    explain = command(
        "explain",
        Text("某个 URL 在正式版与打开调试时会怎样，为什么", "what release and debug builds do with a URL, and why"),
    )
    explain.say("url", metavar="URL", text=Text("要查询的 URL", "the URL to look up"))
    explain.say(
        "--api",
        choices=APIS,
        text=Text(
            "默认检查适用的全部 API（https 不含 connectSocket，wss 只有 connectSocket）",
            "default: all that fit (https: all but connectSocket; wss: connectSocket only)",
        ),
    )
    explain.say(
        "--policy", default="policy.yaml", metavar="FILE", text=Text("默认 policy.yaml", "default: policy.yaml")
    )
    suggest = command(
        "suggest",
        Text(
            "列出会话中被拒绝的调用缺少的条目",
            "list the entries that the refused calls of a session need",
        ),
    )
    suggest.say("session", nargs="?", metavar="SESSION", text=SESSION)
    imported = command(
        "import",
        Text(
            "把 modify_domain、get_effective_domain、开发者工具或后台表格的域名列表转换为 policy.yaml 的 domains",
            "convert domain lists of modify_domain, get_effective_domain, the devtools or the admin page to policy.yaml's `domains`",
        ),
    )
    imported.say("file", metavar="FILE", text=Text("域名列表的文件", "the file with the lists"))
    probe = command(
        "probe",
        Text(
            "探测服务器支持的 TLS，并按各平台检查其证书链",
            "find out which TLS servers offer, and judge their chain for each platform",
        ),
    )
    probe.say(
        "hosts",
        nargs="*",
        metavar="HOST[:PORT]",
        text=Text("默认为策略中的所有主机", "default: every host that the policy lists"),
    )
    probe.say(
        "--policy",
        metavar="FILE",
        text=Text(
            "用哪个策略的 domains、hosts 与 certificates（默认 policy.yaml，若有）",
            "whose domains, hosts and certificates count (default: policy.yaml, if there is one)",
        ),
    )
    probe.say(
        "--extra-root",
        action="append",
        default=[],
        metavar="FILE",
        text=Text(
            "另外信任这个 PEM 文件中的根证书；可多次使用",
            "trust the root certificates in this PEM file too; may be repeated",
        ),
    )
    probe.say(
        "--connect",
        metavar="HOST:PORT",
        text=Text(
            "连接到这个地址，不使用策略的 hosts 与 DNS（同 curl 的 --connect-to）",
            "connect to this address instead of using the policy's hosts or DNS (like curl's --connect-to)",
        ),
    )
    return made
