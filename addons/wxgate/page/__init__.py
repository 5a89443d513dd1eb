"""The page on this machine's loopback address: what the session recorded, and the states of the apps.

It is for the user of this machine. Everything on the wire is hostile to it: phones, pages in browsers behind the proxy,
other pages in this machine's browser.
"""
