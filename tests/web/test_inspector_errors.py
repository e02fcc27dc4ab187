"""What goes wrong while declaring: bad answers, two windows, sent twice, and what is not one's own."""

import re
from collections.abc import Iterator

import pytest

from tests.support.databases import Fresh
from tests.support.declaring import BASE, HILLTOP, RIDGE, SINCE, Desk, desk
from tests.support.web import Site, get, running_site, shown
from tests.support.world import employed_at
from tracker.domain.access import Role
from tracker.domain.drafting import Writing
from tracker.models import DeclarationKind, Inspector

HOSTILE = "</textarea><script>alert(1)</script>{{ 7 * 7 }} ' OR 1=1 -- \u202e ü"


def drafting(site: Site) -> Desk:
    """An inspector who has begun a draft with one connection."""
    made = desk(site)
    made.begins()
    made.adds(HILLTOP)
    return made


@pytest.fixture
def ines(site: Site) -> Desk:
    return drafting(site)


@pytest.fixture(scope="module")
def refused(sqlite_fresh: Fresh) -> Iterator[Desk]:
    """One for all the tests whose forms are refused, which changes nothing."""
    with running_site(sqlite_fresh()) as started:
        yield drafting(started)


BAD_DATES = [
    ({"began_on-year": "2015", "state": "ended", "ended_on-year": "2014"}, "before it began", "ended_on-day"),
    ({"began_on-year": "2015", "state": "ended"}, "Enter when it ended", "ended_on-day"),
    ({"began_on-year": "2015", "state": "still", "ended_on-year": "2016"}, "clear this date", "ended_on-day"),
    ({"began_on-year": "2015"}, "Choose whether it is still so", "state"),
    ({"state": "still"}, "Enter when it began", "began_on-day"),
    (
        {"began_on-day": "31", "began_on-month": "2", "began_on-year": "2015", "state": "still"},
        "real date",
        "began_on-day",
    ),
    ({"began_on-day": "3", "began_on-year": "2015", "state": "still"}, "include a month", "began_on-month"),
    ({"began_on-year": "15", "state": "still"}, "four numbers", "began_on-year"),
    ({"began_on-year": "1066", "state": "still"}, "real date", "began_on-year"),
    ({"began_on-year": "2015", "state": "perhaps"}, "one of the answers", "state"),
    (
        {"began_on-year": ["2x", "2015", "2016"], "began_on-month": ["1", "2"], "state": "still"},
        "four numbers",
        "began_on-year",
    ),
]


@pytest.mark.parametrize(("data", "says", "target"), BAD_DATES)
def test_a_bad_date_is_refused_at_its_own_input_and_what_was_typed_stays(
    refused: Desk, data: dict[str, object], says: str, target: str
) -> None:
    answer = refused.tries("/draft/connections/1/dates", data)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'href="#{target}"' in answer.text
    assert f'id="{target}"' in answer.text
    for name, value in data.items():
        typed = value if isinstance(value, str) else value[0]  # type: ignore[index]
        assert name == "state" or f'value="{typed}"' in answer.text
    draft = refused.draft
    assert draft is not None
    line = Writing.from_json(draft.content).line(1)
    assert line is not None
    assert (line.began_on, line.ended_on) == ("2015", "")


@pytest.mark.parametrize(("data", "says", "target"), BAD_DATES)
def test_a_bad_date_is_refused_just_so_where_all_is_asked_on_one_page(
    refused: Desk, data: dict[str, object], says: str, target: str
) -> None:
    path = f"/draft/add?target={RIDGE}&nature=governance"
    answer = refused.tries(path, {**refused.told(path, "partner", "Typed."), **dict.fromkeys(SINCE, ""), **data})
    assert answer.status_code == 422
    assert says in answer.text
    assert f'href="#{target}"' in answer.text
    assert "Typed." in answer.text
    assert re.search(r'value="partner" checked', answer.text)
    assert "You have entered 1 connection" in refused.opens("/draft").text


def test_a_future_and_a_whole_and_a_partial_date_are_taken(ines: Desk) -> None:
    data = {"began_on-month": "september", "began_on-year": "2027", "state": "ended", "ended_on-year": "2029"}
    assert ines.sends("/draft/connections/1/dates", data) == "/draft"
    assert "From September 2027 until 2029" in ines.opens("/draft/check").text


