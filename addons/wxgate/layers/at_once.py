"""A layer that continues at once if the answer to its command is already available.

mitmproxy passes a blocking command up through all the layers, and its answer down through all of them again: ten
layers, for each of about five hooks of a call. Here a hook that no addon has to wait for is called where it is
commanded, and the layer continues. The order is the same: earlier commands have been carried out by then. Checked on
11.0.2 (Python 3.11), 12.2.3 and 12.3.1 (Python 3.13).
"""

from typing import Any

from mitmproxy.proxy import commands
from mitmproxy.proxy.events import CommandCompleted
from mitmproxy.proxy.layer import Layer
from mitmproxy.proxy.layer import Paused

from wxgate.layers.wire import Wire


class GoesOnAtOnce(Layer):
    """Handles events as ``Layer`` does; ``wire`` is that of its connection."""

    wire: Wire

    def handle_event(self, event: Any) -> Any:
        if self.debug is not None:
            return super().handle_event(event)
        paused = self._paused
        if paused is None:
            return self._run(self._handle_event(event), None)
        if isinstance(event, CommandCompleted) and event.command is paused.command:
            return self._go_on(event)
        self._paused_event_queue.append(event)
        return ()

    def answer_at_once(self, command: commands.Command) -> Any:
        """The answer to a blocking command, if it is already known; subclasses add more.

        A tuple with the answer (None for a hook); None if the command has to be carried out and waited for.
        """
        if isinstance(command, commands.StartHook) and self.wire.handler.is_done_at_once(command):
            return (None,)
        return None

    def _run(self, generator: Any, reply: Any) -> Any:
        try:
            command = generator.send(reply)
            while True:
                if command.blocking is True:
                    answer = self.answer_at_once(command)
                    if answer is not None:
                        command = generator.send(answer[0])
                        continue
                    # As in Layer: the layers above do not wait.
                    command.blocking = self
                    self._paused = Paused(command, generator)
                    yield command
                    return
                yield command
                command = next(generator)
        except StopIteration:
            return

    def _go_on(self, event: Any) -> Any:
        assert self._paused is not None
        generator, self._paused = self._paused.generator, None
        yield from self._run(generator, event.reply)
        while self._paused is None and self._paused_event_queue:
            yield from self._run(self._handle_event(self._paused_event_queue.popleft()), None)
