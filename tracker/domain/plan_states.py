"""Where a plan for a period stands, from being asked for to having been proposed."""

from enum import StrEnum


class PlanState(StrEnum):
    """Where a plan stands. Whoever works on it tells now and then that it goes on; one that is silent has stopped.

    STOPPED is one of which a part was applied, or nothing yet, when a fault came; somebody else may go on.
    """

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    CANCELLED = "cancelled"
    FAILED = "failed"
    APPLYING = "applying"
    STOPPED = "stopped"
    APPLIED = "applied"
