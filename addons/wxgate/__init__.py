"""The mitmproxy side of the policy: one addon per job, each of them thin.

``pipeline`` lists the addons in the order in which a call passes them; ``launcher`` runs mitmproxy with them.
"""
