"""The schemes of references, `scheme:number`: which register a provider or a group is on."""

from tracker.domain.world import GROUPS

# What each names, as whoever prepares a file knows it.
PROVIDERS = {
    "gias": "a school or college, by its URN",
    "la": "a local authority, by its code",
    "ofsted-ey": "an early years setting, by its URN",
    "ofsted-sc": "a social care provider, by its URN",
    "ukprn": "a further education provider, by its UKPRN",
}
GROUP_WORDS = {
    "group": "a trust, federation or sponsor, by its GIAS group number",
    "rp": "a registered person of early years settings, by its number",
    "owner": "an owner of social care providers, by its name",
}


def is_group(ref: str) -> bool:
    """Tell whether a reference names a group: a trust, a registered person or an owner."""
    return ref.startswith(GROUPS)


def fault_of(ref: str) -> str:
    """Return what is wrong with a reference to a provider or a group as it is written, and the cure; else nothing."""
    scheme, colon, number = ref.partition(":")
    if not colon or not number.strip():
        return f"“{ref[:60]}” is no reference: write scheme:number, as in gias:100000"
    if scheme not in PROVIDERS and scheme not in GROUP_WORDS:
        return f"“{scheme[:40]}” is no known scheme: give one of {', '.join((*PROVIDERS, *GROUP_WORDS))}"
    return ""
