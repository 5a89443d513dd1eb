"""Masks secrets in what leaves a session: URLs, headers, bodies."""
