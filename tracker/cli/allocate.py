"""`tracker allocate`: whole teams for a period, proposed or only shown."""

import csv
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from tracker.cli.days import DAY
from tracker.cli.whole_files import whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from config import Config
    from tracker.allocation.term_loading import Ask, Pin
    from tracker.allocation.term_making import Made
    from tracker.cli.planning_work import Sessions
    from tracker.domain.fitting import Bar
    from tracker.services.plan_applying import Place

COLUMNS = ("inspection", "staff_no", "role", "verdict", "km")


@click.command()
@click.option("--from", "first", type=DAY, help="inspections that begin on this day or later (default: today)")
@click.option("--to", "last", type=DAY, help="inspections that begin on this day or earlier (default: the term's last)")
@click.option("--dry-run", is_flag=True, help="only say what it would propose")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="write the places as this .csv besides")
@click.option("--pin", "pins", multiple=True, metavar="INSPECTION:STAFF_NO:ROLE", help="a choice to keep; repeat it")
@click.option("--plan", "ref", hidden=True, help="work on this plan, as the web asked for it")
def allocate(
    first: datetime | None,
    last: datetime | None,
    out: Path | None,
    pins: tuple[str, ...],
    ref: str,
    *,
    dry_run: bool,
) -> None:
    """Propose whole teams for the open places of a period: nobody with a real conflict, the fewest perceived ones."""
    from tracker.cli.common import fail, now, open_database, open_to_write

    config, sessions = open_database() if dry_run else open_to_write()
    if ref:
        from tracker.cli.planning_work import work

        work(sessions, config, ref)
        return
    from tracker.allocation.term_loading import Ask
    from tracker.domain.allocation_rules import parse

    rules = parse(config.allocation.read_text(encoding="utf-8"))
    today = now(config).date()
    begin = first.date() if first else today
    end = last.date() if last else rules.term_ends(begin)
    if end < begin:
        raise click.UsageError("--to is before --from")
    if out is not None and not out.absolute().parent.is_dir():
        fail(f"There is no folder {out.absolute().parent}: make it first, or name another")
    ask = Ask(begin, end, today, tuple(map(_pin, pins)))
    made = _made(sessions, config, ask, is_kept=not dry_run)
    _tell(made)
    if out is not None:
        _write(out, made)
        click.echo(f"The places are in {out}.")


def _pin(text: str) -> "Pin":
    from tracker.allocation.term_loading import Pin

    # A reference may hold colons; a staff number and a role do not.
    parts = text.rsplit(":", 2)
    if len(parts) != len(("inspection", "staff_no", "role")):
        raise click.UsageError(f"--pin {text}: give INSPECTION:STAFF_NO:ROLE, as in INS-1:T100:lead")
    return Pin(*parts)


def _made(sessions: "Sessions", config: "Config", ask: "Ask", *, is_kept: bool) -> "Made":
    """Make the plan and, if it is to be kept, propose its places, a batch a transaction."""
    from tracker.allocation.term.solving import Cancelled
    from tracker.cli.common import fail
    from tracker.cli.planning_work import alive, made_now
    from tracker.domain.allocation_rules import parse

    text = config.allocation.read_text(encoding="utf-8")
    rules = parse(text)
    if not is_kept:
        with _Bars() as bars:
            return made_now(sessions, rules, ask, bars.tell, lambda: False)[0]
    ref, worker = _asked(sessions, config, ask, text)

    def tell(says: str, done: int, of: int) -> None:
        bars.tell(says, done, of)
        heart.tell(says, done, of)

    try:
        with _Bars() as bars, alive(sessions, ref, worker) as heart:
            made, size = made_now(sessions, rules, ask, tell, heart.is_over)
    except Cancelled:
        fail(f"Plan {ref} was cancelled meanwhile: nothing was proposed")
    _propose(sessions, config, (ref, worker), made, size)
    return made


