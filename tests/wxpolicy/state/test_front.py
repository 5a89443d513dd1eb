"""What a phone's own tools say of what is in front, in the forms of several Androids."""

import pytest

from wxpolicy.state.front import Front
from wxpolicy.state.front import addresses_of
from wxpolicy.state.front import front_of

APP = "com.tencent.mm/.plugin.appbrand.ui.AppBrandUI"
CASES = [
    ("Android 10, a mini-program", f"    mResumedActivity: ActivityRecord{{1a2b u0 {APP} t42}}", Front.MINI_PROGRAM),
    ("Android 13, the third mini-program", f"  topResumedActivity=ActivityRecord{{1a2b u0 {APP}3 t42}}\n", Front.MINI_PROGRAM),
    ("the long form of the name", "  ResumedActivity: ActivityRecord{1 u0 com.tencent.mm/com.tencent.mm.plugin.appbrand.ui.AppBrandUI1 t1}", Front.MINI_PROGRAM),
    ("a second user's WeChat", f"  topResumedActivity=ActivityRecord{{1a2b u999 {APP} t42}}", Front.MINI_PROGRAM),
    ("the chat list", "  mResumedActivity: ActivityRecord{1 u0 com.tencent.mm/.ui.LauncherUI t1}", Front.OTHER),
    ("the home screen", "  topResumedActivity=ActivityRecord{1 u0 com.android.launcher3/.Launcher t1}", Front.OTHER),
    ("a mini-program that was in front before", f"  Hist #1: ActivityRecord{{1 u0 {APP} t2}}\n  mResumedActivity: ActivityRecord{{1 u0 a/.B t1}}", Front.OTHER),
    ("a split screen", f"  topResumedActivity=ActivityRecord{{1 u0 a/.B t1}}\n  ResumedActivity: ActivityRecord{{1 u0 {APP} t2}}", Front.MINI_PROGRAM),
    ("the screen is off", "  mResumedActivity: null", Front.OTHER),
    ("another app with the name in it", f"  mResumedActivity: ActivityRecord{{1 u0 evil/.x.{APP} t1}}", Front.OTHER),
    ("nothing that is known", "Can't find service: activity", Front.UNKNOWN),
    ("nothing", "", Front.UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("case", "dumped", "expected"), CASES, ids=[each[0] for each in CASES])
def test_what_is_in_front(case, dumped, expected):
    assert front_of(dumped) is expected


def test_the_addresses_of_the_phone():
    shown = (
        "1: lo    inet 127.0.0.1/8 scope host lo\n30: wlan0    inet 192.168.1.23/24 brd 192.168.1.255 scope global wlan0\n"
        "30: wlan0    inet6 fd00::23/64 scope global\n30: wlan0    inet6 fe80::1/64 scope link\n31: tun0 inet 999.1.1.1/32\n"
    )
    assert addresses_of(shown) == ["192.168.1.23", "fd00::23"]
    assert addresses_of("ip: not found") == []
