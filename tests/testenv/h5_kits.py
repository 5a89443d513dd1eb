"""The network functions of real H5 builds, as browsers run them: Taro's and uni-app's, bundled once from npm.

A test skips, with the reason, where npm or its registry is absent.
"""

import functools
import json
import re
import subprocess
import tempfile
from pathlib import Path

import pytest

from testenv.programs import found

_INSTALL_TIMEOUT_S = 180
_BUNDLE_TIMEOUT_S = 60
PACKAGES = ("@tarojs/taro-h5@4.2.1", "@dcloudio/uni-h5@3.0.0-4060420250429001", "esbuild@0.21.5")
_FUNCTIONS = "request, uploadFile, downloadFile, connectSocket"
_EXPOSED = f"Object.assign(window, {{ kit: {{ {_FUNCTIONS} }} }})"
# What the tools of each kit define before its code runs.
_GLOBALS = """
const times = { request: 60000, uploadFile: 60000, downloadFile: 60000, connectSocket: 60000 };
Object.assign(window, { __uniConfig: { networkTimeout: times, globalStyle: {}, router: { base: '/' } }, __uniRoutes: [] });
for (const name of %s) window[name] = false;
"""
_UNI = "@dcloudio/uni-h5/dist/uni-h5.es.js"
KITS = {
    "Taro": f"import {{ {_FUNCTIONS} }} from '@tarojs/taro-h5/dist/api/network/index.js';\n{_EXPOSED};\n",
    "uni-app": f"import {{ {_FUNCTIONS} }} from '{_UNI}';\n{_EXPOSED};\n",
}


@functools.cache
def bundle(kit: str) -> str:
    """One script that puts the kit's functions into ``window.kit``."""
    folder = _installed()
    entry = folder / f"{kit}.entry.js"
    entry.write_text(KITS[kit], encoding="utf-8")
    esbuild = folder / "node_modules" / ".bin" / "esbuild"
    command = [
        str(esbuild), entry.name, "--bundle", "--format=iife", "--log-level=error",
        "--define:process.env.NODE_ENV=\"production\"", "--define:process.env.TARO_ENV=\"h5\"",
        "--banner:js=var process = { env: {} };",
        "--alias:vue=@dcloudio/uni-h5-vue/dist/vue.runtime.esm.js",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_BUNDLE_TIMEOUT_S)
    assert done.returncode == 0, done.stderr[-2000:]
    return _globals_of(done.stdout) + done.stdout


def _globals_of(script: str) -> str:
    """The switches that the kit's own compiler replaces: all off."""
    switches = sorted(set(re.findall(r"\b(?:ENABLE_|__UNI_FEATURE_)[A-Z0-9_]+\b", script)))
    return _GLOBALS % json.dumps(switches)


@functools.cache
def _installed() -> Path:
    """The folder of the packages, installed once into the temporary folder."""
    folder = Path(tempfile.gettempdir(), "miniprogram-tests-h5-kits")
    marker = folder / "installed.json"
    if marker.exists() and json.loads(marker.read_text("utf-8")) == list(PACKAGES):
        return folder
    folder.mkdir(exist_ok=True)
    command = [
        found("npm"), "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), *PACKAGES,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not install the H5 kits within {_INSTALL_TIMEOUT_S} s")
    if done.returncode:
        pytest.skip(f"npm cannot install the H5 kits: {done.stderr.strip()[-200:]}")
    marker.write_text(json.dumps(list(PACKAGES)), encoding="utf-8")
    return folder
