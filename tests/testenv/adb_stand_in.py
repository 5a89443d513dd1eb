"""A stand-in for adb: a program of that name in a folder of its own, whose phone does what a file says."""

import stat
import sys
from pathlib import Path

_SCRIPT = """\
#!{python}
import sys
from pathlib import Path
words = sys.argv[1:]
front = Path({file!r}).read_text().strip()
if words[:1] == ["-s"]:
    if words[1] != "emulator-5554":
        sys.exit(f"error: device '{{words[1]}}' not found")
    words = words[2:]
if front == "gone":
    sys.exit("error: no devices/emulators found")
if front == "two":
    sys.exit("error: more than one device/emulator")
if words == ["get-state"]:
    print("device")
elif words == ["shell", "ip", "-o", "addr"]:
    print("1: lo    inet 127.0.0.1/8 scope host lo")
    print("30: wlan0    inet {address}/24 brd 192.168.1.255 scope global wlan0")
elif words == ["shell", "dumpsys", "activity", "activities"]:
    print(f"  topResumedActivity=ActivityRecord{{{{1a2b u0 {{front}} t42}}}}")
else:
    sys.exit(f"adb: unknown command {{words}}")
"""
MINI_PROGRAM = "com.tencent.mm/.plugin.appbrand.ui.AppBrandUI"
HOME = "com.android.launcher3/.Launcher"


class StandIn:
    """``address`` is the phone's own."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self._front = folder / "front"
        self.shows(MINI_PROGRAM)
        script = folder / "adb"
        script.write_text(_SCRIPT.format(python=sys.executable, file=str(self._front), address=address))
        script.chmod(script.stat().st_mode | stat.S_IXUSR)

    def shows(self, activity: str) -> None:
        """What is in front; "gone" where the cable is out, "two" where there are two phones."""
        part = self._front.with_suffix(".part")
        part.write_text(activity)
        part.replace(self._front)
