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

ABOUT = Text("开启代理并记录会话，结束时给出报告。", "Start the proxy, record a session, end with the report.")
EPILOG = Text(
    """\
-- 之后的参数交给 mitmproxy，例如：run.py -- --mode wireguard
退出码：0 没有问题，1 有 --fail-on 指定的调用，2 参数或策略有误，或会话未能完整记录，3 无法启动，
4 检查的调用太少（--fail-on、--require-calls），130 被 Ctrl-C 中断
""",
    """\
what follows -- goes to mitmproxy, for example: run.py -- --mode wireguard
exit status: 0 clean, 1 calls that --fail-on names, 2 usage or policy mistake, or a session that could not be recorded whole,
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
            "代理监听的地址；:8080 同时监听 IPv4 与 IPv6（默认 0.0.0.0:8080）",
            "where the proxy listens; :8080 is IPv4 and IPv6 (default: 0.0.0.0:8080)",
        ),
    )
    made.say(
        "--session",
        default="",
        metavar="DIR",
        text=Text(
            "记录到哪个目录（默认在 sessions/ 下新建）", "where to record (default: a new folder under sessions/)"
        ),
    )
    made.say(
        "--page",
        default="127.0.0.1:8081",
        metavar="HOST:PORT",
        text=Text(
            "本机浏览器查看的页面，只能是回环地址；off 为不开（默认 127.0.0.1:8081）",
            "where this machine's browser finds the page, on loopback; off: none (default: 127.0.0.1:8081)",
        ),
    )
    made.say(
        "--scenario",
        default="",
        metavar="FILE",
        text=Text(
            "场景文件：哪个小程序何时进入后台，从启动时计时",
            "which mini-program goes to the background when, timed from the start",
        ),
    )
    made.say(
        "--watch",
        metavar="adb[:SERIAL]",
        type=watched(lang),
        text=Text(
            "跟随 USB 上安卓手机的前台应用：小程序离开前台即进入后台（需要 adb）",
            "follow what is in front on an Android phone on USB: its mini-programs go to the background as they do there (needs adb)",
        ),
    )
    made.say(
        "--mode",
        choices=("release", "debug", "observe"),
        default="",
        text=Text("代替策略文件中的 mode", "in place of the policy's mode"),
    )
    made.say(
        "--scope",
        choices=("miniprogram", "all"),
        default="",
        text=Text("代替策略文件中的 scope", "in place of the policy's scope"),
    )
    made.say(
        "--extra-root",
        action="append",
        default=[],
        metavar="FILE",
        text=Text(
            "另外信任的上游根证书（PEM 文件），可多次使用",
            "a PEM file of further roots to trust upstream; may be repeated",
        ),
    )
    made.say(
        "--connect",
        action="append",
        default=[],
        metavar="HOST=ADDR",
        text=Text(
            "这个域名连到哪里（地址或主机名，可带 :端口），像 hosts 文件一样，只对代理有效；可多次使用",
            "where a name lives (an address or name, with :PORT where it is another), as a hosts file would say it, for the proxy alone; may be repeated",
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
            "启动时向每个已配置的服务器询问一次它支持的 TLS（会产生并非调用引起的连接）",
            "ask each listed server once which TLS it offers (connections that no call has asked for)",
        ),
    )
    made.say(
        "--keep-body",
        type=count(
            lang, Text("字节数，如 1048576；0 为不保留", "a number of bytes such as 1048576, or 0 to keep none")
        ),
        metavar="BYTES",
        text=Text(
            "会话保留每个正文的前多少字节；更大的只保留大小与 SHA-256（默认 1048576）",
            "how much of each body the session keeps; of larger ones the size and SHA-256 (default: 1048576)",
        ),
    )
    made.say(
        "--for",
        dest="seconds",
        type=seconds(lang),
        metavar="SECONDS",
        text=Text("这么多秒后自行结束", "end by itself after so long"),
    )
    made.say(
        "--exec",
        dest="command",
        metavar="COMMAND",
        type=command_line(lang),
        text=Text(
            "启动后运行这条命令（环境变量里已设好代理与证书），命令结束即结束；它的退出码不为 0 时以它为准",
            "run this once the proxy listens, with proxy and certificate in its environment, and end with it; "
            "its exit status counts where it is not 0",
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
            f"结束时另写一份报告，如 junit=report.xml（{', '.join(FORMATS)}），可多次使用",
            f"write a report at the end as well, such as junit=report.xml ({', '.join(FORMATS)}); may be repeated",
        ),
    )
    made.say_exit("never")
    made.say_lang()
    made.say("--no-qr", action="store_true", text=Text("不显示二维码", "print no QR code"))
    return made
