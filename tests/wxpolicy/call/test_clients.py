"""Which client a User-Agent names, and whose rules on certificates decide for it."""

import pytest

from wxpolicy.call.clients import as_known_for
from wxpolicy.call.clients import client_of
from wxpolicy.call.clients import platforms_of
from wxpolicy.call.verdicts import weigh
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Api
from wxpolicy.terms import Client
from wxpolicy.terms import Outcome
from wxpolicy.terms import Platform

EVERYWHERE = tuple(Platform)
DEVTOOLS = (Platform.DEVTOOLS,)
WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UD1A.231105.004; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240501 "
    "MicroMessenger/8.0.50.2701(0x2800323E) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64 "
)

USER_AGENTS = [
    (
        "WeChat on an iPhone",
        f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT} MicroMessenger/8.0.50(0x1800323d) NetType/WIFI Language/zh_CN",
        Client.IOS,
        (Platform.IOS,),
    ),
    (
        "WeChat on an iPad",
        f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {WEBKIT} MicroMessenger/8.0.50(0x1800323d)",
        Client.IOS,
        (Platform.IOS,),
    ),
    (
        "WeCom on a Mac",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Language/zh wxwork/4.1.36 (MicroMessenger/6.2) WeChat/2.0.4 Safari/605.1.15",
        Client.MAC,
        DEVTOOLS,
    ),
    (
        "WeChat on an iPad, desktop style",
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_6) {WEBKIT} MicroMessenger/8.0.50(0x1800323d) NetType/WIFI",
        Client.IOS,
        (Platform.IOS,),
    ),
    ("WeChat on Android", f"{ANDROID}MiniProgramEnv/android", Client.ANDROID, (Platform.ANDROID,)),
    ("WeChat on Android, no mark of the environment", ANDROID, Client.ANDROID, (Platform.ANDROID,)),
    (
        "WeChat on Windows",
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI MiniProgramEnv/Windows WindowsWechat/WMPF WindowsWechat(0x63090c33)XWEB/11275",
        Client.WINDOWS,
        DEVTOOLS,
    ),
    (
        "WeChat on a Mac",
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {BLINK} MicroMessenger/6.8.0(0x16080000) NetType/WIFI MiniProgramEnv/Mac MacWechat/WMPF MacWechat/3.8.7(0x13080712) XWEB/1191",
        Client.MAC,
        DEVTOOLS,
    ),
    (
        "WeChat on Linux",
        f"Mozilla/5.0 (X11; Linux x86_64) {BLINK} MicroMessenger/7.0.20 MiniProgramEnv/Linux UnifiedPCLinuxWechat(0xf2540015)",
        Client.LINUX,
        DEVTOOLS,
    ),
    (
        "WeChat on HarmonyOS",
        "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile MicroMessenger/8.0.10.41(0xf3100a29) NetType/WIFI",
        Client.HARMONY,
        (),
    ),
    (
        "devtools of today",
        f"Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) {WEBKIT} wechatdevtools/1.06.2407110 MicroMessenger/8.0.5 Language/zh_CN webview/",
        Client.DEVTOOLS,
        DEVTOOLS,
    ),
    (
        "devtools of 2016 and 2017",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 9_1 like Mac OS X) MicroMessenger/6.3.9 appservice webview/100000",
        Client.DEVTOOLS,
        DEVTOOLS,
    ),
    ("a media player", "AppleCoreMedia/1.0.0.21F79 (iPhone; U; CPU OS 17_5 like Mac OS X)", Client.UNKNOWN, EVERYWHERE),
    ("QQ, which is another edition's", "Mozilla/5.0 (Linux; Android 14) QQ/MiniApp", Client.UNKNOWN, EVERYWHERE),
    (
        "Douyin, which no edition has",
        "Mozilla/5.0 (Linux; Android 14) ToutiaoMicroApp/2.40",
        Client.UNKNOWN,
        EVERYWHERE,
    ),
    ("Safari on an iPhone", "Mozilla/5.0 (iPhone) Version/17.5 Safari/604.1", Client.UNKNOWN, EVERYWHERE),
    ("curl", "curl/8.5.0", Client.UNKNOWN, EVERYWHERE),
    ("none", "", Client.UNKNOWN, EVERYWHERE),
]


@pytest.mark.parametrize(("case", "agent", "client", "platforms"), USER_AGENTS, ids=[row[0] for row in USER_AGENTS])
def test_client(case, agent, client, platforms):
    assert client_of(agent) is client
    assert platforms_of(client) == platforms


def _finding(code, platforms=EVERYWHERE):
    return Finding(code, {"host": "api.example.com"}, Severity.VIOLATION, platforms=platforms)


@pytest.mark.parametrize(
    ("client", "code", "platforms", "release"),
    [
        (Client.IOS, Code.CERT_WEAK_KEY, (Platform.IOS,), Outcome.FAIL),
        (Client.IOS, Code.CERT_WEAK_KEY, (Platform.ANDROID,), Outcome.SUCCESS),
        (Client.WINDOWS, Code.CERT_EXPIRED, (Platform.DEVTOOLS,), Outcome.FAIL),
        (Client.UNKNOWN, Code.CERT_WEAK_KEY, (Platform.IOS,), Outcome.FAIL),
        (Client.HARMONY, Code.CERT_EXPIRED, EVERYWHERE, Outcome.SUCCESS),
        (Client.HARMONY, Code.TLS_TOO_OLD, EVERYWHERE, Outcome.SUCCESS),
        (Client.HARMONY, Code.CERT_NOT_SEEN, EVERYWHERE, Outcome.FAIL),
        (Client.HARMONY, Code.DOMAIN_NOT_LISTED, EVERYWHERE, Outcome.FAIL),
        (Client.HARMONY, Code.TIMEOUT, EVERYWHERE, Outcome.FAIL),
    ],
)
def test_whose_rules_decide(client, code, platforms, release):
    findings = as_known_for(client, [_finding(code, platforms)])
    assert weigh(findings, Api.REQUEST, platforms_of(client)).release.outcome is release


def test_on_an_unmeasured_client_a_bad_certificate_is_not_observable_and_the_rest_stays():
    bad, unlisted = as_known_for(Client.HARMONY, [_finding(Code.CERT_EXPIRED), _finding(Code.DOMAIN_NOT_LISTED)])
    assert (bad.status, bad.severity) == (Status.NOT_OBSERVABLE, Severity.WARNING)
    assert (unlisted.status, unlisted.severity) == (Status.VIOLATED, Severity.VIOLATION)
    assert as_known_for(Client.IOS, [_finding(Code.CERT_EXPIRED)]) == (_finding(Code.CERT_EXPIRED),)
