"""Questions about the imports that made the registers what they are."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.dates import age_in_words
from tracker.domain.register import Kind, Rejected
from tracker.models import RegisterImport


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """An open assignment whose verdict an import changed."""

    assignment: str
    before: str
    now: str
    questioned: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """One import of one file, with all that it found. `extract_on` is None where the file's name bears no day."""

    ref: str
    kind: Kind
    file_name: str
    file_digest: str
    extract_on: date | None
    imported_at: datetime
    imported_by: str
    rows: int
    added: int
    changed: int
    gone: int
    rejected: int
    notes: tuple[str, ...]
    rejects: tuple[Rejected, ...]
    verdicts: tuple[VerdictChange, ...]


def imports(session: Session, *, limit: int = 50) -> list[Imported]:
    """Return the latest imports, the newest first."""
    rows = session.scalars(select(RegisterImport).order_by(RegisterImport.id.desc()).limit(limit))
    return [_imported(row) for row in rows]


def import_by_ref(session: Session, ref: str) -> Imported | None:
    """Return one import, or None."""
    row = session.scalars(select(RegisterImport).where(RegisterImport.ref == ref)).one_or_none()
    return _imported(row) if row else None


def latest_imports(session: Session) -> dict[Kind, Imported]:
    """Return the latest import of each kind that was ever imported."""
    latest = select(func.max(RegisterImport.id)).group_by(RegisterImport.kind)
    rows = session.scalars(select(RegisterImport).where(RegisterImport.id.in_(latest)).order_by(RegisterImport.kind))
    return {each.kind: each for each in map(_imported, rows)}


@dataclass(frozen=True, slots=True)
class Age:
    """How old a kind of register was on a day: that of the extract imported last, however lately it was imported.

    `extract_on` is None where the file's name bore no day; then the age is not known.
    """

    kind: Kind
    extract_on: date | None
    imported_at: datetime
    on: date

    @property
    def days(self) -> int | None:
        """The age in days; None where it is not known."""
        return None if self.extract_on is None else max(0, (self.on - self.extract_on).days)

    @property
    def in_words(self) -> str:
        """The age in days, months or years."""
        return "not known" if self.extract_on is None else age_in_words(self.extract_on, self.on)


def ages(session: Session, on: date, before: datetime | None = None) -> list[Age]:
    """Return how old each kind of register was on a day, by the imports before an instant if one is given.

    Those whose age is not known come first, then the oldest.
    """
    latest = select(func.max(RegisterImport.id)).group_by(RegisterImport.kind)
    known = latest if before is None else latest.where(RegisterImport.imported_at < before)
    columns = RegisterImport.kind, RegisterImport.extract_on, RegisterImport.imported_at
    rows = session.execute(select(*columns).where(RegisterImport.id.in_(known)))
    found = [Age(Kind(kind), extract_on, imported_at, on) for kind, extract_on, imported_at in rows]
    return sorted(found, key=lambda each: (each.extract_on or date.min, each.kind.description))


def _imported(row: RegisterImport) -> Imported:
    details = json.loads(row.details)
    return Imported(
        ref=row.ref,
        kind=Kind(row.kind),
        file_name=row.file_name,
        file_digest=row.file_digest,
        extract_on=row.extract_on,
        imported_at=row.imported_at,
        imported_by=row.imported_by,
        rows=row.rows,
        added=row.added,
        changed=row.changed,
        gone=row.gone,
        rejected=row.rejected,
        notes=tuple(details["notes"]),
        rejects=tuple(Rejected(**each) for each in details["rejected"]),
        verdicts=tuple(VerdictChange(**each) for each in details["verdicts"]),
    )
