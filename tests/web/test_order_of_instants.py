"""Acts that wait for one another: the history's instants rise with its entries."""

import threading
from datetime import UTC, datetime

from sqlalchemy import select

from tests.support.web import post, running_site
from tests.support.world import SYSTEM
from tracker.database import begin_write
from tracker.domain.access import Role
from tracker.models import HistoryEntry
from tracker.services.audit import Verification, verification
from tracker.services.bare import enter
from tracker.services.history import lock_head


def test_an_act_that_waited_for_another_bears_a_later_instant(database_url: str) -> None:
    with running_site(database_url, now=None) as site:
        client = site.client_for(Role.AUDITOR)
        sent = threading.Thread(target=post, args=(client, "/sign-out"), kwargs={"of": "/privacy"})
        with site.sessions() as session:
            begin_write(session)
            lock_head(session)
            sent.start()
            sent.join(0.5)
            assert sent.is_alive()
            enter(session, verification(SYSTEM, Verification(1, "0" * 64)), at=datetime.now(UTC))
            session.commit()
        sent.join(30)
        with site.sessions() as session:
            rows = session.execute(select(HistoryEntry.at, HistoryEntry.event).order_by(HistoryEntry.seq)).all()
    assert rows[-1].event == "person:signed-out"
    assert [row.at for row in rows[-2:]] == sorted(row.at for row in rows[-2:])
