"""Legal holds at the administrator's pages, and what the privacy page says of keeping."""

from tests.support.web import Site, get, parsed, post
from tests.support.world import staged
from tracker.domain.access import Role

PAGE, FORM = "/admin/holds", "/admin/holds/place"


def test_a_hold_is_placed_listed_and_lifted_with_its_reasons(site: Site) -> None:
    with site.staging() as stage:
        staged(stage.session).inspector("T100", "Ines Pector")
    client = site.client_for(Role.ADMINISTRATOR)
    assert "There is none." in get(client, PAGE).text
    assert post(client, FORM, {"staff_no": "T100", "reason": "A court asked."}).status_code == 303
    listed = get(client, PAGE)
    parsed(listed)
    assert "Ines Pector (T100)" in listed.text
    assert "A court asked." in listed.text
    assert "Standing (1)" in listed.text
    ref = listed.text.split("/admin/holds/HLD")[1].split("/lift")[0]
    lift = f"/admin/holds/HLD{ref}/lift"
    parsed(get(client, lift))
    assert post(client, lift, {"reason": " "}).status_code == 422
    assert post(client, lift, {"reason": "It has decided."}).status_code == 303
    assert post(client, lift, {"reason": "Twice."}).status_code == 303
    listed = get(client, PAGE)
    parsed(listed)
    assert "Standing (0)" in listed.text
    assert "It has decided." in listed.text
    assert "Twice." not in listed.text
    entries = get(site.client_for(Role.AUDITOR), "/audit/entries").text
    assert "placed the legal hold HLD" in entries
    assert "lifted the legal hold HLD" in entries


def test_what_cannot_be_held_is_refused_at_its_field(site: Site) -> None:
    with site.staging() as stage:
        staged(stage.session)
    client = site.client_for(Role.ADMINISTRATOR)
    for sent, field, says in (
        ({"staff_no": "NOBODY", "reason": "x"}, "staff_no", "There is no inspector of that staff number"),
        ({"inspection": "INS-0", "reason": "x"}, "inspection", "There is no inspection of that reference"),
        ({"reason": "x"}, "staff_no", "Give either a staff number or the reference of an inspection"),
        ({"staff_no": "T100"}, "reason", "Say why it must be kept"),
    ):
        refused = post(client, FORM, dict(sent))
        assert refused.status_code == 422
        assert says in refused.text
        assert f'href="#{field}"' in refused.text


def test_the_privacy_page_says_for_how_long_each_kind_of_words_is_kept(site: Site) -> None:
    page = get(site.client(), "/privacy")
    parsed(page)
    for words in ("Notes on connections", "6 years", "180 days", "no longer in force", "legal hold"):
        assert words in page.text
