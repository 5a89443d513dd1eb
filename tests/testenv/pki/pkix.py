"""What a JDK's PKIX says of chains, walked as Android's trust manager walks them (Pkix.java)."""

import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from testenv.pki.cases import Case
from testenv.pki.certificates import Made

_SOURCE = Path(__file__).parent / "Pkix.java"
START_S = 120.0


def missing() -> str:
    """Why nothing can be asked here, "" where it can."""
    if shutil.which("java") is None:
        return "no java on this machine"
    tried = subprocess.run(["java", "--list-modules"], capture_output=True, text=True, timeout=START_S)
    return "" if "jdk.compiler" in tried.stdout else "a java that compiles nothing"


def ask(cases: Sequence[Case], folder: Path, moments: Mapping[str, int] | None = None) -> Mapping[str, str]:
    """Per case "OK" or why the chain is refused; names are not looked at. ``moments``: Unix times of those not asked for now."""
    at = moments or {}
    lines = [f"{case.id}\t{_bases(case.served)}\t{_bases(case.roots)}\t{at.get(case.id, '')}" for case in cases]
    asked = folder / "cases.txt"
    asked.write_text("\n".join(lines), encoding="utf-8")
    ended = subprocess.run(
        ["java", "-Dfile.encoding=UTF-8", _SOURCE, asked], capture_output=True, text=True, timeout=START_S, check=True
    )
    return dict(line.split("\t", 1) for line in ended.stdout.splitlines())


def _bases(made: Iterable[Made]) -> str:
    return ",".join(b64encode(each.der).decode() for each in made)
