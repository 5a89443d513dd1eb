"""The policy in force as JSON values, with what is wrong with its last save."""

from typing import Any

from wxgate.page.policy_editor import PolicyEditor
from wxpolicy.policy import Policy
from wxpolicy.terms import Api


def shown_policy(policy: Policy, editor: PolicyEditor | None) -> dict[str, Any]:
    """``last`` is the entry that an undo would take back; ``problem`` why the last save is not in force.

    ``typed`` are hosts of the command line, which the file does not change.
    """
    last = editor.last if editor is not None else None
    problem = editor.problem if editor is not None else None
    return {
        "file": str(editor.path) if editor is not None and editor.path is not None else None,
        "editable": editor is not None,
        "problem": problem._asdict() if problem is not None else None,
        "last": {"api": last[0], "entry": last[1]} if last is not None else None,
        "appid": policy.appid,
        "version": policy.version,
        "edition": policy.edition.name,
        "edition_title": policy.edition.title._asdict(),
        "mode": policy.mode.value,
        "scope": policy.scope.value,
        "domains": {api.value: [entry.origin for entry in policy.listed(api)] for api in Api},
        "network_timeout_ms": {api.value: policy.network_timeout_ms.get(api) for api in Api},
        "encoding": policy.encoding,
        "hosts": [
            {"host": host, "place": str(place), "typed": editor is not None and host in editor.typed_hosts}
            for host, place in policy.hosts.items()
        ],
    }
