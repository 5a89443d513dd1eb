# -*- coding: utf-8 -*-
"""Starts one of the commands. Every Python can read this file, so that an old one gets a sentence and no SyntaxError."""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OLDEST = (3, 11)


def script(module):
    """Runs ``module`` (its ``main``) as the script that was called, and ends with its status."""
    if sys.version_info < OLDEST:
        found = ".".join(str(number) for number in sys.version_info[:3])
        sys.stderr.write(
            "需要 Python 3.11 或更新版本，当前是 %s\nPython 3.11 or newer is needed; this is %s\n" % (found, found)
        )
        sys.exit(2)
    from importlib import import_module

    sys.path.insert(0, os.path.join(ROOT, "addons"))
    import _venv

    from wxcommand import interrupted
    from wxcommand import streams

    streams.show_everything()
    command = import_module(module)
    name = os.path.basename(sys.argv[0])
    sys.exit(interrupted.ended(lambda: command.main(sys.argv[1:], name, _venv.enter)))
