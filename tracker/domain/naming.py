"""Whether a note seems to hold a person's name: a hint for whoever writes it, which errs towards silence."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What stands before a name.
_TITLES = _listed(
    "mr mrs ms miss mx dr doctor prof professor rev revd reverend sir dame lady lord fr father cllr councillor"
)
_CUES = _listed("called named née nee")
_RELATIONS = _listed(
    "wife husband partner spouse fiancé fiancée fiance fiancee girlfriend boyfriend son daughter stepson stepdaughter "
    "child brother sister stepbrother stepsister twin mother father mum mam mom dad stepmother stepfather parent "
    "grandmother grandfather grandma grandad granddad nan nana grandson granddaughter aunt auntie uncle cousin niece "
    "nephew mother-in-law father-in-law sister-in-law brother-in-law son-in-law daughter-in-law friend neighbour "
    "colleague boss lodger housemate flatmate associate"
)
# What makes whatever it stands with, or before, the name of something else than a person.
_INSTITUTIONS = _listed(
    "school schools academy academies college colleges university primary infant infants junior juniors secondary "
    "nursery nurseries preschool pre-school playgroup kindergarten grammar comprehensive sixth form trust trusts "
    "federation foundation council county borough authority authorities ofsted dfe hmi hmci estyn isi institute "
    "institution department education educational learning teaching children childcare care home homes centre center "
    "diocese diocesan parish cathedral board committee panel team service services group partnership association "
    "society union club charity company limited ltd plc llp agency alliance consulting consultancy solutions holdings "
    "network project programme award awards scheme fund hospital surgery clinic nhs army navy force police government "
    "ministry parliament labour conservative liberal party church catholic anglican methodist christian jewish muslim "
    "hindu sikh quaker rc ce cofe saints holy sacred trinity prince princess duke royal national international "
    "british local early years year key stage reception class level levels gcse btec send sen senco sendco ehcp pta "
    "headteacher head-teacher headmaster headmistress governors trustees executive chief inspectors members mat "
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays "
    "sundays january february march april june july august september october november december autumn spring summer "
    "winter easter christmas michaelmas lent hilary term english maths mathematics science physics chemistry biology "
    "history geography french german spanish latin greek italian mandarin music art drama computing technology pe re "
    "pshe phonics england wales scotland ireland britain uk kingdom europe european london united rovers city "
    "governing body safeguarding religious studies"
)
# What is no part of a person's name, and may well follow one.
_ORDINARY = _listed(
    "i the a an my our his her their its we he she they it this that these those there when while until since from "
    "after before because although as in on at for and but or not no yes none also only both all some most many may "
    "they're st saint king queen chair head deputy assistant principal teacher tutor governor trustee director "
    "inspector secretary treasurer member vice acting interim adviser advisor consultant coordinator lead leader "
    "manager officer bursar is was has had am are were works worked teaches taught"
)
# What names places as well as people: beside a usual first name it is a surname.
_PLACES = _listed(
    "north south east west great little upper lower old new saint hill hills park green wood woods hall house lane "
    "street road avenue close drive way square bridge ford field fields town city village district valley vale river "
    "bay beach cross gate court manor lodge farm grange meadow meadows heath moor common keynes shire forest"
)
_FIRST_NAMES = _listed(
    "aaron abdul abigail adam ahmed aisha alan alex alexander alice alison amanda amelia amy andrea andrew angela "
    "anita ann anna anne anthony anwar barbara ben benjamin beth brenda brian carol caroline catherine chloe chris "
    "christine christopher claire clare colin craig daniel darren dave david dawn deborah debbie denise diane donna "
    "dorothy edward eileen elaine eleanor elizabeth ella emily emma eric ethan fatima fiona frances gareth gary gemma "
    "geoffrey george gillian gordon graham hannah harriet harry hassan heather helen henry ian imran jack jacqueline "
    "jake james jamie jane janet jason jayne jean jennifer jenny jessica jill joan joanne joe john jonathan joseph "
    "joshua joyce judith julia julie karen kate katherine kathleen katie keith kelly kenneth kevin laura lauren "
    "lesley liam linda lisa liz lorraine louise lucy luke lynn malcolm margaret maria marie marion martin mary "
    "matthew maureen megan michael michelle mike mohammed mohammad muhammad natalie neil nicholas nick nicola nigel "
    "oliver olivia omar pamela patricia paul pauline peter philip priya rachel raj rebecca richard robert roger "
    "ronald rosemary russell ruth ryan sally sam samantha samuel sandra sara sarah shaun sharon sheila shirley simon "
    "sophie stephanie stephen steve steven stuart sue susan suzanne tariq teresa thomas tim timothy tom tony tracey "
    "tracy valerie vanessa wendy william yasmin yusuf yvonne zoe"
)
_NO_NAMES = (_INSTITUTIONS | _ORDINARY) - _TITLES
_WORD = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?")
_SENTENCE_ENDS = frozenset(".!?:;•\n")
_NOT_OF_PEOPLE = _listed("in at near around the a an into inside outside via through under st saint")
_POSSESSIVE = re.compile(r"[’']s$")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a note, and what stands between it and the word before."""

    text: str
    start: int
    gap: str
    is_first: bool

    @property
    def bare(self) -> str:
        """The word without a possessive ending."""
        return _POSSESSIVE.sub("", self.text)

    @property
    def low(self) -> str:
        """The bare word in small letters."""
        return self.bare.casefold()

    @property
    def is_capitalised(self) -> bool:
        """Whether it begins with a capital and is no abbreviation in capitals, such as SENCO."""
        return self.bare[0].isupper() and any(letter.islower() for letter in self.bare)

    @property
    def is_initial(self) -> bool:
        """Whether it is one capital letter."""
        return len(self.bare) == 1 and self.bare.isupper()


