"""Layers of our own in mitmproxy: the one room that reaches behind its public API.

mitmproxy chooses a layer for each connection and asks ``next_layer`` of all
addons; ``own.Layers`` is the last of them and puts our HTTP layer where
mitmproxy's would stand. That one makes streams and connections of our own:

    own            the addon; what the others ask of the layers (who waits, what was asked for)
    handler, wire  one client connection, and what its layers share
    http_layer     one place where bytes go down to an origin         http_failures   exceptions end the calls that they concern
    stream         one call            upstream   connections to origins, found again by what was asked for
    http1_server, http1_client         HTTP/1 towards either side                http1_connection   what both have in common
    http2_client, http2_server, http3  what else is spoken on a connection
    heads          messages that could be read in two ways
    websocket_layer                    a socket's messages
    answer_head, answer_chunks         answers of HTTP/1 as phones read them       answers   what was read, as mitmproxy's
    request_bounds, flood              how much a client may send
    cut            ends calls in flight            backpressure   slows senders down         reading   large bodies in large pieces
    carrying_out   what layers command            at_once        a layer that need not wait for its hooks
    dispatch       calls the addons from a table   internals      mitmproxy inside this process

Overridden are 72 methods of 22 classes of mitmproxy (``checks.OVERRIDDEN`` names
each, with the parameters that are relied on), checked on 11.0.2 (Python 3.11) and
12.3.1 (Python 3.13). What no subclass reaches is replaced: 9 names, those of a class in
a file of ``patches/``. A mitmproxy that lacks any of it is refused at the start (``checks``).
"""
