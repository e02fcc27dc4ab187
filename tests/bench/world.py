"""A seeded world of any size, put into the database by large inserts: what the checks are measured on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from tests.bench.invented import EASTINGS, NORTHINGS, day, registers
from tests.support.world import NOW, TODAY, Stage
from tracker.domain.check import check
from tracker.domain.facts import Holder, Nature, World
from tracker.domain.keys import AUTHORITY
from tracker.domain.lifecycle import State
from tracker.domain.policy import Policy
from tracker.models import (
    Assignment,
    Base,
    ConflictCheck,
    ConnectionRow,
    Declaration,
    DeclarationKind,
    FindingRow,
    GroupRow,
    InForce,
    Inspection,
    Inspector,
    LinkRow,
    MembershipRow,
    ProviderRow,
    Words,
)
from tracker.queries import policies
from tracker.queries.facts import facts_for
from tracker.queries.pairs import Pair
from tracker.services import checks
from tracker.services.keys import rebuild_keys

MADE_AT = NOW - timedelta(days=90)
BATCH = 1_000
# Each tenth inspection goes where its first inspector has a connection, so that there is something to find.
TOUCHING = 10
NATURES = [*[Nature.EMPLOYMENT] * 8, Nature.GOVERNANCE, Nature.CONSULTANCY, Nature.RELATIONSHIP, Nature.SERVICE_USE]
HOLDERS = [*[Holder.SELF] * 6, Holder.PARTNER, Holder.CHILD, Holder.SIBLING, Holder.CLOSE_FRIEND]


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a world is."""

    providers: int
    inspectors: int
    inspections: int
    assignments: int
    connections: int


@dataclass(frozen=True, slots=True)
class Built:
    """What stands in the database: the pairs that are assigned, of which some share a key, and the policy."""

    pairs: tuple[Pair, ...]
    policy: Policy


def build(session: Session, extent: Extent, seed: int = 7) -> Built:
    """Build a world in an empty database: registers, declarations in force, and checked assignments."""
    Stage(session).policy()
    world = registers(extent.providers, seed)
    put_registers(session, world)
    return populate(session, extent, [each.ref for each in world.providers], [each.ref for each in world.groups], seed)


def populate(session: Session, extent: Extent, providers: Sequence[str], groups: Sequence[str], seed: int = 7) -> Built:
    """Put inspectors, their declarations and checked assignments into a database that has these registers."""
    rng = Random(seed)
    words = session.scalar(insert(Words).values(commitment="", erased_at=NOW).returning(Words.id))
    targets = _declare(session, rng, extent, [*providers, *groups], words)
    rebuild_keys(session)
    pairs = _assign(session, rng, extent, targets, [ref for ref in providers if not ref.startswith(AUTHORITY)])
    return Built(tuple(pairs), _check(session, pairs, words))


