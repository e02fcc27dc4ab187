"""The names of acts as the history keeps them, each with the one plain sentence that tells of it."""

from collections.abc import Callable, Mapping

from tracker.domain.actor_words import ACTORS
from tracker.domain.entry import Entry
from tracker.domain.event_data import told
from tracker.domain.lifecycle import State
from tracker.domain.rule_words import rule_in_words

# Event -> sentence. {actor} is who acted; {inspector} and the like are the entry's subjects, by name where one is
# known; the rest is the entry's data, or words made of it below. Adding an event is adding a line.
EVENTS: dict[str, str] = {
    "assignment:checked": "The check of {inspector} for {visit}, {because}, found {found}.",
    "assignment:confirmed": "{actor} confirmed {inspector} for {visit}.",
    "assignment:proposed": "{actor} proposed {inspector} for {visit}, {in_role}{by_plan}.",
    "assignment:questioned": "The confirmed assignment of {inspector} to {visit} was questioned, {because}.",
    "assignment:raised": "{actor} raised a connection for {visit}; {declaration} states it.",
    "assignment:released": "{actor} released {inspector} from {visit}{why_released}.",
    "assignment:replaced": "{actor} proposed {inspector} for {visit}, as {role}, instead of {replaced}.",
    "assignment:vouched": "{actor} confirmed having no connection beyond those declared, for {visit}.",
    "checkpoint:published": "{actor} signed a checkpoint of the first {size} entries{countersigned}, and gave it to "
    "{to_keepers}.",
    "connection:graded": "{actor} graded a connection of {inspector} as {verdict}.",
    "connection:opened": "{actor} opened the note of a connection of {inspector}.",
    "declaration:opened": "{actor} opened the details of declaration {declaration} of {inspector}.",
    "declaration:recorded": "{actor} {recorded} {declaration}{of_whom}, which states {stated}.",
    "declaration:withdrawn": "{actor} withdrew the declaration in force{of_whom}; {declaration} says so.",
    "finding:allowed": "{actor} allowed the {verdict} finding “{rule}” of {inspector} for {visit}.",
    "finding:upheld": "{actor} upheld the {verdict} finding “{rule}” of {inspector} for {visit}.",
    "governors:imported": "{actor} imported a list of {number} governors.",
    "history:disclosed": "{actor} took a copy of the history with all personal words.",
    "history:doubted": "{actor} checked the history and found a fault: {why}.",
    "history:exported": "{actor} took the history away, without the personal words.",
    "history:verified": "{actor} checked the history and found its first {size} entries whole.",
    "hold:lifted": "{actor} lifted the legal hold {hold}.",
    "hold:placed": "{actor} placed the legal hold {hold} on all that is kept of {held}.",
    "inspection:called-off": "{actor} called off {visit}{by_file}, which was planned {days}.",
    "inspection:classified": "{actor} put down “{remit}” as the remit of {number} inspections, {because}.",
    "inspection:moved": "{actor} moved {visit}{by_file}: it was planned {was_days}, and is planned {days} now.",
    "inspection:planned": "{actor} planned {visit}, {days}.",
    "inspector:added": "{actor} added {inspector} to the inspectors.",
    "inspector:changed": "{actor} changed what the staff list says of {inspector}: {fields}.",
    "inspector:copied": "{actor} took a copy of all that is held on {inspector}.",
    "inspector:reminded": "{actor} had {inspector} reminded by e-mail.",
    "inspector:restated": "{actor} restated what the staff list says of {inspector}, {because}.",
    "lead:answered": "{actor} answered a question that the registers raise.",
    "leaving:recorded": "{actor} recorded that {inspector} leaves on {left_on}{not_on}{by_file}.",
    "leaving:withdrawn": "{actor} took back that {inspector} leaves on {was_left_on}.",
    "list:exported": "{actor} took the list “{list}” away as {format}{by_filters}.",
    "mitigation:done": "{actor} said that a mitigation of the finding on {inspector} for {visit} is done.",
    "mitigation:set": "{actor} asked {person} to see to a mitigation of the finding on {inspector} for {visit}, due on "
    "{due_on}.",
    "notice:settled": "{actor} settled a notice to {person}: it is {outcome}.",
    "notices:chosen": "{actor} chose which notices to get.",
    "objection:answered": "{actor} answered the provider’s objection to {inspector} for {visit}: it was told on "
    "{told_on}.",
    "objection:opened": "{actor} opened the words of the provider’s objection to {inspector} for {visit}.",
    "objection:recorded": "{actor} recorded that the provider objected to {inspector} for {visit}, on {received_on}.",
    "organisation:linked": "{actor} linked an organisation with {linked}.",
    "organisation:set-apart": "{actor} found that an organisation belongs with nothing on a register.",
    "organisation:unlinked": "{actor} took back the link of an organisation with {linked}.",
    "password:renewed": "The password of {person} was kept in a stronger form as {person} signed in.",
    "password:set": "{actor} set the password of {person}.",
    "person:added": "{actor} added an account for {person}.",
    "person:closed": "{actor} closed the account of {person}.",
    "person:identified": "{actor} gave the account of {person} the staff number of {inspector}.",
    "person:locked-out": "The account of {person} was locked for {minutes} minutes.",
    "person:reopened": "{actor} opened the account of {person} again.",
    "person:restated": "{actor} restated the account of {person}, {because}.",
    "person:signed-in": "{person} signed in.",
    "person:signed-out": "{person} signed out.",
    "plan:applied": "{actor} applied a part of plan {plan}: {proposed} proposed, {left_out} left out.",
    "plan:asked": "{actor} asked for a plan, {plan}, of who inspects from {first_on} to {last_on}.",
    "plan:cancelled": "{actor} stopped the work on plan {plan}.",
    "plan:restarted": "{actor} let the work on plan {plan} begin again.",
    "plans:deleted": "{actor} deleted {number} plans, whose time by the schedule “{schedule}” began by {up_to}.",
    "policy:adopted": "{actor} adopted the policy “{name}”, version {version}, in force from {effective_on}.",
    "policy:took-effect": "{actor} checked the open assignments under the policy “{name}”, version {version}, "
    "which took effect on {effective_on}: {changed} changed.",
    "question:answered": "{actor} answered a question of a decision-maker on {visit}.",
    "question:asked": "{actor} asked {inspector} about the {verdict} finding “{rule}” for {visit}.",
    "register:imported": "{actor} imported {file} as {kind}: {rows} rows, {changes}.",
    "role:granted": "{actor} granted {person} the role of {role}.",
    "role:revoked": "{actor} revoked the role of {role} of {person}.",
    "sessions:ended": "{actor} ended the open sessions of {person}.",
    "sign-in:refused": "A sign-in to the account of {person}{as_closed} was refused.",
    "words:erased": "{actor} erased {number} kept words ({field}), whose time by the schedule “{schedule}” began by "
    "{up_to}.",
}
# The act that leaves an assignment in each state.
STATES = {
    "assignment:proposed": State.PROPOSED,
    "assignment:confirmed": State.CONFIRMED,
    "assignment:questioned": State.QUESTIONED,
    "assignment:released": State.RELEASED,
}
_FOUND = {"perceived": "a perceived conflict", "real": "a real conflict", "undetermined": "what it cannot determine"}
_BECAUSE = {
    "confirmation": "when it was to be confirmed",
    "declaration": "after a new declaration",
    "engagement": "after the engagement of the inspector changed",
    "grade": "after a reviewer graded a connection",
    "move": "after an inspection was moved",
    "objection": "after the provider objected",
    "policy": "after a policy was adopted",
    "proposal": "when it was proposed",
    "command": "when it was checked again by command",
    "organisation": "after a reviewer judged an organisation",
    "own word": "after the inspector confirmed",
    "team": "after the team of an earlier inspection changed",
    "register import": "after a register was imported",
    "withdrawal": "after a declaration was withdrawn",
    "upgrade": "after the tracker was brought up to date",
}
_RELEASED = {"called off": ", which was called off", "leaving": ", because the inspector leaves"}
_IN_ROLE = {
    "lead": "to lead the team",
    "team": "in the team",
    "observer": "to observe",
    "quality assurance": "for quality assurance",
    "sign-off": "to sign it off",
}


