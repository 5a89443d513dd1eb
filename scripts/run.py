#!/usr/bin/env python3
"""Start the proxy, record a session, end with the report. The command itself: addons/wxcommand/run.py."""

import _start

if __name__ == "__main__":
    _start.script("wxcommand.run")
