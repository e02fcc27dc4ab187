"""Nobody is replaced by the same person: the place, and who proposed it, would only seem to change."""

import pytest
from sqlalchemy.orm import Session

from tests.support.objecting import placed
from tests.support.world import ALLOCATION, SCHEDULER, staged
from tracker.domain.errors import RefusedError
from tracker.domain.lifecycle import State
from tracker.services.replacing import Replace, replace


def test_an_inspector_is_not_replaced_by_the_same_person(session: Session) -> None:
    stage = staged(session)
    assignment = placed(stage)

    with pytest.raises(RefusedError, match="Choose somebody else"):
        replace(session, SCHEDULER, Replace(assignment.ref, "T100", "other"), rules=ALLOCATION, at=stage.tick())
    assert assignment.state is State.PROPOSED
