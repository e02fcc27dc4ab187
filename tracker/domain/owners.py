"""Owners that a register names by free text alone: what makes two texts one owner, and what is no owner's name."""

import hashlib
import re

LONGEST_SLUG = 48
DIGEST_LENGTH = 12
COMPANY_NUMBER_LENGTH = 8
_BETWEEN = re.compile(r"[^a-z0-9]+")
# “… Limited 06244880”, “… Ltd Company Number 5952454”, “… LLP (OC301234)”.
_COMPANY = re.compile(
    r"[\s,;]+(?:\(?(?:company|comp|co|reg(?:istered|istration)?)\.?\s*(?:reg(?:istered|istration)?\.?\s*)?"
    r"(?:number|no|num|nr)?\.?:?\s*)?\(?((?:[A-Za-z]{2}\d{6})|\d{6,8})\)?$",
    re.IGNORECASE,
)
# A publisher's words for “somebody whom we do not name”: all those are not one owner.
_NOBODY = re.compile(
    r"(?:owned by )?(?:an? )?(?:private )?individual(?:s|\(s\))?(?: owners?)?|sole (?:trader|proprietor)|withheld"
)


def owner_ref(text: str) -> str:
    """Return the reference of the owner that a register calls by this text.

    Case and spaces aside, the same text is the same owner and another text is another: “Ltd” and “Limited” stay two
    until a person links them.
    """
    folded = " ".join(text.casefold().split())
    slug = _BETWEEN.sub("-", folded).strip("-")[:LONGEST_SLUG].strip("-")
    return f"owner:{slug or 'owner'}-{hashlib.sha256(folded.encode()).hexdigest()[:DIGEST_LENGTH]}"


def company_in(text: str) -> tuple[str, str]:
    """Return an owner's name and the company number that stands behind it, which may be empty."""
    found = _COMPANY.search(text)
    if found is None:
        return text, ""
    return text[: found.start()].rstrip(" ,;("), found[1].upper().zfill(COMPANY_NUMBER_LENGTH)


def names_nobody(text: str) -> bool:
    """Tell whether a text stands for an owner whom the publisher does not name."""
    return _NOBODY.fullmatch(" ".join(text.casefold().split())) is not None
