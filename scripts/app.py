#!/usr/bin/env python3
"""Send a mini-program to the background and back while the proxy runs. The command itself: addons/wxcommand/app.py."""

import _start

if __name__ == "__main__":
    _start.script("wxcommand.app")