def seems_to_name(note: str, about: str = "") -> tuple[str, ...]:
    """Return the words of a note that seem to be a person's name, each once; none where nothing seems so.

    `about` is the name of what the connection is with, whose words are nobody's name. Few false alarms matter more
    than to find every name: nobody reads a warning that is usually wrong.
    """
    words = _words(note)
    known = {each.low for each in _words(about)}
    found: dict[str, None] = {}
    place = 0
    while place < len(words):
        end = _person(words, place, known)
        if end > place:
            last = words[end - 1]
            found[note[words[place].start : last.start + len(last.bare)]] = None
        place = max(end, place + 1)
    return tuple(found)


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    end = 0
    for each in _WORD.finditer(text):
        gap = text[end : each.start()]
        abbreviates = bool(words) and gap == ". " and (words[-1].is_initial or words[-1].low in _TITLES)
        is_first = not words or (bool(_SENTENCE_ENDS & set(gap)) and not abbreviates)
        words.append(_Word(each.group(), each.start(), gap, is_first))
        end = each.end()
    return words


def _person(words: Sequence[_Word], place: int, known: set[str]) -> int:
    """Return the place after the name that begins here, or the place itself where none does."""
    word = words[place]
    if not (word.is_capitalised or word.is_initial):
        return place
    run = _run(words, place)
    if _is_something_else(words, place, run, known):
        return place
    name = range(place, run)
    before = words[place - 1] if place else None
    titled = word.low in _TITLES and len(name) > 1
    if titled or _is_told_whose(words, place, before, is_pair=len(name) > 1) or _is_introduced(words, run):
        return run
    if word.is_initial and word.text not in "AI" and len(name) > 1:
        return run
    is_usual = word.low in _FIRST_NAMES
    if len(name) == 1:
        return run if is_usual and before is not None and before.low in _WITH and not word.is_first else place
    may_be_place = any(words[each].low in _PLACES for each in name)
    if is_usual:
        return run if not (before and before.low in _NOT_OF_PEOPLE and may_be_place) else place
    is_plain = not word.is_first and not may_be_place and len(name) <= _LONGEST_NAME
    return run if is_plain and not (before and before.low in _NOT_OF_PEOPLE) else place


