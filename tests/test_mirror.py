"""Each module has its test where a reader looks for it, or is named here with the test that covers it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ADDONS, TESTS = ROOT / "addons", ROOT / "tests"
# Of the mitmproxy side: what only a real proxy shows.
LIVE = {
    "wxgate/call/addon.py": "live/test_enforcement.py",
    "wxgate/call/failures.py": "live/test_faults.py",
    "wxgate/call/from_layers.py": "live/test_permit.py",
    "wxgate/call/conversion.py": "live/test_encodings.py",
    "wxgate/call/execution.py": "live/test_internal_error.py",
    "wxgate/call/live_calls.py": "live/test_concurrency.py",
    "wxgate/call/redirects.py": "live/test_redirects.py",
    "wxgate/connections/ask.py": "wxgate/connections/test_probe.py",
    "wxgate/connections/offering.py": "live/test_tls_offers.py",
    "wxgate/connections/prober.py": "live/test_probe.py",
    "wxgate/connections/probes.py": "live/test_probe.py",
    "wxgate/connections/server_hello.py": "live/test_certificates.py",
    "wxgate/connections/tls_context.py": "live/test_tls_offers.py",
    "wxgate/connections/upstream_proxy.py": "live/test_upstream_proxy.py",
    "wxgate/layers/answers.py": "live/test_odd_answers.py",
    "wxgate/layers/asked.py": "live/test_steering.py",
    "wxgate/layers/backpressure.py": "live/test_slow_peers.py",
    "wxgate/layers/codes.py": "live/test_http2_streams.py",
    "wxgate/layers/cut.py": "live/test_timeouts.py",
    "wxgate/layers/events.py": "live/test_concurrency.py",
    "wxgate/layers/handler.py": "live/test_internal_error.py",
    "wxgate/layers/at_once.py": "wxgate/layers/test_carrying_out.py",
    "wxgate/layers/http1_client.py": "live/test_odd_answers.py",
    "wxgate/layers/http1_server.py": "live/test_framing.py",
    "wxgate/layers/http2_client.py": "live/test_odd_http2.py",
    "wxgate/layers/http2_connection.py": "wxgate/layers/test_http2_server.py",
    "wxgate/layers/http_failures.py": "live/test_layers_that_fail.py",
    "wxgate/layers/http_layer.py": "live/test_internal_error.py",
    "wxgate/layers/internals.py": "live/test_session_end.py",
    "wxgate/layers/own.py": "live/test_enforcement.py",
    "wxgate/layers/patches/client_replay.py": "wxgate/layers/test_patches.py",
    "wxgate/layers/patches/connection_handler.py": "wxgate/layers/test_patches.py",
    "wxgate/layers/patches/message_checks.py": "wxgate/layers/test_patches.py",
    "wxgate/layers/patches/tls_output.py": "wxgate/layers/test_patches.py",
    "wxgate/layers/patches/tls_versions.py": "wxgate/layers/test_patches.py",
    "wxgate/layers/stream.py": "live/test_held_uploads.py",
    "wxgate/layers/upstream.py": "live/test_certificate_connections.py",
    "wxgate/layers/wire.py": "live/test_slow_peers.py",
    "wxgate/pipeline.py": "live/test_demo.py",
    "wxgate/recording/marks.py": "live/test_enforcement.py",
    "wxgate/recording/call_log.py": "live/test_enforcement.py",
    "wxgate/recording/recorder.py": "live/test_kill9.py",
    "wxgate/recording/session.py": "live/test_session_end.py",
    "wxgate/start/engine.py": "live/test_own_certificate.py",
    "wxgate/start/entry.py": "live/test_mitmdump.py",
    "wxgate/start/launcher.py": "live/test_session_end.py",
    "wxgate/start/policy_file.py": "wxgate/start/test_policy_source.py",
    "wxgate/start/several.py": "wxgate/start/test_policy_source.py",
    "wxgate/start/in_thread.py": "live/test_holds.py",
    "wxgate/start/warm_up.py": "live/test_holds.py",
    "wxgate/steering/adb.py": "live/test_adb_watch.py",
    "wxgate/steering/scenario_run.py": "live/test_scenario_run.py",
    "wxgate/steering/state_commands.py": "live/test_steering.py",
}
# Rooms that are tested from outside, by the requests that they answer.
ROOMS = {"wxgate/page": "live/test_page.py", "wxgate/phone": "live/test_phone_page.py"}
# Of the others: what is met only through another package.
THROUGH_ANOTHER = {
    "wxcapture/never_shown.py": "scripts/test_check.py",
    "wxcapture/one_flow.py": "live/test_page.py",
    "wxpolicy/certificates/client_hello.py": "live/test_tls_offers.py",
}
# Tests outside of their package's folder.
ELSEWHERE = {
    "wxcapture": ("live/test_capture_files.py", "testenv/replay.py", "wxgate/page/test_server.py"),
    "wxpolicy": ("wxcommand/test_arguments.py", "wxreport/test_explanation.py"),
    "wxredact": ("wxcapture/test_planted_secrets.py",),
    "wxreport": ("test_readme.py",),
}
# Whole packages that are tested as their users use them.
WHOLE = {
    "miniprogram.py": "live/test_mitmdump.py",
    "wxcommand": "scripts/test_check.py",
    "wxlab": "wxlab/test_lab.py",
}


def modules():
    for path in sorted(ADDONS.rglob("*.py")):
        if not path.name.startswith("__"):
            yield path.relative_to(ADDONS).as_posix()


def dotted(module):
    return module.removesuffix(".py").replace("/", ".")


def imports_of(path):
    """Modules by their full names, whether imported or imported from."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def mirrored(module):
    path = Path(module)
    return TESTS / path.parent / f"test_{path.name}"


