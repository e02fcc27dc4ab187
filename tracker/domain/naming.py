"""Words in a note that seem to be a person's name: the relation is kept here, never a relative's name.

It can only guess, and so only warns: whoever wrote the note says whether it is one.
"""

import re

_TITLES = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lady|Lord|Rev|Reverend|Fr|Father|Sister)"
_NAME = r"[A-Z][a-zà-öø-ÿ’'-]+(?:[A-Z][a-zà-öø-ÿ]+)?"
_KIN = (
    "wife|husband|partner|son|daughter|child|mother|father|mum|dad|sister|brother|aunt|uncle|cousin|niece|nephew|"
    "grandmother|grandfather|grandson|granddaughter|stepson|stepdaughter|friend|colleague|lodger|fiancée?|girlfriend|"
    "boyfriend|neighbour|in-law"
)
# What introduces a name: a title, a relation, or a word such as “called”.
_INTRODUCED = re.compile(
    rf"\b(?:{_TITLES}\.?\s+(?P<titled>{_NAME}(?:\s+{_NAME})*)"
    rf"|(?:(?i:{_KIN}|called|named|whose name is|name is|known as)),?\s+\(?(?P<kin>{_NAME}(?:\s+{_NAME})*)"
    rf"|(?P<initials>(?:[A-Z]\.\s?){{1,3}}{_NAME}))"
)
_PAIR = re.compile(rf"(?<![.!?:]\s)(?<!^)(?<!\n)\b(?P<pair>{_NAME}\s+{_NAME})\b")
# Capitalised words of this field that are nobody's: a pair with one of them is no person.
_LISTED = (
    "academy academies administrator advisor adviser agency april assistant association august authority board "
    "borough british bursar business care catholic centre chair chairman chapel childminder children christian "
    "christmas church city class coach college committee community company consultant council county court "
    "december dean department deputy diocese director district early east easter education england english "
    "executive february federation finance forum foundation friday further general governing governor governors "
    "grammar group head headteacher health high hill home hospital house independent infant inspector inspection "
    "inspectorate institute january july june junior key kingdom leader learning limited local london ltd manager "
    "march maths may member methodist middle monday music network new north november nursery october office "
    "officer ofsted parent parents park partnership plc practice pre-school primary principal priory programme "
    "project pta pupil reception referral regional review road royal saint saturday school schools science "
    "secondary secretary send senco senior september services sixth social society sole south special spring st "
    "stage street summer sunday supply teacher teaching team term the thursday tribunal trust trustee trustees "
    "tuesday tutor union unit united university vice voluntary wales wednesday welsh west year years young youth "
)
_NOBODY = frozenset(_LISTED.split())
LEAST = 2


def seems_to_name(note: str, known: str = "") -> tuple[str, ...]:
    """Return the words of a note that seem to be people's names, in its order.

    `known` are names that may stand there: that of the provider which the note is about.
    """
    familiar = _NOBODY | {word.strip(".,’'()").casefold() for word in known.split()}
    found: dict[str, None] = {}
    for match in _INTRODUCED.finditer(note):
        words = next(each for each in match.groups() if each)
        if not _is_nobody(words, familiar):
            found[words] = None
    for match in _PAIR.finditer(note):
        pair = match["pair"]
        if not _is_nobody(pair, familiar) and not any(pair in words or words in pair for words in found):
            found[pair] = None
    return tuple(found)


def _is_nobody(words: str, familiar: frozenset[str]) -> bool:
    """Whether capitalised words name a place, a post or a body, or are too short to be a name."""
    parts = [part.strip(".,’'-").casefold() for part in words.split()]
    return any(part in familiar or len(part) < LEAST for part in parts if part) and "." not in words
