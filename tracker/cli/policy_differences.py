"""What `tracker policy compare` writes: every difference, for people or for spreadsheets, as it is found."""

import csv
import io
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.domain.comparing import Difference, Tally
    from tracker.queries.comparisons import Candidate, Progress

COLUMNS = (
    "assignment",
    "engagement",
    "state",
    "before",
    "after",
    "rules_gone",
    "rules_come",
    "questioned",
    "undecided",
    "anyway",
)


def write_csv(session: "Session", candidate: "Candidate", done: "Progress") -> None:
    """Write the differences as rows, however many there are."""
    from tracker.queries.comparisons import batches

    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="", write_through=True)
    writer, seen = csv.writer(out, lineterminator="\n"), 0
    writer.writerow(COLUMNS)
    for batch in batches(session, candidate):
        writer.writerows(_cells(each) for each in batch.differences)
        seen += batch.seen
        done(seen)
    out.flush()
    out.detach()


def _cells(each: "Difference") -> tuple[str, ...]:
    yes = {True: "yes", False: "no"}
    return (
        *(each.assignment, each.engagement, each.state, each.before, each.after),
        *(" ".join(each.gone), " ".join(each.come)),
        *(yes[holds] for holds in (each.is_questioned, each.is_undecided, each.is_anyway)),
    )


def write_table(session: "Session", candidate: "Candidate", done: "Progress") -> None:
    """Write the differences as lines, and beneath them how many go from which verdict to which."""
    from tracker.domain.comparing import Tally
    from tracker.queries.comparisons import batches

    tally, seen, untouched = Tally(), 0, 0
    for batch in batches(session, candidate):
        tally.add(batch.flows, batch.differences)
        for each in batch.differences:
            click.echo(_line(each))
        seen += batch.seen
        untouched += batch.seen - batch.flows.total()
        done(seen)
    for line in _summary(tally, candidate, untouched):
        click.echo(line)


def _line(each: "Difference") -> str:
    rules = " ".join([*(f"-{rule}" for rule in each.gone), *(f"+{rule}" for rule in each.come)])
    notes = "; ".join(
        words
        for words, holds in (
            ("would become questioned", each.is_questioned),
            ("its decisions would no longer suffice", each.is_undecided),
            ("by then in any case", each.is_anyway),
        )
        if holds
    )
    verdicts = f"{each.before} → {each.after}"
    return f"{each.assignment}  {each.engagement:<10}  {each.state:<10}  {verdicts:<25}  {rules}  {notes}".rstrip()


def _summary(tally: "Tally", candidate: "Candidate", untouched: int) -> list[str]:
    from tracker.domain.facts import Verdict

    whom = " and ".join(sorted(candidate.policy.engagements))
    name = f"{candidate.policy.name} {candidate.policy.version}, for {whom}, from {candidate.on}"
    lines = [
        "",
        f"{tally.total:,} open assignments compared under {name}; nothing was written.",
        f"{tally.differing:,} would differ; {tally.questioned:,} confirmed ones would become questioned.",
    ]
    if untouched:
        lines.append(f"{untouched:,} are of inspectors that it is not for, and stay as they are.")
    if tally.anyway:
        lines.append(
            f"{tally.anyway:,} of the differences come by then in any case, under the policies adopted so far."
        )
    heads = list(reversed(Verdict))
    rows = [["before \\ after", *heads]]
    rows += [[before, *(f"{tally.flows[before, after]:,}" for after in heads)] for before in heads]
    return [*lines, "", *("".join(f"{cell:>15}" for cell in row) for row in rows)]