def sentence(entry: Entry, names: Mapping[str, str]) -> str:
    """Return what an entry tells, as one plain sentence; `names` gives the names of subjects and actors by reference.

    An event that this version does not know is told by its name, so that no entry is ever left out.
    """
    template = EVENTS.get(entry.event, "{actor} left the entry “{event}”.")
    text = template.format_map(_Words(entry, names))
    return f"{text[:1].upper()}{text[1:]}"


class _Words(dict[str, str]):
    """What a sentence may ask for, found when it asks."""

    def __init__(self, entry: Entry, names: Mapping[str, str]) -> None:
        super().__init__()
        self.entry = entry
        self.names = names

    def __missing__(self, wanted: str) -> str:
        made = _MADE.get(wanted)
        if made is not None:
            return made(self)
        if wanted in self.entry.data:
            return told(wanted, self.entry.data[wanted])
        return self.name(next((each for each in self.entry.subjects if each.startswith(f"{wanted}:")), f"?:{wanted}"))

    def name(self, ref: str) -> str:
        """Return the name of a subject or an actor; its reference where it has no name."""
        return self.names.get(ref) or ACTORS.get(ref) or ref.partition(":")[2]


def _actor(words: _Words) -> str:
    return words.name(words.entry.actor)


def _in_role(words: _Words) -> str:
    role = str(words.entry.data.get("role", ""))
    return _IN_ROLE.get(role, f"as {role}")


