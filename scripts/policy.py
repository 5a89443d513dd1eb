#!/usr/bin/env python3
"""Check a policy, ask it, take over lists from elsewhere. The command itself: addons/wxcommand/policy.py."""

import _start

if __name__ == "__main__":
    _start.script("wxcommand.policy")
