"""Masks secrets in everything that is exported from a session: URLs, headers, bodies."""
