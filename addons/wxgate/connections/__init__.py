"""Connections to clients and servers: trust, handshakes, probes."""
