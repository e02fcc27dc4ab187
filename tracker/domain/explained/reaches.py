"""Situations of each rule by which a connection reaches a provider, in the small world, as a policy has the rule."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tracker.domain.explained.neighbours import of_neighbours
from tracker.domain.explained.scene import (
    ASH,
    COUNCIL,
    DAY,
    ELM,
    OAK,
    ORGANISATION,
    TRUST,
    YEW,
    Scene,
    Situation,
    members,
)
from tracker.domain.facts import Circle, Connection, Holder, Link, Nature, OrganisationLink, Provider, Status, World
from tracker.domain.policy import EVENTS, Policy

# What the inspector has to do with a place, now and until the day before.
DOES = {
    Nature.EMPLOYMENT: ("works at", "worked at"),
    Nature.GOVERNANCE: ("holds a governing role at", "held a governing role at"),
    Nature.OWNERSHIP: ("has a financial interest in", "had a financial interest in"),
    Nature.CONSULTANCY: ("gives advice or training to", "gave advice or training to"),
    Nature.SOUGHT_WORK: ("is seeking work at", "sought work at"),
    Nature.SERVICE_USE: ("uses the services of", "used the services of"),
    Nature.RELATIONSHIP: ("has a close personal tie to someone at", "had a close personal tie to someone at"),
    Nature.DISPUTE: ("is in dispute with", "was in dispute with"),
    Nature.COMPETITION: ("competes with", "competed with"),
    Nature.GIFT: ("took a gift, on the first day, from", "took a gift, the day before, from"),
    Nature.PUBLIC_POSITION: ("took a public position, on the first day, on", "took one, the day before, on"),
    Nature.OTHER: ("has another connection, not graded yet, with", "had another connection, not graded yet, with"),
}
Told = Iterator[tuple[str, Connection, World]]


def of_reach(rule: str, policy: Policy, scene: Scene) -> tuple[Situation, ...]:
    """Return the situations of one rule; none where the policy applies it to no nature at all."""
    if rule == "neighbour":
        return of_neighbours(policy, scene)
    nature = told_with(rule, policy)
    if nature is None:
        return ()
    told = _REACHES[rule](_Teller(scene, nature, rule, policy))
    return tuple(Situation(words, scene.facts(connection, world=world)) for words, connection, world in told)


def told_with(rule: str, policy: Policy) -> Nature | None:
    """Return the nature of which a rule's cases tell: the first that it is for, a lasting one before an event."""
    covered = [nature for nature in Nature if policy.reaches[rule].covers(nature, Circle.SELF)]
    graded = sorted(covered, key=lambda nature: (nature in EVENTS, nature is Nature.OTHER))
    return graded[0] if graded else None


class _Teller:
    """Tells of connections with the rule's nature, and of one that the policy leaves out of the rule."""

    def __init__(self, scene: Scene, nature: Nature, rule: str, policy: Policy) -> None:
        self.scene, self.nature = scene, nature
        reach = policy.reaches[rule]
        self.left_out = next((each for each in Nature if each not in reach.natures), None)
        self.without_wider = next(
            (each for each in Nature if each in reach.natures & reach.natures_without_wider), None
        )

    def still(self, target: str, nature: Nature | None = None, holder: Holder = Holder.SELF) -> Connection:
        """Return a connection that is current on the first day."""
        nature = nature or self.nature
        began_on = self.scene.starts_on if nature in EVENTS else None
        return self.scene.connection(nature, holder, target=target, began_on=began_on)

    def then(self, target: str) -> Connection:
        """Return a connection that ran from ten years before the inspection until the day before it."""
        if self.nature in EVENTS:
            return self.scene.connection(self.nature, target=target, began_on=self.scene.starts_on - DAY)
        return self.scene.connection(self.nature, target=target, ended_on=self.scene.starts_on - DAY)

    def does(self, where: str, nature: Nature | None = None) -> str:
        """Return what the inspector has to do with a place, in words."""
        return f"the inspector {DOES[nature or self.nature][0]} {where}"

    def did(self, where: str) -> str:
        """Return what the inspector had to do with a place until the day before, in words."""
        when = "" if self.nature in EVENTS else "until the day before "
        return f"{when}the inspector {DOES[self.nature][1]} {where}"

    def others(self, where: str, target: str, world: World) -> Told:
        """Tell of what the policy leaves out of this rule: a nature, or a nature of the wider circle."""
        if self.left_out is not None:
            yield self.does(where, self.left_out), self.still(target, self.left_out), world
        if self.without_wider is not None:
            friend = f"a close friend of the inspector {DOES[self.without_wider][0]} {where}"
            yield friend, self.still(target, self.without_wider, Holder.CLOSE_FRIEND), world


def _direct(tell: _Teller) -> Told:
    yield tell.does("Elm Primary School, which is to be inspected"), tell.still(ELM.ref), World((ELM,))
    yield (
        tell.does("Ash Primary School, which has nothing to do with Elm"),
        tell.still(ASH.ref),
        World((ELM, ASH)),
    )
    yield from tell.others("Elm Primary School", ELM.ref, World((ELM,)))


def _closed(school: Provider, scene: Scene) -> Provider:
    return replace(school, status=Status.CLOSED, closed_on=scene.before(1) - DAY)


