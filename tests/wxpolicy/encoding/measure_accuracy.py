"""How often detection is right, over a folder of real texts: ``python measure_accuracy.py FOLDER [--snippets N]``.

FOLDER has one subfolder a charset ("Big5", "windows-1251-russian"), as the test
data of chardet and charset-normalizer have. Right means: the charset's family
(gb2312, gbk, gb18030 are one), or the very same text. Figures are given for
whole files and, with --snippets, for pieces of 20 to 200 bytes put into JSON.
"""

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import charset_normalizer

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "addons"))

from wxpolicy.encoding.charsets import find_charset  # noqa: E402
from wxpolicy.encoding.ledger import Ledger  # noqa: E402


def expected_label(folder: str) -> str | None:
    """The charset that a folder's name means, None where it means none that servers use."""
    name = folder.lower().replace("_", "-")
    parts = name.split("-")
    for end in range(len(parts), 0, -1):
        for label in ("-".join(parts[:end]), re.sub(r"^iso(?=\d)", "iso-", "-".join(parts[:end]))):
            label = {"mac-cyrillic": "x-mac-cyrillic", "maccyrillic": "x-mac-cyrillic", "iso2022-jp": "iso-2022-jp",
                     "iso2022-kr": "iso-2022-kr", "macroman": "macintosh"}.get(label, label)  # fmt: skip
            if find_charset(label):
                return label
    return None


def texts(folder: Path) -> Iterator[tuple[str, bytes]]:
    """(label, bytes) of every file whose bytes really are in the charset of its folder's name."""
    seen = set()
    for path in sorted(folder.rglob("*")):
        label = expected_label(path.parent.name) if path.is_file() else None
        if label:
            body = path.read_bytes()
            # The two public collections share most of their files.
            if body and body not in seen and _decodes(body, label) is not None:
                seen.add(body)
                yield find_charset(label).name, body


def snippets(folder: Path, per_file: int) -> Iterator[tuple[str, bytes]]:
    """Pieces of 20 to 200 bytes as the only text of a JSON answer; the same ones in each run."""
    for label, body in texts(folder):
        charset = find_charset(label)
        if charset is None or charset.family.startswith(("utf", "iso-2022")) or body.isascii():
            continue
        chosen = random.Random(len(body))
        words = (_decodes(body, label) or "").split()
        for _ in range(per_file):
            start = chosen.randrange(len(words))
            text = " ".join(words[start : start + 40])
            piece = _encoded(text, label, chosen.randint(20, 200))
            if sum(byte > 0x7F for byte in piece) >= 2:
                yield label, b'{"code":0,"msg":"' + piece + b'"}'


def _encoded(text: str, label: str, most_bytes: int) -> bytes:
    codec = find_charset(label).codecs[0]  # type: ignore[union-attr]
    while len(piece := text.encode(codec, "ignore")) > most_bytes:
        text = text[:-1]
    return piece.replace(b'"', b"'")


def _decodes(body: bytes, label: str) -> str | None:
    charset = find_charset(label)
    for codec in charset.codecs if charset else ():
        try:
            # The folder's name leaves the byte order to the BOM.
            return body.decode(charset.name if charset and charset.name in ("utf-16", "utf-32") else codec)
        except UnicodeDecodeError:
            continue
    return None


def ours(body: bytes) -> str | None:
    """What the ledger says of a body without any declaration."""
    ledger = Ledger("text/plain", "")
    ledger.feed(re.sub(rb"charset|encoding", b"-------", body))
    return ledger.finish().detected


def theirs(body: bytes) -> str | None:
    """charset-normalizer alone, over as much as the ledger would give it."""
    best = charset_normalizer.from_bytes(body[:16384]).best()
    return best.encoding if best else None


def is_right(label: str, answer: str | None, body: bytes) -> bool:
    """Whether ``answer`` is the charset, one of its family, or reads the very same text."""
    if answer is None:
        return False
    want, got = find_charset(label), find_charset(answer)
    if want and got and (want.family == got.family or {want.family[:6], got.family[:6]} in ({"utf-16"}, {"utf-32"})):
        return True
    if body.isascii():
        return (got is None or not got.multibyte) or got.name == "utf-8"
    try:
        codec = got.codecs[0] if got else answer
        return body.decode(codec) == _decodes(body, label)
    except (UnicodeDecodeError, LookupError):
        return False


def measure(name: str, cases: list[tuple[str, bytes]]) -> dict[str, object]:
    """Both detectors over the same cases, with a table by charset."""
    right: dict[str, Counter[str]] = {"ours": Counter(), "charset-normalizer": Counter()}
    seconds = dict.fromkeys(right, 0.0)
    misses: Counter[tuple[str, str]] = Counter()
    total = Counter(label for label, _ in cases)
    for label, body in cases:
        for who, detect in (("ours", ours), ("charset-normalizer", theirs)):
            started = time.perf_counter()
            answer = detect(body)
            seconds[who] += time.perf_counter() - started
            if is_right(label, answer, body):
                right[who][label] += 1
            elif who == "ours":
                misses[label, str(answer)] += 1
    print(f"\n{name}: {len(cases)} texts")
    for label, count in sorted(total.items()):
        shares = "  ".join(f"{who} {found[label] / count:7.1%}" for who, found in right.items())
        print(f"  {label:16} {count:5}  {shares}")
    summary = {who: round(sum(found.values()) / max(len(cases), 1), 4) for who, found in right.items()}
    print("  misses:", ", ".join(f"{label}->{answer} x{count}" for (label, answer), count in misses.most_common(12)))
    each_ms = {who: round(1000 * spent / max(len(cases), 1), 2) for who, spent in seconds.items()}
    return {"name": name, "texts": len(cases), "right": summary, "ms_each": each_ms}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="one subfolder a charset")
    parser.add_argument("--snippets", type=int, default=0, metavar="N", help="also N short JSON pieces of each file")
    options = parser.parse_args()
    if not options.folder.is_dir():
        print(f"{options.folder} is no folder: give one with a subfolder for each charset", file=sys.stderr)
        return 2
    results = [measure("whole files", list(texts(options.folder)))]
    if options.snippets:
        results.append(measure("JSON of 20-200 bytes", list(snippets(options.folder, options.snippets))))
    for result in results:
        print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
