"""A policy in force as JSON values, with the mistakes of its last save, and the other policies in force."""

from typing import Any

from wxgate.page.policy_editor import PolicyEditor
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Api


def shown_policy(policy: Policy, policies: PolicySet, editor: PolicyEditor | None) -> dict[str, Any]:
    """``last`` is the entry that an undo would revert; ``problem`` is why the last save is not in force. ``typed`` are
    hosts of the command line, which the file does not change. ``policies`` are all policies in force, including this
    one."""
    last = editor.last if editor is not None else None
    return {
        **_of_file(policy, editor),
        "editable": editor is not None,
        "last": {"api": last.of, "entry": last.entry, "file": str(last.path)} if last is not None else None,
        "policies": [{**_of_file(each, editor), "appid": each.appid, "mode": each.mode.value} for each in policies],
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


def _of_file(policy: Policy, editor: PolicyEditor | None) -> dict[str, Any]:
    file = editor.file_of(policy) if editor is not None else None
    return {
        "file": str(file.path) if file is not None else None,
        "problem": file.problem._asdict() if file is not None and file.problem is not None else None,
    }
