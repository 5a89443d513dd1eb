"""Hosts and URLs as clients read them."""