def put(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows of a table."""
    if rows:
        session.execute(insert(model), rows)


def put_registers(session: Session, world: World) -> None:
    """Put registers into the database, without their areas and keys."""
    kept = {"row_digest": ""}
    providers = [
        {
            "ref": each.ref,
            "register": "authorities" if each.ref.startswith("la:") else "gias",
            "name": each.name,
            "status": each.status,
            "closed_on": each.closed_on,
            "authority": each.authority,
            "type_group": each.type_group,
            "phase": each.phase,
            "easting": each.easting,
            "northing": each.northing,
            **kept,
        }
        for each in world.providers
    ]
    put(session, ProviderRow, providers)
    links = [{"register": "gias", "of_ref": each.of, "to_ref": each.to, "kind": each.kind} for each in world.links]
    put(session, LinkRow, [{**each, **kept} for each in links])
    groups = [{"ref": each.ref, "name": each.name, "kind": each.kind, "status": each.status} for each in world.groups]
    put(session, GroupRow, [{**each, "register": "gias-groups", **kept} for each in groups])
    memberships = [
        {"provider_ref": each.provider, "group_ref": each.group, "joined_on": each.joined_on}
        for each in world.memberships
    ]
    put(session, MembershipRow, [{**each, "register": "gias-groups", **kept} for each in memberships])


def _declare(
    session: Session, rng: Random, extent: Extent, refs: Sequence[str], words: int | None
) -> dict[int, list[str]]:
    """Let every inspector have a declaration in force; return what each of them is connected with."""
    numbers = range(1, extent.inspectors + 1)
    same = {"email": "", "title": "HMI", "engagement": "staff", "remits": "schools", "home_postcode": ""}
    people = [
        {
            "id": each,
            "staff_no": f"T{each}",
            "name": f"Inspector {each}",
            "added_at": MADE_AT,
            "easting": rng.randrange(*EASTINGS),
            "northing": rng.randrange(*NORTHINGS),
        }
        for each in numbers
    ]
    put(session, Inspector, [{**each, **same} for each in people])
    said = {"kind": DeclarationKind.CONNECTIONS, "made_at": MADE_AT, "recorded_at": MADE_AT, "recorded_by": "x"}
    filed = [{"id": each, "ref": f"DEC-{each}", "inspector_id": each, "is_imported": False} for each in numbers]
    put(session, Declaration, [{**each, **said} for each in filed])
    standing = [{"inspector_id": each, "declaration_id": each, "ref": f"DEC-{each}"} for each in numbers]
    put(session, InForce, [{**each, "made_on": MADE_AT.date()} for each in standing])
    rows, targets = [], dict[int, list[str]]()
    for number in range(1, extent.connections + 1):
        inspector, target = number % extent.inspectors + 1, rng.choice(refs)
        row = _connection(rng, number, inspector, target)
        rows.append({**row, "position": number // extent.inspectors + 1, "words_id": words})
        targets.setdefault(inspector, []).append(target)
    put(session, ConnectionRow, rows)
    return targets


def _connection(rng: Random, number: int, inspector: int, target: str) -> dict[str, Any]:
    began_on = day(rng, 1995, 2022)
    ended_on = began_on + timedelta(days=rng.randrange(60, 1_200)) if rng.randrange(4) else None
    return {
        "id": number,
        "ref": f"CON-{number}",
        "declaration_id": inspector,
        "nature": rng.choice(NATURES),
        "holder": rng.choice(HOLDERS),
        "target": target,
        "target_name": target,
        "began_on": began_on.isoformat(),
        "ended_on": ended_on and ended_on.isoformat(),
    }


def _assign(
    session: Session, rng: Random, extent: Extent, targets: dict[int, list[str]], refs: Sequence[str]
) -> list[Pair]:
    """Plan inspections and return who is assigned to them, in the order of the assignments."""
    planned, pairs = [], []
    for number in range(1, extent.inspections + 1):
        extra = number <= extent.assignments - extent.inspections
        team = rng.sample(range(1, extent.inspectors + 1), 2 if extra else 1)
        known = [each for each in targets.get(team[0], ()) if each.startswith("gias:")]
        provider = rng.choice(known if known and number % TOUCHING == 0 else refs)
        starts_on = TODAY + timedelta(days=rng.randrange(7, 300))
        when = {"starts_on": starts_on, "ends_on": starts_on + timedelta(days=1)}
        what = {"id": number, "reference": f"INS-{number}", "provider": provider, "framework": "Graded inspection"}
        planned.append({**what, **when, "team_size": 2, "added_at": MADE_AT})
        pairs += [(number, Pair(each, f"T{each}", provider, **when, role="team")) for each in team]
    put(session, Inspection, planned)
    said = {"role": "team", "proposed_by": "x", "proposed_at": MADE_AT, "changed_at": MADE_AT, "version": 1}
    rows = [
        {
            "id": place,
            "ref": f"ASG-{place}",
            "inspection_id": number,
            "inspector_id": pair.inspector_id,
            "check_id": place,
        }
        for place, (number, pair) in enumerate(pairs, start=1)
    ]
    put(session, Assignment, [{**each, **said, "state": State.PROPOSED, "verdict": "clear"} for each in rows])
    return [pair for _, pair in pairs]


_TABLE = Assignment.metadata.tables["assignment"]
_WEIGHED = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("which"))
    .values(verdict=bindparam("now"), in_the_way=bindparam("now"))
)


def _check(session: Session, pairs: Sequence[Pair], words: int | None) -> Policy:
    """Check all the pairs once and keep what was found, so that a re-check finds nothing changed."""
    policy_row, policy = policies.in_force(session, TODAY)
    stream, place = iter(pairs), 0
    while some := list(islice(stream, BATCH)):
        made, findings = [], []
        for facts in facts_for(session, some):
            place += 1
            outcome = check(facts, policy)
            made.append({"id": place, "assignment_id": place, "checked_at": MADE_AT, "verdict": outcome.verdict})
            findings += [checks._row(place, number, each) for number, each in enumerate(outcome.findings, start=1)]
        put(
            session,
            ConflictCheck,
            [{**each, "cause": "x", "policy_id": policy_row.id, "facts_id": words} for each in made],
        )
        put(session, FindingRow, findings)
        # Nobody decided on anything: whatever was found is in the way.
        found = [{"which": x["id"], "now": x["verdict"]} for x in made]
        session.execute(_WEIGHED, found)
    return policy
