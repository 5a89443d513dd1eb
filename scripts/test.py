#!/usr/bin/env python3
"""Run the tests. The command itself: scripts/_tests.py."""

import _start

if __name__ == "__main__":
    _start.script("_tests")
