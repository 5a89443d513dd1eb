"""The devtools switch: ``setting.urlCheck`` of project.config.json (platform §1, §2)."""

import json

from wxpolicy.policyfile.yamltree import MAX_TEXT_LENGTH


def read_url_check(text: str | bytes) -> bool | None:
    """Whether devtools checks domains, TLS and certificates; None where the file does not say.

    For project.config.json and project.private.config.json alike. The private
    one beats the other, so ask it first. Never raises: a broken file says nothing.
    """
    if len(text) > MAX_TEXT_LENGTH:
        return None
    try:
        plain = text.decode("utf-8") if isinstance(text, bytes) else text
        project = json.loads(plain.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    setting = project.get("setting") if isinstance(project, dict) else None
    url_check = setting.get("urlCheck") if isinstance(setting, dict) else None
    return url_check if isinstance(url_check, bool) else None
