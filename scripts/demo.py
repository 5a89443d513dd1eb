#!/usr/bin/env python3
"""The whole job without a phone or internet. The command itself: addons/wxcommand/demo.py."""

import _start

if __name__ == "__main__":
    _start.script("wxcommand.demo")
