"""A partner's own pages of offers: three fields, versions that are never lost, nobody else's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.scope import Actor, acting
from campaigns.models.editor import MailImage
from config.kit import ids
from partners.models.offers import Offer, OfferStep, OfferTemplate, OfferVersion, ReachAsk
from partners.models.partnerships import Partnership
from partners.selectors.names import OFFER, PARTNERSHIP
from partners.selectors.offers import offer_day, version_content
from partners.services.approvals import request_changes
from partners.services.offers import save_offer, withdraw_offer
from tests.campaigns.pictures.test_sandbox import photo, written
from tests.partners.services.offering import content, live, submitted

State = Offer.State
At = Callable[..., str]


@pytest.fixture
def at(dinner: Partnership) -> At:
    """`at("partner_offer", offer)`: the path of a page of the trattoria's."""

    def path(name: str, offer: Offer | None = None) -> str:
        args = [ids.encode(PARTNERSHIP, dinner.uid)]
        return reverse(name, args=args + ([ids.encode(OFFER, offer.uid)] if offer else []))

    return path


def typed(page: bytes | None = None, **said: object) -> dict[str, object]:
    """What the form sends when only the three fields are filled in: the rest as it came."""
    first = offer_day() + timedelta(days=7)
    values: dict[str, object] = {
        "headline": "A fifth off dinner for two",
        "gets": "20% off dinner",
        "ends_on": (first + timedelta(days=27)).isoformat(),
        "starts_on": first.isoformat(),
        "share": "10",
        "base": "0",
    }
    return values | said


def test_three_fields_make_an_offer_and_the_brands_template_gives_the_rest(
    dinner: Partnership, pia_client: Client, at: At
) -> None:
    OfferTemplate.objects.create(text="Fresh every day.", lead_days=3, run_days=10, valid_days=14)
    page = pia_client.get(at("partner_offer_new"))
    shown = page.context["form"]
    assert [bound.name for bound in shown.main()] == ["headline", "gets", "ends_on"]
    told = {bound.html_name: bound.value() for bound in shown if bound.name != "picture"}
    sent = {name: "" if value is None else value for name, value in told.items()}
    sent |= {"headline": "A fifth off", "gets": "20% off dinner", "is_exclusive": ""}
    answer = pia_client.post(at("partner_offer_new"), sent)
    assert answer.status_code == 302, answer.context["form"].errors
    offer = Offer.objects.get()
    assert answer["Location"] == at("partner_offer", offer)
    saved = version_content(offer, 1)
    assert (saved.headline, saved.text) == ("A fifth off", "Fresh every day.")
    assert (saved.voucher.kind, saved.voucher.value, saved.voucher.item) == (
        "percent",
        20,
        "dinner",
    )
    assert (saved.voucher.valid_days, saved.deal.share) == (14, 100)
    assert saved.starts_on == offer_day() + timedelta(days=3)
    assert saved.ends_on == offer_day() + timedelta(days=12)
    assert saved.category_id == dinner.category_id


def test_it_is_previewed_submitted_and_followed(
    dinner: Partnership, pia_client: Client, at: At
) -> None:
    offer = save_offer(dinner, content(dinner.category))
    page = pia_client.get(at("partner_offer", offer)).content.decode()
    assert "20% off" in page
    assert "does not learn your name" in page
    pia_client.post(at("partner_offer_submit", offer), {"number": "1"})
    offer.refresh_from_db()
    assert offer.state == State.SUBMITTED
    step = OfferStep.objects.get(act="submitted")
    assert (step.by_kind, step.by_id) == ("partner", int(pia_client.session["_auth_user_id"]))
    with acting(Actor("user")):
        request_changes(offer, number=1, note="Please say until when.")
    listed = pia_client.get(at("partner_offers")).content.decode()
    assert "Changes asked for" in listed
    assert "Please say until when." in listed


def test_the_whole_mail_is_shown_as_somebody_invented_reads_it(
    dinner: Partnership, pia_client: Client, at: At
) -> None:
    offer = save_offer(dinner, content(dinner.category, text="Hello {{ first_name }}!"))
    answer = pia_client.get(at("partner_offer_mail", offer))
    html = answer.content.decode()
    assert "A fifth off dinner for two" in html
    assert "Hello { { first_name" in html
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "rae@example.com" not in html


def test_what_is_over_is_offered_again_on_new_days(
    dinner: Partnership, pia_client: Client, at: At
) -> None:
    offer = withdraw_offer(submitted(dinner, text="Fresh."))
    page = pia_client.get(at("partner_offer_new"), {"from": ids.encode(OFFER, offer.uid)})
    form = page.context["form"]
    assert (form["text"].value(), form["base"].value()) == ("Fresh.", 0)
    assert form["starts_on"].value() == (offer_day() + timedelta(days=7)).isoformat()