def _asked(sessions: "Sessions", config: "Config", ask: "Ask", rules: str) -> tuple[str, str]:
    from tracker.cli.common import now, system_actor
    from tracker.cli.planning_work import beat_now
    from tracker.database import writing
    from tracker.domain.access import Permission
    from tracker.services import plans

    pins = tuple((each.inspection, each.staff_no, each.role) for each in ask.pins)
    command = plans.AskPlan(ask.first, ask.last, rules, pins)
    with writing(sessions) as session:
        plan = plans.ask(session, system_actor(Permission.ASSIGN), command, at=now(config), beat=beat_now())
        return plan.ref, plans.begin(session, plan.ref, beat=beat_now()) or ""


def _propose(sessions: "Sessions", config: "Config", own: tuple[str, str], made: "Made", size: int) -> None:
    from tracker.cli.common import now, progress, system_actor
    from tracker.cli.planning_work import applied, beat_now
    from tracker.database import writing
    from tracker.domain.access import Permission
    from tracker.domain.fitting import BAR_WORDS
    from tracker.services import plan_applying, plans

    ref, worker = own
    with writing(sessions) as session:
        plans.finish(session, ref, made.as_json, worker=worker, history_size=size, beat=beat_now())
        plan_applying.begin_applying(session, system_actor(Permission.ASSIGN), ref, at=now(config), beat=beat_now())
    done = proposed = 0
    left_out: list[tuple[Place, Bar]] = []
    with progress("Proposing", len(made.places)) as shown:
        for batch in applied(sessions, config, ref):
            done += batch.proposed + len(batch.left_out)
            proposed += batch.proposed
            left_out += batch.left_out
            shown(done)
    for place, bar in left_out:
        click.echo(f"Left out: {place.inspection}, {place.staff_no}, {place.role}: {BAR_WORDS[bar]}.")
    click.echo(f"Plan {ref}: {proposed:,} proposed, {len(left_out):,} left out.")


class _Bars:
    """A progress bar for each part of the work, one after the other."""

    def __init__(self) -> None:
        self._says, self._stack = "", ExitStack()
        self._shown: Callable[[int], None] = lambda _done: None

    def __enter__(self) -> Self:
        """Show nothing yet."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Take the last bar away."""
        self._stack.close()

    def tell(self, says: str, done: int, of: int) -> None:
        """Move the bar of what is done now."""
        from tracker.cli.common import progress

        if says != self._says:
            self._stack.close()
            self._says, self._stack = says, ExitStack()
            self._shown = self._stack.enter_context(progress(says, of or None))
        self._shown(done)


def _tell(made: "Made") -> None:
    """Print what the plan comes to, and the places that stay open, each with why."""
    from tracker.domain.plan_words import proof_in_words, summary_in_words

    for line in (*summary_in_words(made.result), *proof_in_words(made.result["proof"], made.result["seats"])):
        click.echo(line)
    for reference, role, number, why, change in made.result["unfilled"]:
        places = "" if number == 1 else f" ({number} places)"
        click.echo(f"Open: {reference}, {role}{places}: {why}{f' {change}' if change else ''}")
    for reference, staff_no, role, why in made.result["second_look"]:
        click.echo(f"A second look left out {reference}, {staff_no}, {role}: {why}.")
    for reference, staff_no, role, says in made.result["pins"]:
        click.echo(f"Kept: {reference}, {staff_no}, {role}: {says}")


def _write(out: Path, made: "Made") -> None:
    """Write the places; the file takes its name only when all of it is written."""
    from tracker.domain.horizon import VERDICTS
    from tracker.domain.lifecycle import LEAD, TEAM

    with whole(out) as path, path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for reference, staff_no, seat, weight, metres in made.result["places"]:
            km = "" if metres is None else f"{metres / 1000:.1f}"
            writer.writerow((reference, staff_no, TEAM if seat else LEAD, str(VERDICTS[weight]), km))
