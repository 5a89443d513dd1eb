"""One file per platform: its path builder and its rules, each with its source."""

from collections.abc import Mapping
from types import MappingProxyType

from wxpolicy.certificates.platforms import android
from wxpolicy.certificates.platforms import devtools
from wxpolicy.certificates.platforms import ios
from wxpolicy.certificates.rulebook import Rulebook
from wxpolicy.terms import Platform

# The clients of WeChat on HarmonyOS and on desktops have not been measured: they have no file here.
RULEBOOKS: Mapping[Platform, Rulebook] = MappingProxyType(
    {Platform.IOS: ios.RULES, Platform.ANDROID: android.RULES, Platform.DEVTOOLS: devtools.RULES}
)
