import pytest

from wxgate.signal import Signal


def test_subscribers_are_called_in_their_order_with_what_was_emitted():
    signal, heard = Signal(), []
    signal.subscribe(lambda a, b: heard.append(("first", a, b)))
    signal.subscribe(lambda a, b: heard.append(("second", a, b)))
    signal.emit(1, 2)
    assert heard == [("first", 1, 2), ("second", 1, 2)]


def test_without_subscribers_nothing_happens():
    Signal().emit("anything")


def test_an_exception_reaches_whoever_emits():
    signal, heard = Signal(), []
    signal.subscribe(lambda: 1 / 0)
    signal.subscribe(lambda: heard.append("never"))
    with pytest.raises(ZeroDivisionError):
        signal.emit()
    assert heard == []
