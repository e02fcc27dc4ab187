"""What the policy's owner sends: a file with a day, then the reason for adopting what was compared."""

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from hmac import compare_digest

from wtforms import HiddenField

from tracker.domain.errors import RefusedError
from tracker.domain.policy import Policy
from tracker.domain.policy_demands import candidate
from tracker.domain.toml_faults import MOST_BYTES, decoded
from tracker.web.auth import actor
from tracker.web.dates import DayField
from tracker.web.fields import AreaField, FileField, Form, RadiosField
from tracker.web.settings import config

# The text comes back inside the form, in signs that no browser changes: four for each three bytes.
MOST_SENT = MOST_BYTES * 2
MARK = sha256().digest_size * 2
TODAY, LATER = "today", "later"


class CompareForm(Form):
    """A policy to compare with what is in force."""

    file = FileField(
        "The policy, as TOML",
        hint="Download a version, change it, and choose it here. Nothing is adopted by this step.",
        needed="Choose a file",
    )
    start = RadiosField(
        "From when is it to be in force?",
        choices=[(TODAY, "From today on"), (LATER, "From a later day on")],
        needed="Choose from when it is to be in force",
    )
    day = DayField("The later day", what="The later day", hint="Only for a later day. For example, 1 9 2026.")

    def first_day(self, today: date) -> date:
        """Return the day from which the policy is to be in force; refuse a later day that is none."""
        if self.start.data == TODAY:
            return today
        if self.day.data is None:
            raise RefusedError("Enter the later day", field="day")
        day: date = self.day.data
        if day <= today:
            raise RefusedError("The later day must be after today", field="day")
        return day


class AdoptForm(Form):
    """The policy that was compared, to be adopted as it is, and why."""

    reason = AreaField("Why is it adopted?", longest=1000, needed="Say why this policy is adopted")
    policy = HiddenField()
    seal = HiddenField()


@dataclass(frozen=True, slots=True)
class Brought:
    """A policy that somebody brought to compare: its text, what it says, and from when it is to be in force."""

    toml: str
    policy: Policy
    on: date


def brought(raw: bytes, on: date) -> Brought:
    """Return what a file's bytes bring; BadPolicyError where they are no policy."""
    text = decoded(raw)
    return Brought(text, candidate(text), on)


def packed(each: Brought) -> str:
    """Return a policy's bytes as a form can carry them."""
    return base64.b64encode(each.toml.encode()).decode()


def sealed(each: Brought, differences: str) -> str:
    """Return the seal of a comparison: of the policy's bytes, its first day, who compared, and what came of it."""
    said = json.dumps([sha256(each.toml.encode()).hexdigest(), each.on.isoformat(), actor().ref, differences])
    return f"{_mark(said)}{said}"


def unsealed(form: AdoptForm) -> tuple[Brought, str]:
    """Return the policy that a form carries and what came of comparing it; refuse all that was not sealed so."""
    raw = _unpacked(form.policy.data or "")
    mark, said = (form.seal.data or "")[:MARK], (form.seal.data or "")[MARK:]
    if compare_digest(mark.encode(), _mark(said).encode()):
        digest, on, who, differences = json.loads(said)
        if digest == sha256(raw).hexdigest() and who == actor().ref:
            return brought(raw, date.fromisoformat(on)), differences
    raise RefusedError("What was sent is not what was compared. Choose the file again, and compare it once more.")


def _unpacked(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _mark(said: str) -> str:
    """Return what only this application can set under words, and for this use alone."""
    return hmac.new(f"policy-compared:{config().secret_key}".encode(), said.encode(), sha256).hexdigest()
