"""Whoever proposed an inspector for an inspection decides nothing on it, also once another proposed the same anew."""

import pytest
from sqlalchemy.orm import Session

from tests.support.objecting import decides, inspection_of, objects, placed
from tests.support.world import DECIDER, SCHEDULER, staged
from tracker.domain.errors import NotPermittedError
from tracker.services.assignments import Release, release


def test_a_proposal_made_anew_by_another_is_still_not_its_first_proposers_to_decide(session: Session) -> None:
    stage = staged(session)
    first = placed(stage)
    first.proposed_by = DECIDER.ref
    made = objects(stage, first)
    release(session, SCHEDULER, Release(first.ref, "Again."), at=stage.tick())
    again = stage.proposes(inspection_of(stage), stage.people["T100"])
    assert again.proposed_by != DECIDER.ref

    with pytest.raises(NotPermittedError):
        decides(stage, again, made)
