"""A small internet on loopback: certificate authorities, origins with every fault, and a resolver.

The live tests and the demonstration run against it, so that both need no network, no DNS and no public certificate.
"""
