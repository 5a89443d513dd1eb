"""Runs a scenario file: its steps are timed from the moment the proxy listens."""

import asyncio
from pathlib import Path

from mitmproxy import ctx
from mitmproxy import exceptions
from mitmproxy.addonmanager import Loader

from wxgate.steering.app_states import AppStates
from wxpolicy.state.scenario import Scenario
from wxpolicy.state.scenario import Step
from wxpolicy.state.scenario import read_scenario


class ScenarioRun:
    """Owns ``mp_scenario``."""

    def __init__(self, states: AppStates) -> None:
        self._states = states
        self._scenario: Scenario | None = None
        self._timers: list[asyncio.TimerHandle] = []

    def load(self, loader: Loader) -> None:
        loader.add_option("mp_scenario", str, "", "A scenario file: which mini-program goes to the background when.")

    def configure(self, updated: set[str]) -> None:
        if "mp_scenario" not in updated:
            return
        self._scenario = None
        if not ctx.options.mp_scenario:
            return
        path = Path(ctx.options.mp_scenario).expanduser()
        try:
            text = path.read_bytes()
        except OSError as error:
            raise exceptions.OptionsError(f"{path} cannot be read: {error.strerror}") from error
        scenario, mistakes = read_scenario(text, str(path))
        if scenario is None:
            raise exceptions.OptionsError("\n".join(mistake.in_lang("en") for mistake in mistakes))
        self._scenario = scenario

    def running(self) -> None:
        scenario, self._scenario = self._scenario, None
        if scenario is None:
            return
        loop = asyncio.get_running_loop()
        start = loop.time()
        self._timers = [loop.call_at(start + step.at_ms / 1000, self._carry_out, step) for step in scenario.steps]

    def done(self) -> None:
        for timer in self._timers:
            timer.cancel()

    def _carry_out(self, step: Step) -> None:
        self._states.order(step.change, step.device, step.appid, "scenario")
