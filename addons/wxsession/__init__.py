"""A session on disk: what was recorded, written so that nothing that ended is lost, and read back.

sessions/NAME/calls.sqlite   calls, findings, handshakes, app states, notices
sessions/NAME/flows.mitm     the traffic in mitmproxy's own format
sessions/NAME/policy.yaml    the policy in force (later versions: policy.2.yaml, ...)
"""
