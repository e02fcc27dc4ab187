"""The policy's own words in plain English: natures, circles of holders, registers and rules."""

from collections.abc import Collection

from tracker.domain.facts import Circle, Nature

NATURES: dict[Nature, tuple[str, str]] = {
    Nature.EMPLOYMENT: ("Employment", "Work there, paid or unpaid."),
    Nature.GOVERNANCE: ("Governance", "Governor, trustee, director or member."),
    Nature.OWNERSHIP: ("Ownership", "Owner, shareholder, lender or landlord."),
    Nature.CONSULTANCY: ("Consultancy", "Paid or unpaid advice, training or review."),
    Nature.SOUGHT_WORK: ("Work sought", "Applied for work there, was interviewed or was offered it."),
    Nature.SERVICE_USE: ("Use of its services", "Attends, is cared for there, or was a pupil."),
    Nature.RELATIONSHIP: ("Relationship", "A close personal tie to somebody who works at it, governs it or owns it."),
    Nature.DISPUTE: ("Dispute", "A complaint, grievance or court case."),
    Nature.COMPETITION: ("Competition", "Runs, or works in, a business that competes with it."),
    Nature.GIFT: ("Gift", "A gift, hospitality or sponsorship. It happens on a day, and does not last."),
    Nature.PUBLIC_POSITION: ("Public stand", "Spoke in public for it or against it. It happens on a day."),
    Nature.OTHER: ("Other", "Whatever else may count. A reviewer grades each one."),
}
CIRCLES = {
    Circle.SELF: ("The inspector", "The inspector’s own connections."),
    Circle.FAMILY: ("Close family", "Partner, child, parent, brother or sister, and members of the household."),
    Circle.WIDER: ("Wider circle", "Other relatives, close friends and business associates."),
}
REGISTERS = {
    "gias": "Schools and colleges (GIAS)",
    "ofsted-ey": "Early years and childcare",
    "ofsted-sc": "Children’s social care",
    "ukprn": "Further education and skills",
}
ENGAGEMENTS = {"staff": "Staff", "contracted": "Contracted inspectors"}
# Rule -> its heading, and what it says, where a fixed part of its meaning is no value of the policy.
REACHES = {
    "direct": ("The provider itself", "The connection is with the provider that is to be inspected."),
    "succession": (
        "A predecessor or successor",
        "The provider came before or after the one of the connection, over any number of steps.",
    ),
    "shared-line": (
        "Another provider of the same line",
        "Both halves of a split, or both parts of a merger: neither became the other.",
    ),
    "associated": ("An associated provider", "The register links the two in some other way, in one step."),
    "group": (
        "The provider’s group",
        (
            "The connection is with a trust, federation, sponsor or owner that the provider is in on a day of the "
            "inspection, or was in on a day that the connection ran."
        ),
    ),
    "same-group": (
        "Another provider of the same group",
        "Both are in one group on a day of the inspection, or were on one day that the connection ran.",
    ),
    "maintained-by": (
        "The local authority",
        "The connection is with the authority that maintains the provider, or maintained it when it closed.",
    ),
    "organisation": (
        "An organisation on no register",
        "A reviewer linked the organisation with the provider, or with a group that it is or was in.",
    ),
    "neighbour": (
        "A neighbouring provider",
        (
            "The connection, current or ahead, is with a provider near the one to be inspected, which is open: in a "
            "straight line on the British National Grid, of the same register and phase. Where a location is missing, "
            "nobody can tell, and another provider of the same authority answers undetermined."
        ),
    ),
}


def names(natures: Collection[Nature]) -> str:
    """Return natures as a sentence lists them; an empty text for none."""
    return ", ".join(said[0].lower() for nature, said in NATURES.items() if nature in natures)


def whom(engagements: Collection[str]) -> str:
    """Return for which inspectors a policy is, as a sentence says it: `staff and contracted inspectors`."""
    return " and ".join(said.lower() for engagement, said in ENGAGEMENTS.items() if engagement in engagements)
