#!/usr/bin/env python3
"""Judge captures offline. The command itself: addons/wxcommand/check.py."""

import _start

if __name__ == "__main__":
    _start.script("wxcommand.check")
