#!/usr/bin/env python3
"""Show a recorded session. The command itself: addons/wxcommand/report.py."""

import _start

if __name__ == "__main__":
    _start.script("wxcommand.report")
