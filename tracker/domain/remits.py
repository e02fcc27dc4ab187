"""What kind of inspection a provider wants, by its register: the remits that the staff list names for inspectors."""

SCHOOLS = "schools"
INDEPENDENT = "independent"
FURTHER_EDUCATION = "further education"
EARLY_YEARS = "early years"
SOCIAL_CARE = "social care"
REMITS = (SCHOOLS, INDEPENDENT, FURTHER_EDUCATION, EARLY_YEARS, SOCIAL_CARE)
# As staff lists write some of them, too.
_OTHER_NAMES = {
    "fe": FURTHER_EDUCATION,
    "fe and skills": FURTHER_EDUCATION,
    "further education and skills": FURTHER_EDUCATION,
    "independent schools": INDEPENDENT,
}

# Registers of one remit, by the scheme of their references. Authorities are inspected for children's services.
_OF_SCHEMES = {
    "ofsted-ey": EARLY_YEARS,
    "ofsted-sc": SOCIAL_CARE,
    "la": SOCIAL_CARE,
    "ukprn": FURTHER_EDUCATION,
}
# Establishments of GIAS, by the group of their type as GIAS names it; all others are schools.
_OF_TYPE_GROUPS = {
    "independent schools": INDEPENDENT,
    "colleges": FURTHER_EDUCATION,
    "universities": FURTHER_EDUCATION,
}


def remits_in(text: str) -> list[str]:
    """Return the remits that a staff list separates by `;`, as they are named here; what is none stays as it is."""
    written = (" ".join(part.split()).casefold() for part in text.split(";"))
    return [_OTHER_NAMES.get(each, each) for each in written if each]


def remit_of(provider: str, type_group: str) -> str:
    """Return the remit of a provider by its reference and the group of its type; an empty text where none is known."""
    scheme = provider.partition(":")[0]
    if scheme == "gias":
        return _OF_TYPE_GROUPS.get(type_group.strip().casefold(), SCHOOLS)
    return _OF_SCHEMES.get(scheme, "")


def covers(remits: str, wanted: str) -> bool:
    """Tell whether an inspector's remits, separated by `;`, hold the one that is wanted; nobody knows an empty one."""
    return not wanted or wanted in {each.strip().casefold() for each in remits.split(";")}
