"""Secrets in URLs: masked wherever a URL is shown, unless somebody asks for them."""

import re

MASK = "***"

# Query keys whose value lets somebody act as the user or the server.
_SECRET_KEYS = (
    "access_token|token|id_token|refresh_token|session_key|sessionkey|session|sessionid|appsecret|app_secret|secret"
    "|client_secret|password|passwd|pwd|code|js_code|ticket|sig|sign|signature|authorization|auth|api_key|apikey|key"
)
_SECRET = re.compile(rf"(?i)([?&;#](?:{_SECRET_KEYS})=)[^&;#\s]*")
_QUERY = re.compile(r"\?.*", re.DOTALL)
# Mainland mobile numbers, bare or with the country's code.
_PHONE = re.compile(r"(?<!\d)(?:(?:\+|%2B)?86[-\s]?)?1[3-9]\d{9}(?!\d)", re.IGNORECASE)
_USER_INFO = re.compile(r"(?<=://)[^/?#@\s]*@")


def redact_url(url: str) -> str:
    """The URL with secrets in its query, phone numbers in its query and user info masked."""
    masked = _USER_INFO.sub(f"{MASK}@", _SECRET.sub(rf"\g<1>{MASK}", url))
    return _QUERY.sub(lambda query: _PHONE.sub(MASK, query[0]), masked)
