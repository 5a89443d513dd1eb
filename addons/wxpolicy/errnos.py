"""What a failing call's callback receives: errno and errMsg, by the code's kind of failure and the edition (platform
§3)."""

from wxpolicy.catalogue import entry
from wxpolicy.codes import Code
from wxpolicy.editions import DEFAULT
from wxpolicy.editions import Edition
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Api


def failure(code: Code, api: Api, host: str = "", edition: Edition = DEFAULT) -> tuple[int | None, str]:
    """errno (None if the platform has none) and the whole errMsg of a call that fails with this finding."""
    about = entry(code)
    if about.own_reason is not None:
        return None, f"{api.value}:fail {about.own_reason}"
    kind = about.failure
    if kind is Failure.NETWORK and api is Api.CONNECT_SOCKET:
        kind = Failure.SOCKET
    errno, form = edition.errors[kind]
    number, name = about.net_error or (0, "")
    # An IPv6 address may itself end with a colon.
    reason = form if host else form.removesuffix(":{host}")
    reason = reason.format(host=host, number=number, name=name)
    return errno, f"{api.value}:fail {reason}" if reason else f"{api.value}:fail"
