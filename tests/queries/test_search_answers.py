"""The search's index answers just what looking at every entry answers, in the same order, on random registers."""

from random import Random

import pytest
from sqlalchemy.orm import Session

from tests.support.slow_search import Entry, SlowSearch
from tests.support.typos import mistyped
from tracker.domain.facts import Status
from tracker.domain.search import normal, plain_number, rank
from tracker.models import FormerName, GroupRow, LinkRow, ProviderRow
from tracker.queries.providers import search
from tracker.services.keys import renew_state

NAMES = (
    "Oak",
    "Oakham",
    "Hilltop",
    "Hill Top",
    "Ash",
    "St Orwen's",
    "Our Lady",
    "Vale",
    "Wale",
    "Ridgeway",
    "2nd Step",
)
KINDS = ("School", "Primary School", "Academy", "Nursery", "High School", "Preschool", "Trust", "")
TOWNS = ("", "Oakham", "Wenbridge", "Upper Vale", "Ashby")
SCHEMES = ("gias:{}", "la:{}", "ofsted-ey:EY{}", "ofsted-sc:SC{}", "ukprn:{}")
GROUP_SCHEMES = ("group:{}", "rp:RP{}", "owner:{}")
TYPED = (
    "10",
    "100",
    "1000",
    "100002",
    "gias:100001",
    "ukprn:100002",
    "la:100003",
    "ey1000",
    "EY100003",
    "201/4001",
    "2014001",
    "laestab:201/4001",
    "e1 1aa",
    "E11A",
    "e1 1",
    "e11 1a",
)


class RandomRegister:
    """A random register in the database, and its entries."""

    def __init__(self, session: Session, seed: int) -> None:
        self.rng, self.session = Random(seed), session
        self.names: dict[str, str] = {}
        self.past: dict[str, list[str]] = {}
        self.rows = [self._row(number) for number in range(30)]
        for before, after in zip(self.rows[::7], self.rows[1::7], strict=False):
            session.add(LinkRow(register="gias", of_ref=before.ref, to_ref=after.ref, kind="Successor", row_digest=""))
            self.past[after.ref] = [before.ref]
        self.borne = {row.ref: self._name() for row in self.rows[::9]}
        session.add_all(FormerName(ref=ref, name=name, source="link") for ref, name in self.borne.items())
        renew_state(session)

    def _name(self) -> str:
        return f"{self.rng.choice(NAMES)} {self.rng.choice(KINDS)}".strip()

    def _row(self, number: int) -> ProviderRow | GroupRow:
        model = self.rng.choice((ProviderRow, ProviderRow, ProviderRow, GroupRow))
        ref = self.rng.choice(GROUP_SCHEMES if model is GroupRow else SCHEMES).format(100_000 + number)
        said = {"name": self._name(), "status": self.rng.choice(list(Status)), "town": self.rng.choice(TOWNS)}
        known = {
            "register": "gias",
            "kind": "",
            "row_digest": "",
            "postcode": self.rng.choice(("", "E1 1AA", "E11 1AB")),
        }
        number_of = self.rng.choice(("", f"ukprn:1000{number}", f"laestab:201/40{number:02} ukprn:{100_000 + number}"))
        row = model(ref=ref, other_numbers=number_of, **said, **known)
        self.session.add(row)
        return row

    def entries(self) -> list[Entry]:
        """Return what the search should look through."""
        return [self._entry(row) for row in self.rows]

    def _entry(self, row: ProviderRow | GroupRow) -> Entry:
        before = self.past.get(row.ref, [])
        names = {each.ref: each.name for each in self.rows}
        texts = [row.name, row.town, *(names[each] for each in before)]
        texts += [self.borne[each] for each in (row.ref, *before) if each in self.borne]
        numbers = [*row.other_numbers.split(), row.ref, *before]
        code = normal(row.postcode).split()
        return Entry(
            ref=row.ref,
            name=normal(row.name),
            rank=rank(row.status, is_gone=False),
            is_group=isinstance(row, GroupRow),
            words=frozenset(word for text in texts for word in normal(text).split()),
            numbers=frozenset(
                f"{scheme}:{plain_number(value)}"
                for scheme, _, value in (number.casefold().partition(":") for number in numbers)
            )
            | frozenset(
                [
                    *(f"postcode:{part}" for part in (*code[:1], "".join(code)) if part),
                    *(f"inward:{part}" for part in code[1:]),
                ]
            ),
        )

    def question(self) -> str:
        """Return what somebody may type: some of a name, a town or a number, often with a mistake."""
        if self.rng.random() < 0.15:
            return self.rng.choice(TYPED)
        row = self.rng.choice(self.rows)
        words = f"{row.name} {row.town} {self.rng.choice(TYPED) if self.rng.random() < 0.2 else ''}".split()
        if self.rng.random() < 0.3:
            self.rng.shuffle(words)
        text = " ".join(words[: self.rng.randint(1, len(words))])
        text = text[: self.rng.randint(1, len(text))] if self.rng.random() < 0.4 else text
        for _ in range(self.rng.choice((0, 0, 1, 1, 2))):
            text = mistyped(self.rng, text) if len(text) > 1 else text
        return text


@pytest.mark.parametrize("seed", range(3))
def test_the_index_answers_what_looking_at_everything_does_in_the_same_order(session: Session, seed: int) -> None:
    register = RandomRegister(session, seed)
    slow = SlowSearch(register.entries())
    for _ in range(120):
        words, limit, only = register.question(), register.rng.choice((3, 20, 100)), register.rng.random() < 0.3
        answered = [each.ref for each in search(session, words, limit=limit, only_providers=only)]
        assert answered == slow.refs(words, limit=limit, only_providers=only), words
