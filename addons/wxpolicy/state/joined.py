"""Addresses that the user has joined to one device: a phone's IPv4, IPv6 and tunnel addresses share state and limits.

A device is one address unless it is joined; the first address of a group represents all of it.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wxpolicy.text.printable import printable

MOST_GROUPS = 200
MOST_ADDRESSES = 16
LONGEST_NAME = 60
_IS_ADDRESS = re.compile(r"[0-9A-Fa-f.:]{2,45}(?:%[A-Za-z0-9_.-]{1,16})?")
# Of "ip neigh", "arp -a", "ndp -an" and "netsh interface ipv6 show neighbors": an address, followed by its MAC address.
_ADDRESS = re.compile(r"(?<![\w.:])(\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{0,4}){2,7})(?![\w.:]|%)?")
_MAC = re.compile(r"(?<![0-9a-fA-F:-])([0-9a-fA-F]{1,2}(?:[:-][0-9a-fA-F]{1,2}){5})(?![0-9a-fA-F:-])")


@dataclass(frozen=True, slots=True)
class Group:
    device: str
    addresses: tuple[str, ...]
    name: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"device": self.device, "addresses": list(self.addresses), "name": self.name}


class Joined:
    def __init__(self) -> None:
        self._groups: dict[str, Group] = {}
        self._of: dict[str, str] = {}

    def of(self, address: str) -> str:
        """The device that an address belongs to."""
        return self._of.get(address, address)

    def addresses(self, device: str) -> tuple[str, ...]:
        """All addresses of a device, its own first."""
        group = self._groups.get(self.of(device))
        return group.addresses if group is not None else (device,)

    def groups(self) -> list[Group]:
        return list(self._groups.values())

    def join(self, addresses: Iterable[str], name: str) -> Group | None:
        """They are one device from now on, whatever they belonged to before, and ``name`` is its name.

        A single address without a name is not a group, and is removed from its own: None. Raises ValueError if there
        are too many.
        """
        wanted = list(dict.fromkeys(addresses))
        if not wanted or len(wanted) > MOST_ADDRESSES or len(self._groups) >= MOST_GROUPS:
            raise ValueError(f"expected up to {MOST_ADDRESSES} addresses, and up to {MOST_GROUPS} devices")
        for address in wanted:
            self._part(address)
        if len(wanted) == 1 and not name:
            return None
        group = Group(wanted[0], tuple(wanted), name[:LONGEST_NAME])
        self._groups[group.device] = group
        self._of |= dict.fromkeys(wanted, group.device)
        return group

    def _part(self, address: str) -> None:
        device = self._of.pop(address, None)
        group = self._groups.pop(device, None) if device is not None else None
        if group is None:
            return
        left = tuple(other for other in group.addresses if other != address)
        for other in left:
            self._of.pop(other, None)
        if len(left) > 1 or (left and group.name):
            self._groups[left[0]] = Group(left[0], left, group.name)
            self._of |= dict.fromkeys(left, left[0])


def groups_in(text: str | None) -> list[Group]:
    """The groups from their JSON; invalid or surplus ones are skipped."""
    try:
        told = json.loads(text) if text else []
    except (ValueError, RecursionError):
        return []
    kept = Joined()
    for each in told[:MOST_GROUPS] if isinstance(told, list) else []:
        addresses, name = (each.get("addresses"), each.get("name")) if isinstance(each, dict) else (None, None)
        if not isinstance(addresses, list) or not 0 < len(addresses) <= MOST_ADDRESSES or not isinstance(name, str):
            continue
        if all(isinstance(address, str) and _IS_ADDRESS.fullmatch(address) for address in addresses):
            kept.join(addresses, printable(name))
    return kept.groups()


def neighbours_of(told: str) -> dict[str, str]:
    """Addresses with their MAC addresses, from the output of an operating system's tools, line by line."""
    found = {}
    for line in told.splitlines():
        macs = [mac for mac in _MAC.findall(line)]
        rest = _MAC.sub(" ", line)
        addresses = _ADDRESS.findall(rest)
        if macs and addresses:
            mac = ":".join(part.zfill(2) for part in re.split("[:-]", macs[0].lower()))
            if mac not in ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"):
                found[addresses[0].lower()] = mac
    return found


def proposed(devices: Iterable[str], neighbours: dict[str, str], joined: Joined) -> list[list[str]]:
    """Addresses that called and share a MAC address, if they are not one device already."""
    by_mac: dict[str, list[str]] = {}
    for device in dict.fromkeys(devices):
        if device in neighbours:
            by_mac.setdefault(neighbours[device], []).append(device)
    return [
        addresses
        for addresses in by_mac.values()
        if len(addresses) > 1 and len({joined.of(address) for address in addresses}) > 1
    ]