def _visit(words: _Words) -> str:
    return f"inspection {words['inspection']} of {words['provider']}"


def because(cause: str) -> str:
    """Return why something was checked again, by the cause that its entry names, in words."""
    return _BECAUSE.get(cause, "when it was checked again")


def _because(words: _Words) -> str:
    return because(str(words.entry.data.get("cause")))


def _found(words: _Words) -> str:
    findings = words.entry.data.get("findings", [])
    if not findings:
        return "nothing: it is clear"
    rules = "; ".join(dict.fromkeys(rule_in_words(each["rule"]).lower() for each in findings))
    return f"{_FOUND.get(words['verdict'], words['verdict'])} ({rules})"


def _rule(words: _Words) -> str:
    return rule_in_words(str(words.entry.data.get("rule", "")))


def _of_whom(words: _Words) -> str:
    # Whoever files for himself or herself is named once.
    return "" if words["actor"] == words["inspector"] else f" of {words['inspector']}"


def _recorded(words: _Words) -> str:
    return "imported declaration" if words.entry.data.get("imported") else "filed declaration"


def _stated(words: _Words) -> str:
    number = words.entry.data.get("connections", 0)
    if number == 0:
        return "that there is nothing to declare"
    return f"{number} connection{'s' if number > 1 else ''}"


def _by_plan(words: _Words) -> str:
    return f", by plan {words.entry.data['plan']}" if "plan" in words.entry.data else ""


def _span(words: _Words, before: str) -> str:
    first, last = words[f"{before}starts_on"], words[f"{before}ends_on"]
    return f"for {last}" if first == last else f"from {first} to {last}"


def _days(words: _Words) -> str:
    return _span(words, "")


def _why_released(words: _Words) -> str:
    return _RELEASED.get(str(words.entry.data.get("cause", "")), "")


def _not_on(words: _Words) -> str:
    return f", and no longer on {words['was_left_on']}" if "was_left_on" in words.entry.data else ""


def _by_file(words: _Words) -> str:
    return ", by a file" if words.entry.data.get("by_file") else ""


def _replaced(words: _Words) -> str:
    # The entry names who comes before who goes.
    people = [each for each in words.entry.subjects if each.startswith("inspector:")]
    return words.name(people[-1]) if people else "somebody"


def _by_filters(words: _Words) -> str:
    filters = words.entry.data.get("filters", [])
    return f", narrowed by {', '.join(map(str, filters))}" if filters else ""


def _held(words: _Words) -> str:
    is_person = any(each.startswith("inspector:") for each in words.entry.subjects)
    return words["inspector"] if is_person else f"inspection {words['inspection']} and its inspectors"


def _size(words: _Words) -> str:
    return f"{words.entry.data.get('size', 0):,}"


def _countersigned(words: _Words) -> str:
    witnesses = words.entry.data.get("witnesses", [])
    return f", countersigned by {', '.join(witnesses)}" if witnesses else ""


def _to_keepers(words: _Words) -> str:
    number = words.entry.data.get("keepers", 0)
    return f"{number:,} keeper{'' if number == 1 else 's'}"


def _as_closed(words: _Words) -> str:
    return ", which is closed," if words.entry.data.get("closed") else ""


def _changes(words: _Words) -> str:
    return ", ".join(f"{words.entry.data.get(name, 0):,} {name}" for name in ("added", "changed", "gone", "rejected"))


def _rows(words: _Words) -> str:
    return f"{words.entry.data.get('rows', 0):,}"


_MADE: dict[str, Callable[[_Words], str]] = {
    "actor": _actor,
    "as_closed": _as_closed,
    "because": _because,
    "by_file": _by_file,
    "by_filters": _by_filters,
    "by_plan": _by_plan,
    "changes": _changes,
    "countersigned": _countersigned,
    "days": _days,
    "event": lambda words: words.entry.event,
    "found": _found,
    "held": _held,
    "in_role": _in_role,
    "of_whom": _of_whom,
    "not_on": _not_on,
    "recorded": _recorded,
    "replaced": _replaced,
    "rows": _rows,
    "rule": _rule,
    "size": _size,
    "stated": _stated,
    "to_keepers": _to_keepers,
    "visit": _visit,
    "was_days": lambda words: _span(words, "was_"),
    "why_released": _why_released,
}
