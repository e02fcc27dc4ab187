"""A peer's own builder of conflicts on its own kind of profile, in a world of the same shape, beside our matrix."""

import contextlib
import io
import warnings
from collections.abc import Iterator
from random import Random
from types import SimpleNamespace
from typing import Any

from tests.bench.joining import _found, _loaded
from tests.bench.setting import Setting, session_of
from tests.bench.timing import Figure, in_turns
from tracker.allocation.columns import Snapshot

# As many of each as the peer's builder goes through in a second or two.
MOST, N_YEARS = 1_000, 6


def peers(setting: Setting) -> Iterator[Figure]:
    """OpenReview's bulk builder and ours, by the pair: beside row 1.

    Each judges what its world can say: the peer a shared domain, a relation or a work in common, by the year; ours
    every rule of the policy, by the day, over succession, groups and places.
    """
    engine, _ = setting.world()
    with session_of(engine) as session:
        snapshot = _loaded(session)
    reviewers, papers = _profiles(snapshot)
    builder, judge = _builder(papers), _openreview()[0].tools.get_profile_info

    def theirs() -> None:
        submissions = [SimpleNamespace(id=x, number=n, authorids=[x]) for n, x in enumerate(papers, start=1)]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            builder._build_note_conflicts(submissions, reviewers, judge, N_YEARS)

    ours, yardstick = in_turns(lambda: _found(snapshot), theirs, rounds=setting.size.rounds)
    pairs = len(snapshot.staff_nos) * len(snapshot.inspections.starts)
    figures = ours / pairs, yardstick / (len(reviewers) * len(papers))
    yield Figure("matrix, by the pair", "ns", *figures, "OpenReview's bulk builder, by the pair")


def _profiles(snapshot: Snapshot) -> tuple[list[Any], dict[str, Any]]:
    """Return inspectors as reviewers and inspections as papers of one author; a connection is a line of a history."""
    openreview, _ = _openreview()
    rng, of = Random(7), snapshot.connections
    histories: dict[int, list[dict[str, Any]]] = {}
    for who, target in zip(of.inspector.tolist(), of.target.tolist(), strict=True):
        end = rng.choice([None, *range(2015, 2027)])
        histories.setdefault(who, []).append({"institution": {"domain": _domain(snapshot.targets[target])}, "end": end})
    reviewers = [
        openreview.Profile(id=f"~{who}", content={"emails": [f"{who}@mail.example"], "history": history})
        for who, history in list(histories.items())[:MOST]
    ]
    providers = [snapshot.providers[each] for each in snapshot.inspections.provider.tolist()[:MOST]]
    papers = {
        f"~paper{number}": openreview.Profile(
            id=f"~paper{number}", content={"emails": [], "history": [{"institution": {"domain": _domain(ref)}}]}
        )
        for number, ref in enumerate(providers)
    }
    return reviewers, papers


def _domain(ref: str) -> str:
    return f"{ref.replace(':', '-')}.example"


def _openreview() -> tuple[Any, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import openreview  # noqa: PLC0415 (it is slow to start, and warns)
        from openreview.venue import matching  # noqa: PLC0415
    return openreview, matching


def _builder(papers: dict[str, Any]) -> Any:
    """Return the peer's builder; only what it would ask of its server, or tell it, is answered here."""
    openreview, matching = _openreview()
    openreview.tools.get_profiles = lambda *_, **__: papers
    openreview.tools.post_bulk_edges = lambda **_: None
    builder = matching.Matching.__new__(matching.Matching)
    builder.venue = SimpleNamespace(get_conflict_score_id=lambda _id: "conflict", id="venue")
    builder.match_group = SimpleNamespace(id="group")
    builder.client = SimpleNamespace(delete_edges=lambda _id: None)
    builder.is_area_chair = False
    builder._create_edge_invitation = lambda _id: SimpleNamespace(id="invitation")
    builder._get_edge_readers = lambda **_: []
    return builder
