"""All rules over one call, and what release and debug builds make of the findings."""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from functools import cache

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Classification
from wxpolicy.call.record import Verdict
from wxpolicy.catalogue import entry
from wxpolicy.codes import Code
from wxpolicy.codes import Family
from wxpolicy.editions import DEFAULT
from wxpolicy.editions import Edition
from wxpolicy.errnos import failure
from wxpolicy.finding import Finding
from wxpolicy.finding import Known
from wxpolicy.policy import Policy
from wxpolicy.rules.order import discover
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Outcome
from wxpolicy.terms import Platform

# platform §2: the switch skips domain, TLS and certificate checks, nothing else.
SKIPPED_IN_DEBUG = frozenset({Family.DOMAIN, Family.CERTIFICATE})
# What fails in every build, being no check of the client's: a URL that cannot be parsed, a server that wants a
# certificate of the client, that breaks the handshake off, or that speaks TLS 1.3 alone to a system without it.
NEVER_SKIPPED = frozenset({Code.URL_INVALID, Code.TLS_CLIENT_CERTIFICATE, Code.TLS_HANDSHAKE_FAILED, Code.TLS_TOO_NEW})


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What each kind of build does with one call."""

    release: Verdict
    debug: Verdict

    def imposed_in(self, mode: Mode) -> Verdict | None:
        """The verdict that the proxy carries out in ``mode``; None where it only watches."""
        return {Mode.RELEASE: self.release, Mode.DEBUG: self.debug}.get(mode)


def judge_domains(call: CallFacts, classification: Classification, policy: Policy) -> tuple[Finding, ...]:
    """What every domain rule finds on a call, in the order in which a client checks."""
    known = _silent_under(policy)
    # All that a rule looks at before it finds something.
    asked = (call.names, call.scheme, call.device, call.headers.get("user-agent", ""), classification)
    if asked in known:
        return ()
    rules = discover(Stage.TARGET)
    found = tuple(finding for rule in rules for finding in rule.check(call, classification, policy))
    if not found:
        _remember(asked, known)
    return cited(found, policy.edition)


# What nothing was found on, under the policy in force: the next call is mostly for the same host.
# All of it comes from the wire, so it is bounded in number and in size.
_MOST_SILENT, _MOST_NAMES, _LONGEST_NAME, _LONGEST_AGENT = 1024, 8, 256, 512
_MOST_POLICIES = 8
_Asked = tuple[tuple[CarriedName, ...], str, str, str, Classification]
_silent: dict[int, tuple[Policy, set[_Asked]]] = {}


def _silent_under(policy: Policy) -> set[_Asked]:
    """By identity: a policy is large, and never changes."""
    kept = _silent.get(id(policy))
    if kept is None or kept[0] is not policy:
        if len(_silent) >= _MOST_POLICIES:
            _silent.clear()
        kept = _silent[id(policy)] = (policy, set())
    return kept[1]


def _remember(asked: _Asked, known: set[_Asked]) -> None:
    names, _, _, agent, _ = asked
    if len(names) > _MOST_NAMES or len(agent) > _LONGEST_AGENT or any(len(each.host) > _LONGEST_NAME for each in names):
        return
    if len(known) >= _MOST_SILENT:
        known.clear()
    known.add(asked)


def cited(found: tuple[Finding, ...], edition: Edition) -> tuple[Finding, ...]:
    """The findings with the edition's own sources, where it has some in place of WeChat's."""
    if not found or not edition.cites:
        return found
    return tuple(replace(finding, clause=_own(finding.clause, edition.cites)) for finding in found)


def _own(clause: str, cites: Mapping[str, str]) -> str:
    return "; ".join(dict.fromkeys(cites.get(part, part) for part in clause.split("; ")))


def weigh(
    findings: Iterable[Finding],
    api: Api,
    platforms: Collection[Platform] = tuple(Platform),
    edition: Edition = DEFAULT,
) -> Verdicts:
    """Release and debug verdicts of a call, from all its findings.

    The first finding that fails a build determines its errno and errMsg. ``platforms`` are those whose rules apply to
    the calling client.
    """
    counted = [finding for finding in findings if finding.fails and concerns(finding, platforms)]
    if not counted:
        return _passed(api)
    return Verdicts(
        release=_verdict(counted, api, edition),
        debug=_verdict([finding for finding in counted if not is_skipped_in_debug(finding)], api, edition),
    )


@cache
def _passed(api: Api) -> Verdicts:
    verdict = Verdict(Outcome.SUCCESS, None, f"{api.value}:ok")
    return Verdicts(verdict, verdict)


def concerns(finding: Finding, platforms: Collection[Platform]) -> bool:
    """Whether the finding counts for a client of these ``platforms``: only judged certificates differ by platform."""
    if finding.family is not Family.CERTIFICATE or finding.code is Code.CERT_NOT_SEEN:
        return True
    return bool(set(finding.platforms) & set(platforms))


def skipped_in_debug(code: Code) -> bool:
    """Whether a build with debugging on skips the check that this code belongs to."""
    return entry(code).family in SKIPPED_IN_DEBUG and code not in NEVER_SKIPPED


def is_skipped_in_debug(finding: Finding) -> bool:
    """As ``skipped_in_debug``, for a finding of one call.

    No switch changes what a client offers in TLS. What iOS offers is only said, and may be due to App Transport
    Security.
    """
    is_measured = finding.code is Code.TLS_NOT_OFFERED and finding.known is not Known.SAID
    return skipped_in_debug(finding.code) and not is_measured


def _verdict(failing: list[Finding], api: Api, edition: Edition) -> Verdict:
    if not failing:
        return Verdict(Outcome.SUCCESS, None, f"{api.value}:ok")
    errno, errmsg = failure(failing[0].code, api, failing[0].subject, edition)
    return Verdict(Outcome.FAIL, errno, errmsg)
