#!/usr/bin/env python3
"""Measure the proxy on this machine, beside bare mitmdump. The command itself: scripts/_bench.py."""

import _start

if __name__ == "__main__":
    _start.script("_bench")