_WITH = _listed("with by and")
_LONGEST_NAME = 3


def _run(words: Sequence[_Word], place: int) -> int:
    """Return the place after the last capitalised word in a row."""
    end = place + 1
    while end < len(words) and (words[end].is_capitalised or words[end].is_initial):
        dotted = words[end - 1].is_initial or words[end - 1].low in _TITLES
        if words[end].gap != " " and not (dotted and words[end].gap in (". ", ".")):
            break
        if words[end - 1].text != words[end - 1].bare:
            break
        end += 1
    return end


def _is_something_else(words: Sequence[_Word], place: int, run: int, known: set[str]) -> bool:
    """Whether the row is, or is part of, the name of an institution, a day, a subject, or what the note is about."""
    some = words[place:run]
    is_usual = len(some) == 1 and some[0].low in _FIRST_NAMES
    if all(each.low in known for each in some) and not is_usual:
        return True
    return any(each in _NO_NAMES for each in _around(words, place, run))


def _around(words: Sequence[_Word], place: int, run: int) -> Iterator[str]:
    # An initial is no article.
    yield from (each.low for each in words[place:run] if not each.is_initial)
    # Capitals that are joined to it, as in “University of East Anglia” or “Friends of Hilltop School”.
    here = place
    while (
        here > 1 and words[here - 1].low in _JOINTS and words[here - 1].gap == " " and words[here - 2].bare[0].isupper()
    ):
        here -= 2
        yield words[here].low
    if run < len(words) and words[run].gap == " " and (words[run].text.isupper() or words[run].text.islower()):
        following = words[run].low
        yield following if following in _INSTITUTIONS else ""
    if run < len(words) and words[run - 1].text != words[run - 1].bare and words[run].gap == " ":
        # “Dr Challoner’s Grammar School”.
        yield from (each.low for each in words[run : _run(words, run)] if each.is_capitalised)
    if run + 1 < len(words) and words[run].low in _JOINTS and words[run].gap == " ":
        yield from (each.low for each in words[run + 1 : _run(words, run + 1)])


_JOINTS = _listed("of for &")


def _is_told_whose(words: Sequence[_Word], place: int, before: _Word | None, *, is_pair: bool) -> bool:
    """Whether what stands before says that a name follows: “called”, “my wife”, “my brother, ”."""
    word = words[place]
    if before is None or word.is_initial or word.is_first:
        return False
    if before.low in _CUES and before.text == before.bare:
        return word.gap in (" ", " “", " '", ' "')
    if before.low not in _RELATIONS or before.text != before.bare or word.low in _PLACES:
        return False
    # After a comma or a bracket, a place may follow as well: “my brother (Wenshire)”.
    return word.gap == " " or (word.gap in (", ", " (") and (word.low in _FIRST_NAMES or is_pair))


# “, my wife, who”, “is my wife”: how many words are looked at.
_AS_MANY = 3


def _is_introduced(words: Sequence[_Word], run: int) -> bool:
    """Whether what follows says that it was a name: “Jane is my wife”, “Jane, my wife, …”, “Jane (my wife)”."""
    rest = words[run : run + 3]
    if len(rest) < _AS_MANY:
        return False
    if rest[0].low == "my" and rest[0].gap in (", ", " (") and rest[1].low in _RELATIONS:
        return rest[1].text == rest[1].bare and rest[2].gap[:1] in (",", ".", ")", ";")
    is_my = [each.low for each in rest[:2]] in (["is", "my"], ["was", "my"]) and rest[0].gap == " "
    return is_my and rest[2].low in _RELATIONS and rest[2].text == rest[2].bare
