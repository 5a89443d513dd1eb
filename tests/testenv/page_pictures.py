"""Pictures of the page for the docs: ``python tests/testenv/page_pictures.py``. Made of the demo's own session, in both languages."""

import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "addons"), str(ROOT / "tests")]

from testenv.browser import opened_page  # noqa: E402
from testenv.viewer import viewing  # noqa: E402
from wxsession.embedded import EMBEDDED  # noqa: E402

DESKTOP, PHONE = (1120, 700), (390, 780)
READY = {
    "causes": "document.querySelectorAll('article.cause').length > 2",
    "calls": "document.querySelectorAll('.row .verdict').length > 10",
    "call": "document.querySelector('.call .cards') && document.querySelectorAll('.row .verdict').length > 10",
    "devices": "document.querySelector('.timeline svg')",
    "domains": "document.querySelectorAll('.domains table').length === 4",
}


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        session = Path(made) / "demo"
        subprocess.run(
            [sys.executable, ROOT / "tests/testenv/run_here.py", ROOT / "scripts/demo.py", "--session", session],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        with closing(EMBEDDED.open(session)) as reader:
            hole = next(record.id for record in reader.records() if "hole.example.com" in record.url)
        views = {
            "causes": "#/causes",
            "calls": "#/calls",
            "call": f"#/calls/{hole}",
            "devices": "#/devices",
            "domains": "#/domains",
        }
        with viewing(session) as url, opened_page(url) as page:
            for lang in ("zh", "en"):
                for name, hash_ in views.items():
                    take(page, folder / f"page-{name}-{lang}.png", hash_, lang, DESKTOP, READY[name])
                for name in ("causes", "calls"):
                    take(page, folder / f"page-{name}-phone-{lang}.png", views[name], lang, PHONE, READY[name])
            assert page.said == [], page.said
    return 0


def take(page, path: Path, hash_: str, lang: str, size: tuple[int, int], ready: str) -> None:
    page.show(hash_, lang, size)
    page.wait_until(ready)
    path.write_bytes(page.screenshot())
    print(path)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"))
