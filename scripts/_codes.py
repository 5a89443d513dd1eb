"""For maintainers: writes docs/codes.md and docs/zh/codes.md from the catalogue. Usage: ``.venv/bin/python scripts/_codes.py``."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"en": ROOT / "docs" / "codes.md", "zh": ROOT / "docs" / "zh" / "codes.md"}


def main() -> int:
    sys.path.insert(0, str(ROOT / "addons"))
    from wxreport.codes_page import codes_page

    for lang, path in PAGES.items():
        path.write_text(codes_page(lang), encoding="utf-8", newline="\n")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
