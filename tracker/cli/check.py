"""`tracker check` and `tracker recheck`: many assignments at once."""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.domain.findings import Outcome
    from tracker.domain.policy import Policy
    from tracker.importers.tables import Question

BATCH = 2_000


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--policy", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="check under this policy")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", help="what to write")
def check(file: Path, policy: Path | None, form: str) -> None:
    """Check the assignments of FILE and write each verdict with its reasons; nothing is stored.

    FILE: csv staff_no,provider,starts_on,ends_on and any other columns, which are passed through.
    """
    from tracker.cli.common import now, open_database
    from tracker.cli.policy import read_policy
    from tracker.importers import tables
    from tracker.queries import policies

    sheet = tables.questions(file)
    config, sessions = open_database()
    write = _write_csv if form == "csv" else _write_jsonl
    with sessions() as session:
        book = policies.all_in_force(session, now(config).date())
        given = read_policy(policy) if policy else None
        write(_answers(session, sheet.questions, lambda engagement: given or book.of(engagement)[1]), sheet.header)


def _answers(
    session: "Session", questions: Sequence["Question"], policy: "Callable[[str], Policy]"
) -> Iterator[tuple["Question", "Outcome"]]:
    from sqlalchemy import select

    from tracker.domain.check import check as checked
    from tracker.models import Inspector
    from tracker.queries.facts import facts_for
    from tracker.queries.pairs import Pair

    people = session.execute(select(Inspector.staff_no, Inspector.id, Inspector.engagement)).all()
    numbers = {row.staff_no: row.id for row in people}
    engagements = {row.staff_no: row.engagement for row in people}
    for each in questions:
        if each.staff_no not in numbers:
            click.echo(f"Row {each.row}: no inspector has the staff number {each.staff_no}; undetermined", err=True)
    for start in range(0, len(questions), BATCH):
        some = questions[start : start + BATCH]
        pairs = [
            Pair(numbers.get(each.staff_no), each.staff_no, each.provider, each.starts_on, each.ends_on)
            for each in some
        ]
        for each, facts in zip(some, facts_for(session, pairs), strict=True):
            found = checked(facts, policy(engagements.get(each.staff_no, "")))
            yield each, found if each.staff_no in numbers else _of_nobody(found, each.staff_no)


def _of_nobody(found: "Outcome", staff_no: str) -> "Outcome":
    """Return what a check finds of a staff number that nobody has, with that for a reason: nobody has left it out."""
    from tracker.domain.findings import Outcome

    findings = []
    for each in found.findings:
        reasons = tuple(
            replace(reason, sentence=f"no inspector has the staff number {staff_no}", words="no inspector")
            if reason.fact == "declaration"
            else reason
            for reason in each.reasons
        )
        findings.append(replace(each, reasons=reasons))
    return Outcome.of(tuple(findings))


def _write_csv(answers: Iterator[tuple["Question", "Outcome"]], header: list[str]) -> None:
    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="", write_through=True)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*header, "verdict", "rules", "reasons"])
    for question, outcome in answers:
        reasons = " | ".join(finding.sentence for finding in outcome.findings)
        writer.writerow([*question.values, outcome.verdict, " ".join(outcome.rules), reasons])
    out.flush()
    out.detach()


def _write_jsonl(answers: Iterator[tuple["Question", "Outcome"]], header: list[str]) -> None:
    for question, outcome in answers:
        findings = [each.to_json() for each in outcome.findings]
        cells = dict(zip(header, question.values, strict=True))
        line = {**cells, "verdict": str(outcome.verdict), "findings": findings}
        sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def _why_nobody(session: "Session", provider: str) -> str:
    """Say why nobody is assigned at what was given as a provider."""
    from sqlalchemy import exists, select

    from tracker.domain.schemes import fault_of, is_group
    from tracker.models import Inspection, ProviderRow

    if fault := fault_of(provider):
        return f"--provider: {fault}"
    if is_group(provider):
        return f"{provider} is a group, not a provider: give one of its providers, such as gias:100000"
    if session.scalar(select(exists().where(Inspection.provider == provider))):
        return f"There is an inspection of {provider}, and nobody is assigned to it: there is nothing to check again"
    if session.scalar(select(exists().where(ProviderRow.ref == provider))):
        return f"No inspection of {provider} is planned: there is nothing to check again"
    return f"{provider} is on no imported register, and no inspection names it: compare its number with the register"


@click.command()
@click.option("--all", "everything", is_flag=True, help="every open assignment (also what happens with no option)")
@click.option("--inspector", help="the open assignments of the inspector with this staff number")
@click.option("--provider", help="the open assignments at this provider, as scheme:number")
def recheck(*, everything: bool, inspector: str | None, provider: str | None) -> None:
    """Check open assignments again, and store what changed; a policy whose day has come takes effect first, for all."""
    from sqlalchemy import select

    from tracker.cli.common import fail, now, open_to_write, system_actor
    from tracker.database import writing
    from tracker.models import Assignment, Inspection, Inspector
    from tracker.services.checks import recheck as again
    from tracker.services.leads import keep_all_open
    from tracker.services.policies import bring_into_force

    if sum((everything, bool(inspector), bool(provider))) > 1:
        message = "choose one of --all, --inspector and --provider"
        raise click.UsageError(message)
    config, sessions = open_to_write()
    with writing(sessions) as session:
        only = None
        if inspector:
            number = session.scalar(select(Inspector.id).where(Inspector.staff_no == inspector))
            if number is None:
                fail(f"No inspector has the staff number {inspector}")
            only = list(session.scalars(select(Assignment.id).where(Assignment.inspector_id == number)))
        elif provider:
            there = select(Assignment.id).join(Assignment.inspection).where(Inspection.provider == provider)
            only = list(session.scalars(there))
            if not only:
                fail(_why_nobody(session, provider))
        at = now(config)
        changed = bring_into_force(session, system_actor(), at=at)
        changed += again(session, system_actor(), cause="command", at=at, only=only)
        if only is None:
            keep_all_open(session, system_actor(), at=at)
    for each in changed:
        was = "; questioned" if each.questioned else ""
        click.echo(f"{each.inspection}, {each.staff_no} at {each.provider}: {each.before} before, {each.now} now{was}.")
    click.echo(f"{len(changed):,} changed.")
