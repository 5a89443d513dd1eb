"""The domain rules: one a module, each with ``check(call, classification, policy)``.

``DOMAIN_RULES`` is the order of judgement: what no list could ever admit comes
first, so that the first finding names the deepest cause. ``redirect`` and
``status`` judge answers, not calls, and are asked by themselves.
"""

from wxpolicy.rules import domain_list
from wxpolicy.rules import host_is_ip
from wxpolicy.rules import host_is_localhost
from wxpolicy.rules import host_reserved
from wxpolicy.rules import port
from wxpolicy.rules import scheme
from wxpolicy.rules import url_invalid

DOMAIN_RULES = (
    url_invalid,
    scheme,
    host_is_localhost,
    host_is_ip,
    host_reserved,
    port,
    domain_list,
)