@pytest.mark.parametrize(
    ("path", "target", "data"),
    [
        ("/draft/question", "natures", {}),
        ("/draft/question", "natures", {"natures": "none"}),
        ("/draft/question", "natures", {"natures": ["employment", "none"]}),
        ("/draft/question", "natures", {"natures": ["friendship"]}),
        (f"/draft/add?target={RIDGE}", "nature", {"nature": "friendship"}),
        (f"/draft/add?target={RIDGE}&nature=gift", "holder", {"began_on-year": "2025"}),
        (f"/draft/add?target={RIDGE}&nature=other", "note", {"holder": "self", **SINCE}),
        ("/draft/connections/1/nature", "nature", {"nature": ""}),
        ("/draft/connections/1/holder", "holder", {"holder": "dog"}),
        ("/draft/connections/1/note", "note", {"note": "x" * 2001}),
    ],
)
def test_an_answer_that_is_none_is_refused_at_its_field(
    refused: Desk, path: str, target: str, data: dict[str, object]
) -> None:
    answer = refused.tries(path, data)
    assert answer.status_code == 422
    assert f'href="#{target}"' in answer.text
    assert f'id="{target}"' in answer.text
    assert "<title>Error: " in answer.text


def test_something_else_must_be_described(ines: Desk) -> None:
    assert ines.sends("/draft/connections/1/nature", {"nature": "other"}) == "/draft/connections/1/note"
    assert "Describe the connection" in ines.opens("/draft/connections/1/note").text
    assert "so that a reviewer can grade it" in ines.tries("/draft/connections/1/note", {"note": " "}).text


def test_hostile_words_are_kept_as_words(ines: Desk) -> None:
    ines.sends("/draft/connections/1/note", {"note": HOSTILE})
    ref = ines.files()
    for path in ("/draft/find?q=%3Cscript%3E%27%25_", f"/{ref}"):
        page = get(ines.client, BASE + path).text
        assert "<script>alert" not in page
        assert "<script>'" not in page
    assert "{{ 7 * 7 }}" in get(ines.client, f"{BASE}/{ref}").text


def test_a_note_keeps_its_lines_where_it_is_read_again(ines: Desk) -> None:
    ines.sends("/draft/connections/1/note", {"note": "First.\n\nSecond."})
    lines = re.compile(r'class="app-words">First\.\n *\n *Second\.<')
    assert lines.search(ines.opens("/draft/check").text)
    ref = ines.files()
    assert lines.search(ines.opens(f"/{ref}").text)


def test_a_target_that_is_on_no_register_leads_back_to_the_search(ines: Desk) -> None:
    for target in ("gias:000", "javascript:alert(1)", "%0A", ""):
        assert get(ines.client, f"{BASE}/draft/add?target={target}").headers["Location"] == f"{BASE}/draft/find"
        assert ines.tries(f"/draft/add?target={target}", {"nature": "gift"}, of="/draft/question").status_code == 303


def test_two_windows_do_not_overwrite_each_other_and_what_was_typed_stays(ines: Desk) -> None:
    seen = ines.version
    ines.sends("/draft/connections/1/note", {"note": "In the first window."})
    late = ines.tries("/draft/connections/1/note", {"note": "In the second window."}, version=seen)
    assert late.status_code == 409
    assert "another window" in late.text
    assert "In the second window." in late.text
    assert "In the first window." in ines.opens("/draft/check").text
    # The page that said so bears the version as it is now: sent again, it is saved.
    ines.sends("/draft/connections/1/note", {"note": "In the second window."})
    assert "In the second window." in ines.opens("/draft/check").text


def test_a_connection_that_is_sent_twice_is_entered_once_and_going_back_corrects_it(ines: Desk) -> None:
    seen, path = ines.version, f"/draft/add?target={RIDGE}&nature=governance"
    typed = ines.told(path)
    for holder in ("self", "self", "partner"):
        assert ines.tries(path, {**typed, "holder": holder}, version=seen).status_code == 303
    page = ines.opens("/draft").text
    assert "You have entered 2 connections" in page
    assert page.count("My partner") == 1


def test_another_window_s_connection_and_this_one_s_are_both_kept(ines: Desk) -> None:
    seen, path = ines.version, f"/draft/add?target={RIDGE}&nature=governance"
    one, other = ines.told(path), ines.told(path, "child")
    ines.tries(path, one, version=seen)
    late = ines.tries(path, other, version=seen)
    assert late.status_code == 409
    assert re.search(r'value="child" checked', late.text)
    assert ines.sends(path, other) == "/draft"
    assert "You have entered 3 connections" in ines.opens("/draft").text


def test_a_connection_that_another_window_removed_says_so(ines: Desk) -> None:
    token_page = "/draft/connections/1/holder"
    ines.opens(token_page)
    ines.sends("/draft/connections/1/remove")
    answer = ines.sends_again(token_page, {"holder": "self", "version": "2"})
    assert answer.status_code == 409
    assert "removed from the draft" in answer.text
    assert get(ines.client, BASE + token_page).status_code == 404


