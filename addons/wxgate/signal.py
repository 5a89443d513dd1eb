"""How one part of the proxy notifies others that something has happened."""

from collections.abc import Callable
from typing import Generic
from typing import TypeVarTuple
from typing import Unpack

Arguments = TypeVarTuple("Arguments")


class Signal(Generic[*Arguments]):
    """Subscribers are called in the order in which they subscribed, in the emitting thread. An exception in a
    subscriber propagates to the emitter: the subscribers after it are not called."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[Unpack[Arguments]], object]] = []

    def subscribe(self, subscriber: Callable[[Unpack[Arguments]], object]) -> None:
        self._subscribers.append(subscriber)

    def emit(self, *arguments: *Arguments) -> None:
        for subscriber in self._subscribers:
            subscriber(*arguments)
