"""Entering which remits inspections are taken to need: by it a scheduler sees who may go."""

from collections.abc import Mapping

from tracker.services.history import Recording

# One entry tells of so many inspections.
LOT = 100


def enter_remits(history: Recording, found: Mapping[str, str], *, cause: str) -> None:
    """Enter in the history the remit of each of these inspections, by reference."""
    by_remit: dict[str, list[str]] = {}
    for reference, remit in sorted(found.items()):
        by_remit.setdefault(remit, []).append(f"inspection:{reference}")
    for remit, subjects in sorted(by_remit.items()):
        for start in range(0, len(subjects), LOT):
            some = subjects[start : start + LOT]
            history.append("inspection:classified", some, {"remit": remit, "number": len(some), "cause": cause})
