"""Which device a browser says it is on: it decides over instructions and the form of the certificate."""

import pytest

from wxgate.phone.certificates import form_for
from wxgate.phone.instructions import about_apps
from wxgate.phone.instructions import install
from wxgate.phone.visitor import System
from wxgate.phone.visitor import read_agent

SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
CHROME = (
    "Mozilla/5.0 (Linux; Android {}; X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
)
CASES = [
    ("an iPhone", SAFARI, System.IOS, 17, ".mobileconfig"),
    ("an iPad", SAFARI.replace("iPhone;", "iPad;"), System.IOS, 17, ".mobileconfig"),
    ("Android 14", CHROME.format(14), System.ANDROID, 14, ".cer"),
    ("Android 6", CHROME.format("6.0.1"), System.ANDROID, 6, ".cer"),
    ("HarmonyOS 4, which is an Android", CHROME.format("12; HarmonyOS"), System.ANDROID, 12, ".cer"),
    ("HarmonyOS 5", "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 ArkWeb/4.1 Mobile", System.HARMONY, None, ".cer"),
    ("Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0", System.WINDOWS, None, ".cer"),
    ("macOS", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", System.MACOS, None, ".cer"),
    ("Linux", "Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0.0.0", System.LINUX, None, ".pem"),
    ("the devtools", SAFARI + " wechatdevtools/1.06", System.DEVTOOLS, 17, ".cer"),
    ("nobody", "", System.OTHER, None, ".pem"),
    ("a number without end", "Mozilla/5.0 (Linux; Android " + "9" * 5000, System.ANDROID, 999, ".cer"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "agent", "system", "version", "ending"), CASES, ids=[each[0] for each in CASES])
def test_a_browser_is_told_by_its_agent(case, agent, system, version, ending):
    visitor = read_agent(agent)
    assert visitor.system is system
    assert visitor.version == version or system is System.DEVTOOLS
    assert form_for(system).path.endswith(ending)
    assert install(visitor) and about_apps(visitor)


def steps(agent):
    return " ".join(step.en for step in install(read_agent(agent)))


def test_android_is_told_by_its_version():
    assert "Install anyway" in steps(CHROME.format(11)) and "Install anyway" not in steps(CHROME.format(10))
    assert len(about_apps(read_agent(CHROME.format(7)))) == 2 and len(about_apps(read_agent(CHROME.format(6)))) == 1


def test_inside_wechat_and_in_firefox_the_way_is_another():
    assert steps(SAFARI + " MicroMessenger/8.0").startswith("This page is open inside WeChat")
    assert "Certificate Trust Settings" in steps(SAFARI)
    assert "View Certificates" in steps("Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0")
