"""Addresses that are one device: joined, parted, named; and which a neighbour table says belong together."""

import json

import pytest

from wxpolicy.state.joined import MOST_ADDRESSES
from wxpolicy.state.joined import MOST_GROUPS
from wxpolicy.state.joined import Joined
from wxpolicy.state.joined import groups_in
from wxpolicy.state.joined import neighbours_of
from wxpolicy.state.joined import proposed

IPV4, IPV6, TUNNEL, OTHER = "192.168.1.23", "fd00::23", "10.0.0.1", "192.168.1.99"


def test_the_first_address_stands_for_all_of_a_device():
    joined = Joined()
    joined.join([IPV4, IPV6], "Anna's phone")
    assert [joined.of(address) for address in (IPV4, IPV6, OTHER)] == [IPV4, IPV4, OTHER]
    assert joined.addresses(IPV6) == (IPV4, IPV6) and joined.addresses(OTHER) == (OTHER,)
    assert joined.groups()[0].as_json() == {"device": IPV4, "addresses": [IPV4, IPV6], "name": "Anna's phone"}


def test_an_address_is_in_one_group_alone():
    joined = Joined()
    joined.join([IPV4, IPV6], "one")
    joined.join([IPV6, TUNNEL], "two")
    assert joined.of(IPV4) == IPV4 and joined.of(IPV6) == joined.of(TUNNEL) == IPV6
    assert [group.addresses for group in joined.groups()] == [(IPV4,), (IPV6, TUNNEL)]


def test_a_single_address_is_taken_out_or_named():
    joined = Joined()
    joined.join([IPV4, IPV6, TUNNEL], "")
    assert joined.join([IPV4], "") is None
    assert joined.of(IPV4) == IPV4 and joined.addresses(TUNNEL) == (IPV6, TUNNEL)
    assert joined.join([IPV6], "") is None
    assert joined.groups() == [] and joined.of(TUNNEL) == TUNNEL
    assert joined.join([OTHER], "x" * 100).name == "x" * 60


@pytest.mark.parametrize("addresses", [[], [f"10.0.0.{number}" for number in range(MOST_ADDRESSES + 1)]])
def test_too_few_and_too_many(addresses):
    with pytest.raises(ValueError):
        Joined().join(addresses, "x")


TOLD = [
    ("ip neigh on Linux", "192.168.1.23 dev wlan0 lladdr a4:5e:60:00:11:22 REACHABLE\nfd00::23 dev wlan0 lladdr a4:5e:60:00:11:22 STALE\n192.168.1.9 dev wlan0 FAILED\n"),
    ("arp and ndp on macOS", "? (192.168.1.23) at a4:5e:60:0:11:22 on en0 ifscope [ethernet]\nfd00::23 a4:5e:60:0:11:22 en0 23h R\n? (192.168.1.255) at ff:ff:ff:ff:ff:ff on en0\n"),
    ("arp and netsh on Windows", "  192.168.1.23          a4-5e-60-00-11-22     dynamic\nfd00::23                    a4-5e-60-00-11-22  Stale\n"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "told"), TOLD, ids=[each[0] for each in TOLD])
def test_one_mac_proposes_one_device(case, told):
    neighbours = neighbours_of(told)
    assert neighbours == {IPV4: "a4:5e:60:00:11:22", IPV6: "a4:5e:60:00:11:22"}
    joined = Joined()
    assert proposed([OTHER, IPV4, IPV6, IPV4], neighbours, joined) == [[IPV4, IPV6]]
    joined.join([IPV4, IPV6], "")
    assert proposed([IPV4, IPV6], neighbours, joined) == []


def test_nonsense_is_no_neighbour():
    assert neighbours_of("") == neighbours_of("Interface: nothing\n\x00 ::: aa:bb") == {}


def test_what_was_written_of_devices_is_read_back():
    joined = Joined()
    joined.join([IPV4, IPV6], "小安的手机")
    joined.join([OTHER], "Bo")
    told = json.dumps([group.as_json() for group in joined.groups()])
    assert groups_in(told) == joined.groups()


@pytest.mark.parametrize(
    ("case", "text"),
    [
        ("nothing", None),
        ("no JSON", "["),
        ("too deep", "[" * 100_000),
        ("no list", '{"addresses": []}'),
        ("no device", '[1, null, {}, {"addresses": "10.0.0.1", "name": "x"}]'),
        ("no address", '[{"addresses": ["<b>"], "name": "x"}, {"addresses": [1], "name": "x"}, {"addresses": [], "name": "x"}]'),
        ("too many addresses", json.dumps([{"addresses": [f"10.0.0.{number}" for number in range(MOST_ADDRESSES + 1)], "name": "x"}])),
        ("a name that is none", '[{"addresses": ["10.0.0.1"], "name": 1}]'),
    ],
)  # fmt: skip
def test_what_is_no_device_is_left_out(case, text):
    assert groups_in(text) == []


def test_of_too_many_devices_the_first_are_read():
    told = [
        {"addresses": [f"10.0.{number // 250}.{number % 250}"], "name": "x" * 100} for number in range(MOST_GROUPS + 50)
    ]
    found = groups_in(json.dumps(told))
    assert len(found) == MOST_GROUPS and {group.name for group in found} == {"x" * 60}
