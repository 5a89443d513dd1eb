"""The page on this machine's own address: what the session sees, and the states of the apps.

It is for whoever sits at this machine. Everything on the wire is hostile to it:
phones, pages in browsers behind the proxy, other pages in this machine's browser.
"""