def test_a_draft_that_changed_after_it_was_read_is_not_filed(ines: Desk) -> None:
    ines.sends("/draft/connections/1/note", {"note": ""})
    read = ines.version
    ines.adds(RIDGE, "gift", "partner")
    answer = ines.tries("/draft/check", version=read)
    assert answer.status_code == 409
    assert "Ridge Academy" in answer.text
    assert ines.recorded == []


def test_an_unfinished_draft_is_not_filed(ines: Desk) -> None:
    ines.sends("/draft/question", {"natures": ["employment", "gift"]})
    answer = ines.tries("/draft/check", of="/draft/question")
    assert answer.status_code == 422
    assert ines.recorded == []


def test_what_is_filed_twice_is_recorded_once(ines: Desk) -> None:
    ines.sends("/draft/connections/1/note", {"note": ""})
    version = ines.version
    ref = ines.files()
    again = ines.sends_again("/draft/check", {"version": str(version), "based_on": ""})
    assert again.headers["Location"] == f"{BASE}/{ref}/recorded"
    assert "Nothing was filed a second time" in ines.opens(f"/{ref}/recorded").text
    assert len(ines.recorded) == 1
    assert get(ines.client, f"{BASE}/draft/check").status_code == 302
    ines.begins()
    ines.sends("/draft/discard")
    gone = ines.sends_again("/draft/check", {"version": "1", "based_on": ref})
    assert gone.status_code == 409
    assert len(ines.recorded) == 1


def test_a_draft_whose_ground_changed_is_not_filed_before_the_inspector_said_so(ines: Desk) -> None:
    ines.sends("/draft/connections/1/note", {"note": ""})
    kept = ines.draft
    assert kept is not None
    with ines.site.staging() as stage:
        inspector = stage.session.get(Inspector, ines.number)
        assert inspector is not None
        stage.declares(inspector, employed_at(RIDGE))
        stage.session.merge(kept)
    page = ines.opens("/draft/check").text
    assert "What is in force changed" in page
    assert "Certify and file" not in page
    refused = ines.tries("/draft/check")
    assert refused.status_code == 409
    assert len(ines.recorded) == 1
    assert ines.sends("/draft/rebase", of="/draft/check") == "/draft"
    ines.files()
    assert [each.kind for each in ines.recorded] == [DeclarationKind.CONNECTIONS] * 2


@pytest.mark.parametrize("path", ["/draft/connections/1/note", f"/draft/add?target={RIDGE}&nature=governance"])
def test_a_note_that_seems_to_name_somebody_is_asked_about_once(ines: Desk, path: str) -> None:
    answers = ines.told(path) if "add" in path else {}
    warned = ines.tries(path, {**answers, "note": "My wife Jane Doe teaches there."})
    assert warned.status_code == 422
    assert "This seems to hold a name: “Jane Doe”" in warned.text
    assert 'href="#note"' in warned.text
    assert "keep the note as it is" in warned.text
    assert "keep the note as it is" not in ines.opens(path).text
    ines.sends(path, {**answers, "note": "My wife Jane Doe teaches there.", "keep": "yes"})
    assert "My wife Jane Doe teaches there." in ines.opens("/draft").text
    assert ines.sends(path, {**answers, "note": "I know Ridge Academy well."}) == "/draft"


def test_what_is_not_ones_own_looks_as_if_it_were_not_there(ines: Desk) -> None:
    with ines.site.staging() as stage:
        other = stage.inspector("T900", "Otto Other")
        filed = stage.declares(other, employed_at(HILLTOP))
        inspection = stage.inspection("INS-SECRET")
        assignment = stage.proposes(inspection, other)
        theirs, hidden = filed.declaration.ref, assignment.ref
    ines.opens("/draft")
    absent = get(ines.client, f"{BASE}/DEC-0000-0000")
    for path in (f"/{theirs}", f"/{theirs}/recorded", f"/assignments/{hidden}", "/assignments/ASG-0000-0000", "/%00"):
        answer = get(ines.client, BASE + path)
        assert answer.status_code == 404
        assert shown(answer) == shown(absent)
    for path in ("", "/start", "/draft"):
        page = get(ines.client, BASE + path).text
        assert "INS-SECRET" not in page
        assert "Otto" not in page


def test_nobody_but_an_inspector_gets_in(ines: Desk) -> None:
    for role in (Role.SCHEDULER, Role.AUDITOR, Role.ADMINISTRATOR, Role.DECISION_MAKER):
        client = ines.site.client_for(role)
        for path in ("", "/start", "/draft", "/withdraw"):
            assert get(client, BASE + path).status_code == 404
    assert get(ines.site.client(), BASE).status_code == 302
