"""The page for a phone: how to connect, whether its browser trusts the certificate, and its own calls only.

It is for the user of the phone. Other pages and apps on that phone are not trusted.
"""
