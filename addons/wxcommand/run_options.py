"""The options of ``run``."""

from wxcommand.arguments import FORMATS
from wxcommand.arguments import Arguments
from wxcommand.arguments import command_line
from wxcommand.arguments import count
from wxcommand.arguments import host_and_port
from wxcommand.arguments import report_and_file
from wxcommand.arguments import seconds
from wxcommand.arguments import watched
from wxpolicy.terms import Text

ABOUT = Text(
    "启动代理并录制会话，结束时打印报告。", "Start the proxy, record a session, and print a report at the end."
)
EPILOG = Text(
    """\
-- 之后的参数传给 mitmproxy，例如：run.py -- --mode wireguard
退出码：0 没有问题，1 有符合 --fail-on 的调用，2 参数或策略有误，或会话未能完整录制，3 无法启动，
4 检查的调用太少（--fail-on、--require-calls），130 被 Ctrl-C 中断
""",
    """\
arguments after -- are passed to mitmproxy, for example: run.py -- --mode wireguard
exit status: 0 clean, 1 calls that match --fail-on, 2 invalid options or policy, or a session that was not recorded completely,
3 could not start, 4 too few calls were judged (--fail-on, --require-calls), 130 interrupted
""",
)


def parser(lang: str, prog: str = "run.py") -> Arguments:
    made = Arguments(prog, lang, ABOUT, EPILOG)
    made.say_policies()
    made.say(
        "--listen",
        default=("0.0.0.0", 8080),
        metavar="HOST:PORT",
        type=host_and_port(lang),
        text=Text(
            "监听的地址；:8080 同时监听 IPv4 与 IPv6（默认 0.0.0.0:8080）",
            "address to listen on; :8080 is IPv4 and IPv6 (default: 0.0.0.0:8080)",
        ),
    )
    made.say(
        "--session",
        default="",
        metavar="DIR",
        text=Text(
            "会话的目录（默认在 sessions/ 下新建）", "directory of the session (default: a new one under sessions/)"
        ),
    )
    made.say(
        "--page",
        default="127.0.0.1:8081",
        metavar="HOST:PORT",
        text=Text(
            "页面的回环地址；off 为不开启页面（默认 127.0.0.1:8081）",
            "loopback address of the page; off serves none (default: 127.0.0.1:8081)",
        ),
    )
    made.say(
        "--scenario",
        default="",
        metavar="FILE",
        text=Text(
            "场景文件：哪个小程序在何时进入后台，从启动时计时",
            "scenario file: which mini-program goes to the background when, counted from the start",
        ),
    )
    made.say(
        "--watch",
        metavar="adb[:SERIAL]",
        type=watched(lang),
        text=Text(
            "跟随 USB 连接的 Android 手机的前台应用：小程序离开前台即进入后台（需要 adb）",
            "follow the foreground app of an Android phone on USB: mini-programs that leave it go to the background (needs adb)",
        ),
    )
    made.say(
        "--mode",
        choices=("release", "debug", "observe"),
        default="",
        text=Text("覆盖策略文件中的 mode", "override the policy's mode"),
    )
    made.say(
        "--scope",
        choices=("miniprogram", "all"),
        default="",
        text=Text("覆盖策略文件中的 scope", "override the policy's scope"),
    )
    made.say(
        "--extra-root",
        action="append",
        default=[],
        metavar="FILE",
        text=Text(
            "另外信任这个 PEM 文件中的根证书；可多次使用",
            "trust the root certificates in this PEM file too; may be repeated",
        ),
    )
    made.say(
        "--connect",
        action="append",
        default=[],
        metavar="HOST=ADDR",
        text=Text(
            "访问该域名时连接到 ADDR（地址或主机名，可带 :端口），像 hosts 文件一样，只对代理有效；可多次使用",
            "connect to ADDR (an address or name, optionally with :PORT) for this name, like a hosts file for the proxy only; may be repeated",
        ),
    )
    made.say(
        "--allow-local",
        action="store_true",
        text=Text(
            "允许其他设备通过代理访问本机的回环和链路本地地址（默认拒绝）",
            "let other devices reach loopback and link-local addresses of this machine through the proxy (refused by default)",
        ),
    )
    made.say(
        "--probe",
        action="store_true",
        text=Text(
            "对列出的每个服务器探测一次 TLS（会产生并非由调用引起的连接）",
            "probe the TLS of each listed server once (makes connections that no call requested)",
        ),
    )
    made.say(
        "--keep-body",
        type=count(
            lang, Text("字节数，如 1048576；0 为不保留", "a number of bytes such as 1048576, or 0 to keep none")
        ),
        metavar="BYTES",
        text=Text(
            "会话保留的最大正文；更大的只保留大小与 SHA-256（默认 1048576）",
            "largest body that the session keeps; of larger ones it keeps size and SHA-256 (default: 1048576)",
        ),
    )
    made.say(
        "--for",
        dest="seconds",
        type=seconds(lang),
        metavar="SECONDS",
        text=Text("到时间后自动结束", "stop after this time"),
    )
    made.say(
        "--exec",
        dest="command",
        metavar="COMMAND",
        type=command_line(lang),
        text=Text(
            "启动后运行这条命令（环境变量中已设置代理与证书），命令结束后停止；它的退出码不为 0 时以它为准",
            "run this command behind the proxy, with proxy and certificate in its environment, and stop when it ends; "
            "its exit status is used if it is not 0",
        ),
    )
    made.say(
        "--report",
        dest="reports",
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        type=report_and_file(lang),
        text=Text(
            f"结束时把报告写入文件，如 junit=report.xml（{', '.join(FORMATS)}）；可多次使用",
            f"also write a report to FILE at the end, such as junit=report.xml ({', '.join(FORMATS)}); may be repeated",
        ),
    )
    made.say_exit("never")
    made.say_lang()
    made.say("--no-qr", action="store_true", text=Text("不打印二维码", "print no QR code"))
    return made