@pytest.fixture(scope="module")
def met():
    """What the tests of each package import, and what that is made of within its own room."""
    of_tests = {}
    for package in {Path(module).parts[0] for module in modules()}:
        of_tests[package] = {name for path in (TESTS / package).rglob("*.py") for name in imports_of(path)}
        for path in ELSEWHERE.get(package, ()):
            of_tests[package] |= set(imports_of(TESTS / path))
    graph = {dotted(module): set(imports_of(ADDONS / module)) for module in modules()}
    for path in ADDONS.rglob("__init__.py"):
        graph[dotted(path.parent.relative_to(ADDONS).as_posix())] = set(imports_of(path))
    for package, found in of_tests.items():
        waiting = list(found)
        while waiting:
            for name in graph.get(waiting.pop(), ()):
                if name.startswith(f"{package}.") and name not in found:
                    found.add(name)
                    waiting.append(name)
    return of_tests


@pytest.mark.parametrize("module", [module for module in modules() if module.startswith("wxgate/")])
def test_every_module_of_the_mitmproxy_side_has_its_test(module):
    if Path(module).parent.as_posix() in ROOMS:
        return
    if mirrored(module).exists():
        assert module not in LIVE, "it has a test of its own now: take it out of the list"
    else:
        assert module in LIVE, f"write {mirrored(module).relative_to(ROOT)}, or name the test that covers it"


@pytest.mark.parametrize("module", [module for module in modules() if not module.startswith("wxgate/")])
def test_every_other_module_is_met_by_the_tests_of_its_package(module, met):
    package = Path(module).parts[0]
    if package in WHOLE or module in THROUGH_ANOTHER or mirrored(module).exists() or "/catalogue/" in module:
        return  # each file of the catalogue is read by name, and test_entries_of_codes.py looks at all of them
    assert dotted(module) in met[package], f"no test under tests/{package} meets it"


@pytest.mark.parametrize(("module", "test"), [*LIVE.items(), *ROOMS.items(), *THROUGH_ANOTHER.items(), *WHOLE.items()])
def test_the_lists_name_what_exists(module, test):
    assert (ADDONS / module).exists() and (TESTS / test).is_file()
