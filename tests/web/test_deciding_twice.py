"""A form of a decision that is sent twice, as an impatient finger sends it, decides once."""

import pytest
from sqlalchemy import func, select

from tests.support.placing import PARTNERS_JOB, Placing
from tests.support.web import Site, get, post
from tests.web.test_decisions import ALLOW, UPHOLD, page_of, placing
from tracker.domain.access import Role
from tracker.models import Decision

__all__ = ["placing"]  # the fixture


@pytest.mark.parametrize("says", [ALLOW, UPHOLD])
def test_a_decision_that_is_sent_twice_is_recorded_once_and_answered_as_the_first(
    site: Site, placing: Placing, says: dict[str, str]
) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(Role.DECISION_MAKER)
    form = page_of(ref, placing.finding(ref))
    first, second = (post(client, form, {**says, "seen": "0"}, of="/decisions") for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["Location"] == first.headers["Location"]
    assert "This was recorded already. You " in get(client, second.headers["Location"]).text
    with site.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == 1