def _succession(tell: _Teller) -> Told:
    ash, yew = _closed(ASH, tell.scene), _closed(YEW, tell.scene)
    into = Link(ASH.ref, ELM.ref, "Successor")
    yield tell.did("Ash Primary School, which became Elm"), tell.then(ASH.ref), World((ELM, ash), (into,))
    chain = World((ELM, ash, yew), (into, Link(ASH.ref, YEW.ref, "Predecessor")))
    yield tell.did("Yew Primary School, which became Ash, which became Elm"), tell.then(YEW.ref), chain
    onwards = World((ELM, OAK), (Link(ELM.ref, OAK.ref, "Successor"),))
    yield tell.does("Oak Primary School, which Elm is becoming"), tell.still(OAK.ref), onwards
    yield tell.does("Oak Primary School, of which no link is recorded"), tell.still(OAK.ref), World((ELM, OAK))
    yield from tell.others("Oak Primary School, which Elm is becoming", OAK.ref, onwards)


def _shared_line(tell: _Teller) -> Told:
    yew = _closed(YEW, tell.scene)
    split = World(
        (ELM, ASH, yew),
        tuple(Link(YEW.ref, each.ref, "Successor - Split School") for each in (ELM, ASH)),
    )
    yield tell.does("Ash Primary School; Yew was split into Ash and Elm"), tell.still(ASH.ref), split
    merger = World((ELM, ASH, OAK), tuple(Link(each.ref, OAK.ref, "Successor - merged") for each in (ELM, ASH)))
    yield tell.does("Ash Primary School; Ash and Elm are being merged into Oak"), tell.still(ASH.ref), merger
    yield from tell.others("Ash Primary School, the other half of a split", ASH.ref, split)


def _associated(tell: _Teller) -> Told:
    linked = World((ELM, ASH), (Link(ELM.ref, ASH.ref, "Sixth Form Centre Link"),))
    yield tell.does("Ash Primary School, with which Elm shares a sixth-form centre"), tell.still(ASH.ref), linked
    two = World((ELM, ASH, OAK), (*linked.links, Link(ASH.ref, OAK.ref, "Sixth Form Centre Link")))
    yield tell.does("Oak Primary School, linked so with Ash, and Ash with Elm"), tell.still(OAK.ref), two
    yield from tell.others("Ash Primary School, with which Elm shares a sixth-form centre", ASH.ref, linked)


def _group(tell: _Teller) -> Told:
    scene = tell.scene
    began = tell.then(TRUST.ref).span.first or scene.starts_on
    now = World((ELM,), groups=(TRUST,), memberships=members(ELM))
    yield tell.does("Birch Trust, which Elm is in"), tell.still(TRUST.ref), now
    for left_on, when in ((began, "on the day that it began"), (began - DAY, "the day before it began")):
        left = World((ELM,), groups=(TRUST,), memberships=members(ELM, left_on=left_on))
        yield tell.did(f"Birch Trust; Elm left it {when}"), tell.then(TRUST.ref), left
    joins = World((ELM,), groups=(TRUST,), memberships=members(ELM, joined_on=scene.ends_on))
    yield tell.does("Birch Trust, which Elm joins on the inspection’s last day"), tell.still(TRUST.ref), joins
    yield from tell.others("Birch Trust, which Elm is in", TRUST.ref, now)


def _same_group(tell: _Teller) -> Told:
    now = World((ELM, ASH), groups=(TRUST,), memberships=members(ELM, ASH))
    yield tell.does("Ash Primary School; Ash and Elm are in Birch Trust"), tell.still(ASH.ref), now
    last = tell.then(ASH.ref).span.last or tell.scene.starts_on
    memberships = (*members(ELM), *members(ASH, left_on=last))
    then = World((ELM, ASH), groups=(TRUST,), memberships=memberships)
    yield tell.did("Ash Primary School, which left Birch Trust that day; Elm is in it"), tell.then(ASH.ref), then
    never = World((ELM, ASH), groups=(TRUST,), memberships=(*members(ELM, joined_on=last + DAY), *memberships[1:]))
    yield (
        tell.did("Ash Primary School, which left Birch Trust that day; Elm joined the next"),
        tell.then(ASH.ref),
        never,
    )
    yield from tell.others("Ash Primary School; Ash and Elm are in Birch Trust", ASH.ref, now)


def _maintained_by(tell: _Teller) -> Told:
    world = World((ELM, COUNCIL))
    yield tell.does("Westshire Council, which maintains Elm"), tell.still(COUNCIL.ref), world
    academy = World((replace(ELM, type_group="Academies"), COUNCIL))
    yield tell.does("Westshire Council, where Elm is an academy"), tell.still(COUNCIL.ref), academy
    yield from tell.others("Westshire Council, which maintains Elm", COUNCIL.ref, world)


def _organisation(tell: _Teller) -> Told:
    linked = World((ELM,), organisation_links=(OrganisationLink(ORGANISATION, ELM.ref),))
    yield tell.does("Rowan Consulting, which a reviewer linked with Elm"), tell.still(ORGANISATION), linked
    trust = World(
        (ELM,),
        groups=(TRUST,),
        memberships=members(ELM),
        organisation_links=(OrganisationLink(ORGANISATION, TRUST.ref),),
    )
    yield tell.does("Rowan Consulting, linked with Birch Trust, which Elm is in"), tell.still(ORGANISATION), trust
    yield tell.does("Rowan Consulting, which no reviewer linked"), tell.still(ORGANISATION), World((ELM,))
    yield from tell.others("Rowan Consulting, which a reviewer linked with Elm", ORGANISATION, linked)


_REACHES: dict[str, Callable[[_Teller], Told]] = {
    "direct": _direct,
    "succession": _succession,
    "shared-line": _shared_line,
    "associated": _associated,
    "group": _group,
    "same-group": _same_group,
    "maintained-by": _maintained_by,
    "organisation": _organisation,
}
