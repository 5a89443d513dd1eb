"""The page for a phone: how to come in, whether its browser trusts the certificate, and its own calls and no other's.

It is for whoever holds the phone. Other pages and apps on that phone are strangers to it.
"""
