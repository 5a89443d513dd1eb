"""For maintainers: makes ``roots.pem`` beside ``stores.json``, and checks it. Usage: ``python3 scripts/_roots.py [--check] [FILE...]``.

``stores.json`` says by SHA-256 which vendor's store holds which root. The
certificates themselves come from FILEs (wheels, source archives, PEM bundles;
for example what ``pip download --no-deps sslyze==6.3.1 certifi==2025.4.26``
brings) and from the ``roots.pem`` that is there. Nothing but the fingerprint
decides what is taken; where a file comes from does not count.
Exit status: 0 all roots have their certificate, 1 some lack it, 2 a file cannot be read.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
import tarfile
import textwrap
import zipfile
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "addons" / "wxpolicy" / "certificates" / "stores"
STORES, ROOTS = FOLDER / "stores.json", FOLDER / "roots.pem"

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a wheel, source archive or PEM file")
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args(arguments)
    wanted: dict[str, dict[str, object]] = json.loads(STORES.read_text("utf-8"))["roots"]
    found: dict[str, bytes] = {}
    for path in [*([ROOTS] if ROOTS.exists() else []), *options.files]:
        try:
            found |= {digest: der for digest, der in _certificates(path) if digest in wanted}
        except (OSError, tarfile.TarError, zipfile.BadZipFile) as error:
            print(f"{path} cannot be read: {error}", file=sys.stderr)
            return 2
    if not options.check:
        ROOTS.write_text("".join(_pem(str(wanted[each]["name"]), found[each]) for each in sorted(found)), "utf-8")
    missing = [digest for digest in wanted if digest not in found]
    for vendor in ("apple", "android", "mozilla"):
        held = [digest for digest, root in wanted.items() if vendor in str(root["stores"])]
        print(f"{vendor}: {len(held)} roots, {sum(digest in found for digest in held)} with their certificate")
    for digest in missing:
        print(f"missing: {digest} {wanted[digest]['name']}", file=sys.stderr)
    return 1 if missing else 0


def _certificates(path: Path) -> Iterator[tuple[str, bytes]]:
    """Each certificate in ``path`` with its SHA-256."""
    for content in _contents(path):
        for block in _PEM.findall(content):
            try:
                der = base64.b64decode(block, validate=False)
            except binascii.Error:
                continue
            yield hashlib.sha256(der).hexdigest(), der


def _contents(path: Path) -> Iterator[bytes]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            for member in archive:
                opened = archive.extractfile(member)
                if opened is not None:
                    yield opened.read()
    else:
        yield path.read_bytes()


def _pem(name: str, der: bytes) -> str:
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    return f"# {name}\n-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
