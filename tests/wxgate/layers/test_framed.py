"""A tunnel is relayed as long as it keeps its framing, and asks once what to do when it does not."""

from mitmproxy import connection
from mitmproxy import options
from mitmproxy.proxy import commands
from mitmproxy.proxy import context as proxy_context
from mitmproxy.proxy import events

from wxgate.layers.framed import FramedTunnel

RECORD = b"\x16\xf1\x04\x00\x02ab"


def tunnel(is_refused, is_a_peer=lambda address: True):
    client = connection.Client(peername=("10.0.0.2", 50000), sockname=("10.0.0.1", 8080))
    context = proxy_context.Context(client, options.Options())
    context.server = connection.Server(address=("files.example.com", 443), peername=("8.8.8.8", 443))
    context.server.timestamp_start = 1.0
    context.server.state = client.state = connection.ConnectionState.OPEN
    made = FramedTunnel(context, is_a_peer, is_refused)
    list(made.handle_event(events.Start()))
    return made, context


def done(made, connection_, data):
    return list(made.handle_event(events.DataReceived(connection_, data)))


def test_both_directions_are_relayed_while_they_are_framed():
    made, context = tunnel(lambda: True)
    for sender, receiver in ((context.client, context.server), (context.server, context.client)):
        (sent,) = done(made, sender, RECORD)
        assert isinstance(sent, commands.SendData) and (sent.connection, sent.data) == (receiver, RECORD)


def test_what_breaks_the_framing_closes_both_sides_and_is_not_relayed():
    made, context = tunnel(lambda: True)
    done(made, context.client, RECORD)
    closed = done(made, context.server, b"HTTP/1.1 200 OK")
    assert [type(command) for command in closed] == [commands.CloseConnection, commands.CloseConnection]
    assert done(made, context.client, RECORD) == []


def test_it_is_asked_once_and_relays_where_nothing_is_refused():
    asked = []
    made, context = tunnel(lambda: bool(asked.append(1)))
    for data in (b"PING", b"PONG"):
        (sent,) = done(made, context.client, data)
        assert sent.data == data
    assert asked == [1]


def test_a_peer_that_is_not_meant_is_judged_with_the_first_bytes():
    made, context = tunnel(lambda: True, is_a_peer=lambda address: False)
    assert not any(isinstance(command, commands.SendData) for command in done(made, context.client, RECORD))
