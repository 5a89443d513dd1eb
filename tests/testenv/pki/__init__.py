"""Certificates made byte by byte, so that they can be wrong in any way, and the chains of real tools among them."""
