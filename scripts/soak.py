#!/usr/bin/env python3
"""Run the proxy under fifty devices for minutes, on loopback, and count. The command itself: scripts/_soak.py."""

import _start

if __name__ == "__main__":
    _start.script("_soak")
