"""Pictures of the page and the phone's page for the docs: ``python tests/testenv/page_pictures.py``. Made of the demo's own session, in both languages."""

import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "addons"), str(ROOT / "tests")]

from testenv.browser import opened_page  # noqa: E402
from testenv.browser import opened_tab  # noqa: E402
from testenv.devices import CALL  # noqa: E402
from testenv.proxy import Proxy  # noqa: E402
from testenv.steering import Steering  # noqa: E402
from testenv.viewer import viewing  # noqa: E402
from wxlab.lab import Lab  # noqa: E402
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
                take(
                    page,
                    folder / f"page-causes-dark-{lang}.png",
                    views["causes"],
                    lang,
                    DESKTOP,
                    READY["causes"],
                    "dark",
                )
            assert page.said == [], page.said
    live_pictures(folder)
    phone_pictures(folder)
    return 0


SHOP, ADMIN = "wx0123456789abcdef", "wxfedcba9876543210"
SHOP_POLICY = f"""\
appid: {SHOP}
domains:
  request: [https://api.example.com]
  downloadFile: [https://cdn.example.com]
"""
ADMIN_POLICY = f"appid: {ADMIN}\nmode: debug\ndomains: {{request: [https://cdn.example.com]}}\n"
# Whose call, to what, and by which API the code makes it; None: nobody says.
LIVE_CALLS = (
    (SHOP, "https://api.example.com/json", "request"),
    (SHOP, "https://unlisted.example.com/ads", None),
    (SHOP, "https://cdn.example.com/image.png", "downloadFile"),
    (ADMIN, "https://api.example.com/orders", "request"),
    (ADMIN, "https://cdn.example.com/json", "request"),
)
READY_LIVE = {
    "live": ("#/causes", "document.querySelectorAll('article.cause button.primary').length > 2"),
    "policies": ("#/domains", "document.querySelector('[data-key=policy]')"),
}


def live_pictures(folder: Path) -> None:
    """A running proxy with two policies: what can be changed on the page, and whose it is."""
    with tempfile.TemporaryDirectory(prefix="mini-programs-") as made, Lab() as lab:
        admin = Path(made) / "admin.yaml"
        admin.write_text(ADMIN_POLICY, "utf-8")
        more = ("--policy", str(admin), "--page", "127.0.0.1:0")
        with Proxy(lab, Path(made), Path(made) / "ca", policy=SHOP_POLICY, arguments=more) as proxy:
            for appid, url, api in LIVE_CALLS:
                said = {"X-Miniprogram-Api": api} if api else {}
                referer = f"https://servicewechat.com/{appid}/0/page-frame.html"
                proxy.clients.python_request(url, headers={"Referer": referer, **said})
            with opened_page(f"http://{Steering(proxy).place}/") as page:
                for lang in ("zh", "en"):
                    for name, (hash_, ready) in READY_LIVE.items():
                        take(page, folder / f"page-{name}-{lang}.png", hash_, lang, DESKTOP, ready)
                assert page.said == [], page.said


POLICY = "appid: any\nscope: miniprogram\nmode: debug\ndomains: {request: [https://api.example.com]}\n"
AGENTS = {
    "ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1",
    "android": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36",
}


def phone_pictures(folder: Path) -> None:
    """No proxy yet, a certificate that is missing, and a mini-program with a debug-only call."""
    with tempfile.TemporaryDirectory() as made, Lab() as lab:
        with Proxy(lab, Path(made), Path(made) / "ca", policy=POLICY) as proxy:
            states = [("no-proxy", 0, None, "ios"), ("no-certificate", proxy.port, None, "android")]
            for name, port, ca, system in states:
                phone_picture(folder, proxy, name, port, ca, AGENTS[system])
            for host in ("api", "unlisted"):
                proxy.clients.python_request(f"https://{host}.example.com/json", headers=CALL)
            phone_picture(folder, proxy, "seen", proxy.port, proxy.ca_pem, AGENTS["ios"])


def phone_picture(folder: Path, proxy: Proxy, name: str, port: int, ca: Path | None, agent: str) -> None:
    with opened_tab(port, ca, timeout_s=60) as tab:
        for lang, asked in (("zh", "zh-CN"), ("en", "en-GB")):
            tab.pretend(agent, asked, PHONE)
            tab.go(f"http://127.0.0.1:{proxy.port}/")
            tab.wait_until(f"document.querySelector('[data-standing]').dataset.standing === '{name}'")
            tab.wait_until("document.querySelector('[data-step=certificate]').dataset.state !== 'testing'")
            path = folder / f"phone-{name}-{lang}.png"
            path.write_bytes(tab.screenshot())
            print(path)


def take(page, path: Path, hash_: str, lang: str, size: tuple[int, int], ready: str, theme: str = "light") -> None:
    page.show(hash_, lang, size)
    page.wait_until(ready)
    page.run(f"document.documentElement.dataset.theme = '{theme}'")
    path.write_bytes(page.screenshot())
    print(path)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"))
