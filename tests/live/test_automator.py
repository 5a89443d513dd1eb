"""scripts/automator.mjs: what a mini-program in the devtools tells, against a stand-in for its library."""

import subprocess
import textwrap

import pytest

from testenv.process import Program
from testenv.process import clean_environment
from testenv.programs import found
from testenv.proxy import ROOT
from testenv.steering import Steering

SCRIPT = ROOT / "scripts" / "automator.mjs"
APPID = "wx0123456789abcdef"
CALL = {"Referer": f"https://servicewechat.com/{APPID}/0/page-frame.html", "X-Miniprogram-Api": "request"}
# Runs what it is given as the devtools would, and hides the app at once.
STAND_IN = """
exports.connect = async ({ wsEndpoint }) => {
  if (!wsEndpoint.endsWith(":9420")) throw new Error("connection refused");
  const heard = {};
  global.wx = {
    getAccountInfoSync: () => ({ miniProgram: { appId: "APPID" } }),
    onAppHide: (then) => { heard.hide = then; setTimeout(then, 50); }, onAppShow: (then) => { heard.show = then; },
  };
  setInterval(() => {}, 1000);
  return { evaluate: async (run) => run(), exposeFunction: async (name, run) => { global[name] = run; }, on: () => {} };
};
"""


@pytest.fixture
def folder(tmp_path):
    package = tmp_path / "node_modules" / "miniprogram-automator"
    package.mkdir(parents=True)
    (package / "index.js").write_text(textwrap.dedent(STAND_IN).replace("APPID", APPID))
    return tmp_path


def test_the_app_is_put_into_the_background_when_it_says_so(start_proxy, lab, folder):
    node = found("node")
    proxy = start_proxy(
        policy="appid: any\nscope: miniprogram\ndomains: {request: [https://api.example.com]}\n",
        arguments=("--page", "127.0.0.1:0"),
    )
    steering = Steering(proxy)
    assert proxy.clients.python_request("https://api.example.com/json", headers=CALL).status == 200
    program = Program([node, SCRIPT, "--page", steering.place], cwd=folder)
    try:
        assert steering.wait_for(lambda apps: apps["127.0.0.1"]["state"] in ("grace", "background"))
    finally:
        program.kill9()


@pytest.mark.parametrize(
    ("case", "arguments", "has_library", "status", "words"),
    [
        ("no library", (), False, 3, "npm install --no-save miniprogram-automator"),
        ("no devtools", ("--automator", "ws://127.0.0.1:1"), True, 3, "cli auto --project"),
        ("a mistake", ("--port", "1"), True, 2, "unknown option: --port"),
        ("help", ("--help",), False, 0, ""),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(folder, case, arguments, has_library, status, words):
    if not has_library:
        (folder / "node_modules" / "miniprogram-automator" / "index.js").unlink()
    done = subprocess.run(
        [found("node"), SCRIPT, *arguments],
        cwd=folder,
        env=clean_environment(LC_ALL="en_US.UTF-8"),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == status and words in done.stderr, done.stderr
    assert "at file:" not in done.stderr
