"""One line on the terminal for each call that a release build would fail, as it happens."""

import logging

from wxgate.call.live_calls import LiveCall
from wxpolicy.call.verdicts import is_skipped_in_debug
from wxpolicy.terms import Outcome
from wxpolicy.text.printable import printable
from wxpolicy.text.printable import shortened
from wxredact.redact import redact_url

logger = logging.getLogger(__name__)

LONGEST_URL = 120


def log_call(call: LiveCall, lang: str) -> None:
    judgement = call.judgement
    verdicts = judgement.verdicts()
    if verdicts.release.outcome is Outcome.SUCCESS:
        return
    codes = ", ".join(dict.fromkeys(finding.code.value for finding in judgement.findings if finding.fails))
    sign = "✗" if judgement.refused or judgement.broken else "!"
    only = ""
    if verdicts.debug.outcome is Outcome.SUCCESS and any(is_skipped_in_debug(each) for each in judgement.findings):
        only = "（仅调试可用）" if lang == "zh" else " (works only with debugging on)"
    url = shortened(printable(redact_url(judgement.head.url)), LONGEST_URL)
    api, method = judgement.classification.api.value, judgement.facts.method
    # Of several policies, the one whose call it is.
    whose = f"{judgement.policy.recorded_as} " if judgement.policy.recorded_as else ""
    logger.warning("%s %s%s %s %s  %s%s", sign, whose, api, method, url, codes, only)
