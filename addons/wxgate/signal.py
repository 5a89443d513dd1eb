"""The one way in which a part of the proxy tells others that something has happened."""

from collections.abc import Callable
from typing import Generic
from typing import TypeVarTuple
from typing import Unpack

Arguments = TypeVarTuple("Arguments")


class Signal(Generic[*Arguments]):
    """Subscribers are called in the order in which they subscribed, in the thread that emits.

    An exception of a subscriber is the emitter's: the ones after it are not called.
    """

    def __init__(self) -> None:
        self._subscribers: list[Callable[[Unpack[Arguments]], object]] = []

    def subscribe(self, subscriber: Callable[[Unpack[Arguments]], object]) -> None:
        self._subscribers.append(subscriber)

    def emit(self, *arguments: *Arguments) -> None:
        for subscriber in self._subscribers:
            subscriber(*arguments)
