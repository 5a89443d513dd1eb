"""Top-level domains that can hardly have an ICP filing (备案).

Seed-2017 §1: a server domain must be filed. Platform §1 [seen]: no client
checks that at run time, so this is a likelihood and only ever a warning. A
filing needs a top-level domain whose registry the ministry (工信部) has
approved; the list of those grows, so only the clear cases are named here.
"""

from enum import StrEnum

# Two letters are a country's. Of those only these are known to be filed.
_FILEABLE_COUNTRIES = frozenset({"cn", "cc", "tv", "me", "co"})

_UNAPPROVED = frozenset(
    """
    academy adult aero africa agency airbnb amazon android app arpa aws bank bot box build cam cat coop day dev dog
    edu eth eus foo fyi gay gov google gop how ing int jobs mil meme mov moe new nexus ngo nyc onion page phd porn
    prof rsvp scot sex soy swiss tel tokyo travel crypto xxx zip
    """.split()
)

# RFC 2606, RFC 6761, RFC 6762, ICANN's reservation of .internal, and names used in home and company networks.
_RESERVED = frozenset(
    {
        "corp",
        "domain",
        "example",
        "home",
        "internal",
        "intranet",
        "invalid",
        "lan",
        "local",
        "localdomain",
        "private",
        "test",
    }
)


class Filing(StrEnum):
    POSSIBLE = "possible"  # no reason against it
    UNLIKELY = "unlikely"  # the registry is not known to be approved
    RESERVED = "reserved"  # no public name has this ending: it cannot be registered at all


def filing_of(host: str) -> Filing:
    """How likely the registrable name of ``host`` (lower-case A-labels, no trailing dot) can be filed."""
    tld = host.rpartition(".")[2]
    if tld in _RESERVED or host.endswith(".home.arpa"):
        return Filing.RESERVED
    if tld in _UNAPPROVED or (len(tld) == 2 and tld not in _FILEABLE_COUNTRIES):
        return Filing.UNLIKELY
    return Filing.POSSIBLE
