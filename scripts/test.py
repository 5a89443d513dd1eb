#!/usr/bin/env python3
"""Run the tests; arguments go to pytest.

运行测试，参数转交给 pytest。
"""

import os
import sys

import _interrupted
import _venv


def main() -> int:
    if sys.argv[1:2] in (["--help"], ["-h"]):
        print(__doc__.strip(), "\n\nusage: test.py [pytest arguments]", sep="")
        return 0
    _venv.enter()
    os.chdir(_venv.ROOT)

    import pytest

    # Each file in one process: its tests share the proxies that it started.
    return int(pytest.main(sys.argv[1:] or ["-q", "-n", "2", "--dist", "loadfile"]))


if __name__ == "__main__":
    sys.exit(_interrupted.ended(main))
