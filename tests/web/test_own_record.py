"""What an inspector takes away: receipts, the history in words, and a copy of all that is held, of nobody else."""

import io
import json
import zipfile

import pytest
from sqlalchemy import select, update

from tests.support.declaring import BASE, HILLTOP, RIDGE, UNTIL, Desk, desk
from tests.support.web import Site, get, parsed, post
from tests.support.world import employed_at
from tracker.domain.access import Role
from tracker.domain.receipt import read_receipt
from tracker.models import HistoryHead, Inspector, Words
from tracker.web.inspector.words import CERTIFICATION, VOUCHED


@pytest.fixture
def ines(site: Site) -> Desk:
    """An inspector who declared a job with a note."""
    made = desk(site)
    made.begins()
    made.adds(HILLTOP, note="Head of year four.", **UNTIL)
    made.files()
    return made


def assigned(ines: Desk) -> str:
    with ines.site.staging() as stage:
        inspector = stage.session.get(Inspector, ines.number)
        assert inspector is not None
        return stage.proposes(stage.inspection(), inspector).ref


def copy(ines: Desk) -> dict[str, bytes]:
    answer = post(ines.client, f"{BASE}/everything")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_receipt_proves_what_was_declared_with_its_words(ines: Desk) -> None:
    answer = get(ines.client, f"{BASE}/{ines.in_force}/receipt")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="receipt-{ines.in_force}.json"'
    body, proved = read_receipt(answer.data)
    with ines.site.sessions() as session:
        head = session.scalars(select(HistoryHead)).one()
        assert (proved.size, proved.root.hex()) == (head.size, head.root)
    assert f"declaration:{ines.in_force}" in body["entry"]["subjects"]
    assert body["open"]["connection:1"]["value"]["target"] == HILLTOP
    assert body["open"]["connection:1:note"]["value"] == "Head of year four."
    assert body["wordings"] == [CERTIFICATION]
    for page in (f"/{ines.in_force}", f"/{ines.in_force}/recorded"):
        assert "Download the receipt" in ines.opens(page).text


def test_a_receipt_is_given_against_a_checkpoint_that_somebody_keeps(ines: Desk) -> None:
    with ines.site.sessions() as session:
        kept = session.scalars(select(HistoryHead)).one()
    ines.site.wait(minutes=5)
    ref = ines.in_force
    ines.begins()
    ines.sends("/draft/discard")
    ines.begins()
    ines.adds(RIDGE, "gift")
    ines.files()
    _, proved = read_receipt(get(ines.client, f"{BASE}/{ref}/receipt?size={kept.size}").data)
    assert (proved.size, proved.root.hex()) == (kept.size, kept.root)
    for size in ("1", "999999999", "x", "-1"):
        assert get(ines.client, f"{BASE}/{ref}/receipt?size={size}").status_code == 422


@pytest.mark.parametrize(
    ("size", "said"), [("1400", "name a size from"), ("abc", "must be a number of entries"), ("0", "name a size from")]
)
def test_a_receipt_against_a_wrong_size_says_so_beside_the_field(ines: Desk, size: str, said: str) -> None:
    page = get(ines.client, f"{BASE}/{ines.in_force}/receipt?size={size}")
    parsed(page)
    assert page.status_code == 422
    assert said in page.text.partition("govuk-error-message")[2]
    assert f'value="{size}"' in page.text


def test_after_the_words_were_erased_receipts_still_prove(ines: Desk) -> None:
    before = get(ines.client, f"{BASE}/{ines.in_force}/receipt").data
    with ines.site.staging() as stage:
        stage.session.execute(update(Words).values(salt=None, value=None, erased_at=stage.now))
    assert read_receipt(before)[0]["open"]["connection:1:note"]["value"] == "Head of year four."
    after, _ = read_receipt(get(ines.client, f"{BASE}/{ines.in_force}/receipt").data)
    assert after["open"] == {}
    assert set(after["entry"]["private"]) == {"connection:1", "connection:1:note"}
    assert after["wordings"] == [CERTIFICATION]


def test_a_word_for_an_inspection_and_a_withdrawal_have_receipts_too(ines: Desk) -> None:
    page = f"/assignments/{assigned(ines)}"
    assert get(ines.client, f"{BASE}{page}/receipt").status_code == 404
    ines.sends(f"{page}/confirm", {"declaration": ines.in_force or ""}, of=page)
    body, _ = read_receipt(get(ines.client, f"{BASE}{page}/receipt").data)
    assert body["entry"]["event"] == "assignment:vouched"
    assert body["wordings"] == [VOUCHED]
    to = ines.sends("/withdraw", {"reason": "I no longer inspect."})
    body, _ = read_receipt(get(ines.client, BASE + to.replace("/recorded", "/receipt")).data)
    assert body["open"]["reason"]["value"] == "I no longer inspect."


def test_the_history_is_told_in_words_with_who_opened_it(ines: Desk) -> None:
    ref = ines.in_force
    auditor = ines.site.client_for(Role.AUDITOR)
    post(auditor, f"/audit/declarations/{ref}/open", of=f"/audit/declarations/{ref}")
    ines.site.wait(minutes=5)
    ines.begins()
    ines.adds(RIDGE, "gift")
    ines.files()
    page = ines.opens("/history").text
    assert "Added:" in page
    assert "A gift or hospitality (the inspector): Ridge Academy" in page
    assert "Hilltop Primary School: Work; Me; From September 2015 until July 2023" in page
    assert ": an auditor" in page
    assert "Pat Person" not in page.partition("<main")[2]


def test_one_press_gives_all_that_is_held_and_is_itself_entered(ines: Desk) -> None:
    assigned(ines)
    ines.begins()
    assert "Download the copy" in ines.opens("/everything").text
    files = copy(ines)
    told = json.loads(files["your-record.json"])
    assert told["staff_list"]["name"] == "Ines Pector 1"
    assert told["declarations"][0]["connections"][0]["note"] == "Head of year four."
    assert "worked at Hilltop Primary School" in told["inspections"][0]["checks"][0]["findings"][0]
    assert told["draft"]["lines"][0]["note"] == "Head of year four."
    assert [each["what"] for each in told["sign_ins"]] == ["person:signed-in"]
    assert [each["kind"] for each in told["notices"]] == ["confirmation-due"]
    assert {"easting", "northing", "employer"} <= set(told["staff_list"])
    assert "Head of year four." in files["your-record.html"].decode()
    read_receipt(files[f"receipts/receipt-{ines.in_force}.json"])
    assert {"verifier/tree.py", "verifier/receipt.py", "READ ME.txt"} <= set(files)
    entries = get(ines.site.client_for(Role.AUDITOR), "/audit/entries").text
    assert "took a copy of all that is held on" in entries


def test_nothing_of_anybody_else_is_in_it(ines: Desk) -> None:
    with ines.site.staging() as stage:
        other = stage.inspector("T900", "Otto Other")
        filed = stage.declares(other, employed_at(RIDGE, note="Otto's own words."))
        stage.proposes(stage.inspection("INS-SECRET"), other)
        theirs = filed.declaration.ref
    whole = b"".join(copy(ines).values()).decode()
    for word in ("Otto", "INS-SECRET", theirs, "Sam Scheduler", "SCHEDULER"):
        assert word not in whole
    assert get(ines.client, f"{BASE}/{theirs}/receipt").status_code == 404
