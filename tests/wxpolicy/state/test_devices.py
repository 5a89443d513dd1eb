"""Invariant: an app seen for the first time, or again after it was let go, stands as if it had been there all along."""

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.policy import Policy
from wxpolicy.state.devices import Devices
from wxpolicy.state.lifecycle import Change
from wxpolicy.state.lifecycle import Interrupted
from wxpolicy.state.lifecycle import Phase
from wxpolicy.state.orders import ANY
from wxpolicy.state.orders import Order
from wxpolicy.state.orders import Orders
from wxpolicy.state.slots import Admitted
from wxpolicy.state.slots import Queued
from wxpolicy.terms import Api

POLICY = Policy()
PHONE, TABLET = "192.168.1.23", "192.168.1.24"
SHOP, BANK = "wx0123456789abcdef", "wxfedcba9876543210"


def phase(devices, device, appid, now_ms):
    return devices.app(device, appid, POLICY).phase(now_ms)


def test_waiting_calls_of_one_device_do_not_hold_up_another():
    devices = Devices()
    phone, tablet = (devices.app(device, SHOP, POLICY) for device in (PHONE, TABLET))
    for number in range(10):
        phone.begin(str(number), Api.REQUEST, POLICY, 0)
    assert phone.begin("eleventh", Api.REQUEST, POLICY, 0).standing == Queued(1)
    assert tablet.begin("first", Api.REQUEST, POLICY, 0).standing == Admitted()


def test_an_order_reaches_only_the_apps_it_is_for():
    devices = Devices()
    for device in (PHONE, TABLET):
        for appid in (SHOP, BANK, None):
            devices.app(device, appid, POLICY)
    reached = devices.give(Order(10, Change.BACKGROUND, PHONE, SHOP))
    assert [key for key, _, _ in reached] == [(PHONE, SHOP)]
    assert [key for key, _, _ in devices.give(Order(20, Change.PINNED, PHONE))] == [
        (PHONE, SHOP),
        (PHONE, BANK),
        (PHONE, None),
    ]
    assert [key for key, _, _ in devices.give(Order(30, Change.PINNED, ANY, BANK))] == [(PHONE, BANK), (TABLET, BANK)]
    assert len(devices.give(Order(40, Change.UNPINNED))) == 6
    assert phase(devices, TABLET, SHOP, 9000) is Phase.FOREGROUND
    assert phase(devices, PHONE, SHOP, 9000) is Phase.BACKGROUND


def test_an_order_gives_the_calls_it_cut():
    devices = Devices()
    devices.app(PHONE, SHOP, POLICY).begin("a", Api.REQUEST, POLICY, 0)
    devices.give(Order(0, Change.BACKGROUND))
    ((_, _, events),) = devices.give(Order(6000, Change.FOREGROUND))
    assert events == (Interrupted("a", 0, 0, 5000),)


def test_an_app_seen_later_has_obeyed_what_was_told_to_any():
    devices = Devices()
    devices.give(Order(10_000, Change.BACKGROUND))
    assert phase(devices, PHONE, SHOP, 14_999) is Phase.GRACE
    assert phase(devices, TABLET, None, 15_000) is Phase.BACKGROUND


def test_the_order_of_orders_holds_for_apps_seen_later():
    devices = Devices()
    devices.give(Order(0, Change.BACKGROUND))
    devices.give(Order(1, Change.FOREGROUND, PHONE))
    assert phase(devices, PHONE, SHOP, 9000) is Phase.FOREGROUND
    assert phase(devices, TABLET, SHOP, 9000) is Phase.BACKGROUND


def test_no_header_can_fill_the_memory():
    devices = Devices(most_apps=10)
    devices.give(Order(0, Change.BACKGROUND))
    for number in range(1000):
        devices.app(PHONE, f"wx{number:016}", POLICY)
    assert len(devices.known()) == 10


def test_an_app_with_calls_is_never_let_go():
    devices = Devices(most_apps=2)
    busy = devices.app(PHONE, SHOP, POLICY)
    busy.begin("a", Api.REQUEST, POLICY, 0)
    for number in range(5):
        devices.app(TABLET, str(number), POLICY)
    assert devices.app(PHONE, SHOP, POLICY) is busy
    assert len(devices.known()) == 2


def test_an_app_let_go_comes_back_in_the_same_state():
    devices = Devices(most_apps=1)
    devices.app(PHONE, SHOP, POLICY)
    devices.give(Order(0, Change.BACKGROUND, PHONE, SHOP))
    devices.app(TABLET, SHOP, POLICY)
    assert [key for key, _ in devices.known()] == [(TABLET, SHOP)]
    assert phase(devices, PHONE, SHOP, 6000) is Phase.BACKGROUND


def test_orders_do_not_pile_up():
    orders = Orders()
    for number in range(20_000):
        orders.add(Order(number * 10_000, list(Change)[number % 4], (PHONE, TABLET, ANY)[number % 3]))
    assert len(orders) < 1000


_DEVICES = st.sampled_from([ANY, PHONE, TABLET])
_APPIDS = st.sampled_from([ANY, SHOP, BANK])
_GAPS = st.sampled_from([0, 1000, 4999, 5000, 1_000_000, 3_700_000])
_ORDERS = st.lists(st.tuples(_GAPS, st.sampled_from(Change), _DEVICES, _APPIDS), max_size=25)


@settings(max_examples=200)
@given(_ORDERS, _GAPS)
def test_an_app_seen_late_stands_as_one_that_was_there(steps, last_gap):
    there, pruned = Devices(), Orders()
    keys = [(device, appid) for device in (PHONE, TABLET) for appid in (SHOP, BANK, None)]
    for key in keys:
        there.app(*key, POLICY)
    now_ms = 0
    for gap_ms, change, device, appid in steps:
        now_ms += gap_ms
        order = Order(now_ms, change, device, appid)
        there.give(order)
        pruned.add(order)
        pruned._prune(now_ms)
    late = Devices()
    late._orders = pruned
    now_ms += last_gap
    for key in keys:
        old, new = there.app(*key, POLICY), late.app(*key, POLICY)
        assert (new.phase(now_ms), new.pinned) == (old.phase(now_ms), old.pinned)
        # The end of the grace, seen through a call that begins now.
        old.begin("x", Api.REQUEST, POLICY, now_ms)
        new.begin("x", Api.REQUEST, POLICY, now_ms)
        assert new.next_deadline_ms() == old.next_deadline_ms()
