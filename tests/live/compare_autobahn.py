"""Autobahn's WebSocket suite against its own server: directly, through mitmdump, and through the product with all its addons.

    python2.7 -m pip install autobahntestsuite        # Python 2 is all that it runs on
    python3 tests/live/compare_autobahn.py --cases '1.*' '2.*' -- wstest

What follows -- starts ``wstest``. Ends with 1 where any case goes worse through
the product than through mitmdump alone. With all cases it takes an hour.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "addons"), str(ROOT / "tests")]

from testenv.process import Program  # noqa: E402
from testenv.proxy import BareProxy  # noqa: E402
from testenv.proxy import Proxy  # noqa: E402
from wxlab.lab import Lab  # noqa: E402

POLICY = """\
appid: any
mode: debug
scope: all
domains:
  connectSocket: []
"""
# From good to bad; what is unknown is worse than all.
RANKS = {
    "OK": 0,
    "INFORMATIONAL": 0,
    "NON-STRICT": 1,
    "UNIMPLEMENTED": 2,
    "UNCLEAN": 2,
    "WRONG CODE": 2,
    "FAILED BY CLIENT": 2,
    "FAILED": 3,
}
SERVER_PORT = 9031


def main() -> int:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--cases", nargs="+", default=["*"], help="default: all")
    words = sys.argv[1:]
    split = words.index("--")
    options, wstest = made.parse_args(words[:split]), words[split + 1 :]
    with tempfile.TemporaryDirectory() as temporary, Lab() as lab:
        folder = Path(temporary)
        server = Program([*wstest, "-m", "testeeserver", "-w", f"ws://127.0.0.1:{SERVER_PORT}"])
        reverse = ("--mode", f"reverse:http://127.0.0.1:{SERVER_PORT}")
        try:
            results = {"direct": judged(wstest, "direct", SERVER_PORT, options.cases, folder)}
            for name, kind in (("mitmdump", BareProxy), ("product", Proxy)):
                (folder / name).mkdir()
                with kind(lab, folder / name, folder / "ca", policy=POLICY, mitmproxy=reverse) as proxy:
                    results[name] = judged(wstest, name, proxy.port, options.cases, folder)
        finally:
            server.kill9()
    return compared(results)


def judged(wstest: list[str], name: str, port: int, cases: list[str], folder: Path) -> dict[str, tuple[str, str]]:
    """Behaviour and closing behaviour by case."""
    spec = folder / f"{name}.json"
    spec.write_text(
        json.dumps(
            {
                "outdir": str(folder / f"{name}-report"),
                "servers": [{"agent": name, "url": f"ws://127.0.0.1:{port}"}],
                "cases": cases, "exclude-cases": [], "exclude-agent-cases": {},
            }
        )
    )  # fmt: skip
    subprocess.run([*wstest, "-m", "fuzzingclient", "-s", str(spec)], check=True, stdout=subprocess.DEVNULL)
    index = json.loads((folder / f"{name}-report" / "index.json").read_text())[name]
    return {case: (found["behavior"], found["behaviorClose"]) for case, found in index.items()}


def compared(results: dict[str, dict[str, tuple[str, str]]]) -> int:
    for name, found in results.items():
        print(f"{name:9} {len(found)} cases", dict(Counter(behaviour for behaviour, _ in found.values())))
    bare, product = results["mitmdump"], results["product"]
    worse = [case for case in bare if badness(product.get(case, ("", ""))) > badness(bare[case])]
    for case in worse:
        print(f"worse: {case}  {bare[case]} -> {product.get(case)}")
    return int(bool(worse))


def badness(found: tuple[str, str]) -> int:
    return sum(RANKS.get(each, 9) for each in found)


if __name__ == "__main__":
    sys.exit(main())
