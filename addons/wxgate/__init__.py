"""The glue between mitmproxy and the policy: one addon a job, each thin.

``pipeline`` lists them in the order in which a call meets them; ``launcher``
runs mitmproxy with them.
"""
