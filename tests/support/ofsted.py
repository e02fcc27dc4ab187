"""Small invented extracts of the other registers, in their publishers' own columns."""

from tracker.domain.register import Kind

SETTING = {
    "Web link": "Web link",
    "Provider URN": "EY900001",
    "Registration date": "01/09/2015",
    "Provider type": "Childcare on non-domestic premises",
    "Provider subtype": "Full day care",
    "Provider status": "Active",
    "Registered person URN": "RP900001",
    "Registered_Person_Name": "Acorn Nurseries Limited",
    "Provider name": "Little Acorns Nursery",
    "Provider address line 1": "1 High Street",
    "Provider town": "Wenbridge",
    "Postcode": "EC3A 5DE",
    "Telephone Number": "01632 960001",
    "Local authority": "Wenshire",
    "Region": "South East",
}
HOME = {
    "Web link": "Ofsted Social Care Provider Webpage",
    "URN": "SC900001",
    "Linked education URN": "",
    "Provision type": "Children's home",
    "Registration status": "Active",
    "Name": "Elm House",
    "Address 1": "2 High Street",
    "Address 2": " ",
    "Town": "Wenbridge",
    "Postcode": "EC2Y 8BB",
    "Local authority": "Wenshire",
    "Sector": "Private",
    "Event number": "10000001",
}
OWNED = {
    "URN": "SC900001",
    "Provision type": "Children's home",
    "Registration Status": "Active",
    "Sector": "Private",
    "Owner": "Elm Care Limited",
    "Source": "invented",
}
COLLEGE = {
    "Provider URN": "59001",
    "Provider UKPRN": "19900009",
    "Provider name": "Wen College",
    "Provider type": "General further education college",
    "Provider group": "Colleges",
    "Local authority": "Wenshire",
    "Region": "South East",
    "Ofsted region": "South East",
    "Inspection number": "10000002",
    "First day of inspection": "05/11/2024",
    "Date published": "10/01/2025",
}
COUNCIL = {"code": "990", "name": "Wenshire", "status": "", "closed_on": "", "successor": "", "other_names": ""}

TEMPLATES = {
    Kind.EARLY_YEARS: SETTING,
    Kind.SOCIAL_CARE: HOME,
    Kind.SOCIAL_CARE_OWNERS: OWNED,
    Kind.FE_SKILLS: COLLEGE,
    Kind.AUTHORITIES: COUNCIL,
}
WITHHELD = dict.fromkeys(("Provider name", "Provider address line 1", "Provider town", "Postcode"), "REDACTED")
# Two settings of one owner, one of another, and a childminder whom the publisher does not name.
SETTINGS = (
    {},
    {"Provider URN": "EY900002", "Provider name": "Big Acorns Nursery", "Postcode": "EC4M 9AD"},
    {
        "Provider URN": "VC900003",
        "Provider name": "Oak Holiday Club",
        "Registered person URN": "2599003",
        "Registered_Person_Name": "Oakley, Olive",
    },
    {
        **WITHHELD,
        "Provider URN": "900004",
        "Provider type": "Childminder",
        "Registered person URN": "",
        "Registered_Person_Name": "",
    },
)
HOMES = (
    {},
    {"URN": "SC900002", "Name": "REDACTED", "Address 1": "REDACTED", "Town": "REDACTED", "Postcode": "REDACTED"},
    {"URN": "1999003", "Provision type": "Boarding School", "Name": "Vale Academy", "Linked education URN": "900003"},
)
OWNERS = ({}, {"URN": "SC900002", "Owner": "elm care  LIMITED"}, {"URN": "1999003", "Owner": "Vale Trust 09900003"})
COLLEGES = ({}, {"Provider URN": "59002", "Provider UKPRN": "19900001", "Provider name": "Hilltop Training"})
COUNCILS = (
    {"other_names": "Wenshire County Council; Old Wenshire"},
    {"code": "991", "name": "Oakshire", "closed_on": "2023-03-31", "successor": "990"},
)
ROWS = {
    Kind.EARLY_YEARS: SETTINGS,
    Kind.SOCIAL_CARE: HOMES,
    Kind.SOCIAL_CARE_OWNERS: OWNERS,
    Kind.FE_SKILLS: COLLEGES,
    Kind.AUTHORITIES: COUNCILS,
}
