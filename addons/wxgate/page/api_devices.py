"""Devices: which ones called, what their mini-programs are doing, and commands to them."""

from typing import Any

from wxgate.page.handlers import Handler
from wxgate.page.handlers import Refused
from wxgate.steering.remembered import FACT
from wxgate.steering.words import read_appid
from wxgate.steering.words import read_change
from wxgate.steering.words import read_device
from wxpolicy.state.joined import Joined
from wxpolicy.state.joined import groups_in
from wxpolicy.state.joined import proposed
from wxpolicy.state.orders import ANY
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxsession.filters import Field
from wxsession.store import StoreReader

MOST_DEVICES = 500
MOST_ORDERS = 1000


class Devices(Handler):
    async def get(self) -> None:
        """``apps``: current states; ``arrivals``: the set-up steps that each device has completed; ``joined``:
        addresses that are one device, ``proposed``: those that share a MAC address; ``remembered``: devices of an
        earlier session whose addresses have called; ``unopened``: hosts that are forwarded without interception;
        ``devices``: what the session has recorded of each; ``orders``: which state was set for which app."""
        states, arrivals, trust = self.sources.states, self.sources.arrivals, self.sources.client_trust
        made = await self.sources.store.ask_once("devices", _devices)
        joined = states.joined if states is not None else Joined()
        callers = [each["device"] for each in made["devices"]]
        callers += [each["device"] for each in arrivals.as_json()] if arrivals is not None else []
        neighbours = await self.sources.neighbours() if len(set(callers)) > 1 else {}
        self.finish(
            {
                **made,
                "apps": states.status() if states is not None else [],
                "steerable": states is not None,
                "arrivals": arrivals.as_json() if arrivals is not None else [],
                # Of a past session, as it recorded them.
                "joined": [group.as_json() for group in joined.groups()] if states is not None else made["joined"],
                "proposed": proposed(callers, neighbours, joined),
                "remembered": await self._remembered(callers),
                "unopened": trust.unopened() if trust is not None else [],
            }
        )

    async def _remembered(self, callers: list[str]) -> list[dict[str, Any]]:
        remembered = self.sources.remembered
        offered = await remembered.offered() if remembered is not None else []
        return [group.as_json() for group in offered if not set(callers).isdisjoint(group.addresses)]


class DeviceState(Handler):
    def post(self, device: str) -> None:
        if self.sources.states is None:
            raise Refused(409, Text("没有运行中的代理", "no proxy is running"))
        asked = self.asked("state", "appid")
        try:
            change, appid = read_change(asked.get("state")), read_appid(asked.get("appid", ANY))
            device = read_device(device)
        except ValueError as error:
            raise Refused(400, Text(str(error), str(error))) from error
        self.sources.states.order(change, device, appid, "page")
        self.finish({"apps": self.sources.states.status(device)})


class JoinedDevices(Handler):
    def post(self) -> None:
        """Addresses that are one device from now on, with its name; a single one without a name is removed from its
        device."""
        states = self.sources.states
        if states is None:
            raise Refused(409, Text("没有运行中的代理", "no proxy is running"))
        asked = self.asked("addresses", "name")
        addresses, name = asked.get("addresses"), asked.get("name", "")
        if not isinstance(addresses, list) or not isinstance(name, str) or ANY in addresses:
            raise Refused(400, Text("应有 addresses（地址的列表）与 name", "expected addresses, a list, and name"))
        try:
            states.joined.join([read_device(address) for address in addresses], printable(name.strip()))
        except ValueError as error:
            raise Refused(400, Text(str(error), str(error))) from error
        if self.sources.remembered is not None:
            self.sources.remembered.keep()
        self.finish({"joined": [group.as_json() for group in states.joined.groups()]})


class Unopened(Handler):
    def post(self) -> None:
        """A host that refused the certificate is intercepted nevertheless, or no longer."""
        if self.sources.client_trust is None:
            raise Refused(409, Text("没有运行中的代理", "no proxy is running"))
        asked = self.asked("host", "look_into")
        host, wanted = asked.get("host"), asked.get("look_into")
        if not isinstance(host, str) or not 0 < len(host) < 300 or not isinstance(wanted, bool):
            raise Refused(400, Text("host 应为主机名，look_into 应为 true 或 false", "expected host and look_into"))
        self.sources.client_trust.look_into(host.lower(), wanted=wanted)
        self.finish({"unopened": self.sources.client_trust.unopened()})


def _devices(reader: StoreReader) -> dict[str, Any]:
    devices: dict[str, dict[str, Any]] = {}

    def of(device: str) -> dict[str, Any]:
        return devices.setdefault(
            device,
            {"device": device, "calls": 0, "failed": 0, "release_failed": 0, "debug_only": 0, "first_at": None, "last_at": None,
             "appids": {}, "untrusting": {}},
        )  # fmt: skip

    for tally in reader.tally((Field.DEVICE, Field.APPID)):
        made = of(tally.values[0])
        for name in ("calls", "failed", "release_failed", "debug_only"):
            made[name] += getattr(tally, name)
        made["first_at"] = min(filter(None, (made["first_at"], tally.first_at)))
        made["last_at"] = max(filter(None, (made["last_at"], tally.last_at)))
        made["appids"][tally.values[1]] = tally.calls
    for pair, count in reader.facts().untrusting.items():
        device, _, host = pair.partition(" ")
        of(device)["untrusting"][host] = count
    found = sorted(devices.values(), key=lambda made: -(made["last_at"] or 0))
    orders = reader.app_states()
    return {
        "joined": [group.as_json() for group in groups_in(reader.kept(FACT))],
        "devices": found[:MOST_DEVICES],
        "more_devices": max(0, len(found) - MOST_DEVICES),
        "orders": [
            {"at": order.at, "device": order.device, "appid": order.appid, "state": order.state, "source": order.source}
            for order in orders[-MOST_ORDERS:]
        ],
        "more_orders": max(0, len(orders) - MOST_ORDERS),
    }
