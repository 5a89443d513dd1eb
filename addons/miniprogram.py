"""Entry for users of mitmproxy: ``mitmdump -s addons/miniprogram.py --set mp_policy=policy.yaml``.

Works with mitmproxy and mitmweb too. The order of the addons is in ``wxgate/pipeline.py``; ``scripts/run.py`` is the
same with everything around it.
"""

from wxgate.start.entry import addons_for_mitmdump

addons = addons_for_mitmdump()