def test_the_preview_follows_what_is_typed_and_keeps_nothing(
    dinner: Partnership, pia_client: Client, at: At
) -> None:
    said = typed(headline="Half <price>", gets="nothing yet", ends_on="soon")
    page = pia_client.post(at("partner_offer_preview"), said).content.decode()
    assert "Half &lt;price&gt;" in page
    assert "nothing yet" in page
    assert not Offer.objects.exists()


def test_how_many_it_would_reach_is_told_in_a_band_only(
    dinner: Partnership, pia_client: Client, at: At
) -> None:
    page = pia_client.post(at("partner_offer_reach"), typed(least_orders="2")).content.decode()
    assert "fewer than 50 customers" in page
    assert ReachAsk.objects.get().partnership_id == dinner.pk


def test_what_is_wrong_stands_beside_its_field(
    dinner: Partnership, pia_client: Client, at: At
) -> None:
    said = typed(category=dinner.category_id, link="https://bit.ly/x", gets="$10 off")
    page = pia_client.post(at("partner_offer_new"), said)
    assert page.context["form"].errors["gets"] == ["Amounts are in GBP here."]
    said = typed(category=dinner.category_id, link="https://bit.ly/x")
    page = pia_client.post(at("partner_offer_new"), said)
    assert "hides where a link leads" in page.context["form"].errors["link"][0]
    assert page.context["form"].has_faults_in_more()
    assert not Offer.objects.exists()


def test_who_edits_at_the_same_time_sees_both_and_loses_nothing(
    dinner: Partnership, pia_client: Client, at: At
) -> None:
    offer = save_offer(dinner, content(dinner.category))
    save_offer(dinner, content(dinner.category, headline="Theirs"), offer=offer, base=1)
    said = typed(category=dinner.category_id, headline="Mine", base="1")
    page = pia_client.post(at("partner_offer_edit", offer), said)
    assert "was saved while you were writing" in page.content.decode()
    form = page.context["form"]
    assert (form["headline"].value(), form["base"].value()) == ("Mine", "2")
    assert ("Headline", "Mine", "Theirs") in [
        (each.label, each.before, each.after) for each in page.context["theirs"]
    ]
    assert OfferVersion.objects.count() == 2
    pia_client.post(at("partner_offer_edit", offer), said | {"base": "2"})
    assert version_content(offer, 3).headline == "Mine"


def test_a_picture_is_written_anew_and_needs_words(
    dinner: Partnership, pia_client: Client, at: At
) -> None:
    said = typed(category=dinner.category_id)
    upload = SimpleUploadedFile("table.png", written(photo(), "PNG"), content_type="image/png")
    page = pia_client.post(at("partner_offer_new"), said | {"picture": upload})
    assert "Describe the picture" in page.context["form"].errors["alt"][0]
    assert not MailImage.objects.exists()
    upload.seek(0)
    pia_client.post(at("partner_offer_new"), said | {"picture": upload, "alt": "A table for two"})
    saved = version_content(Offer.objects.get(), 1)
    assert (saved.image, saved.image_alt) == (MailImage.objects.get().name, "A table for two")


def test_an_offer_and_a_change_are_taken_back(
    dinner: Partnership, pia_client: Client, at: At
) -> None:
    waiting = submitted(dinner)
    pia_client.post(at("partner_offer_withdraw", waiting))
    waiting.refresh_from_db()
    assert waiting.state == State.WITHDRAWN
    running = live(dinner)
    page = pia_client.post(at("partner_offer_withdraw", running), follow=True)
    assert "cannot be done" in page.content.decode()
    running.refresh_from_db()
    assert running.state == State.LIVE


def test_another_partner_finds_none_of_it(
    dinner: Partnership, wines: Partnership, otto_client: Client, at: At
) -> None:
    offer = submitted(dinner)
    own = ids.encode(PARTNERSHIP, wines.uid)
    for name in ("partner_offer", "partner_offer_edit"):
        assert otto_client.get(at(name, offer)).status_code == 404
        path = reverse(name, args=[own, ids.encode(OFFER, offer.uid)])
        assert otto_client.get(path).status_code == 404
    for name in ("partner_offer_submit", "partner_offer_withdraw"):
        path = reverse(name, args=[own, ids.encode(OFFER, offer.uid)])
        assert otto_client.post(path, {"number": "1"}).status_code == 404
    preview = reverse("partner_offer_preview", args=[own])
    said = typed(offer=ids.encode(OFFER, offer.uid))
    assert otto_client.post(preview, said).status_code == 404
    offer.refresh_from_db()
    assert offer.state == State.SUBMITTED
    assert offer.name not in otto_client.get(reverse("partner_offers", args=[own])).content.decode()
