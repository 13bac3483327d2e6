"""What partners do with their offers: versions that stay, and a name put to one of them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.models.events import DomainEvent
from accounts.models.users import User
from config.kit.errors import Conflict, Invalid
from partners.models.offers import Offer, OfferStep, OfferVersion
from partners.models.partnerships import Partnership
from partners.rules.content import VoucherTerms
from partners.rules.terms import hash_of
from partners.selectors.offers import offer_day, version_content, waits
from partners.services.offers import save_offer, submit_offer, withdraw_change, withdraw_offer
from tests.partners.services.offering import as_partner, content, live, other, submitted

State = Offer.State


def test_each_save_is_a_version_that_stays(dinner: Partnership, pia: User) -> None:
    first = content(dinner.category, text="  Three courses.  ")
    with as_partner(pia):
        offer = save_offer(dinner, first)
        save_offer(dinner, other(first, headline="A quarter off"), offer=offer, base=1)
    assert (offer.state, offer.saved, offer.name) == (State.DRAFT, 2, "A quarter off")
    rows = OfferVersion.objects.order_by("number")
    assert [row.number for row in rows] == [1, 2]
    assert {(row.by_kind, row.by_id) for row in rows} == {("partner", pia.pk)}
    assert version_content(offer, 1) == other(first, text="Three courses.")
    assert [row.content_hash for row in rows] == [
        hash_of(version_content(offer, n)) for n in (1, 2)
    ]
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows.update(number=9)


def test_the_same_again_is_no_new_version(dinner: Partnership) -> None:
    offer = save_offer(dinner, content(dinner.category))
    save_offer(dinner, content(dinner.category), offer=offer, base=1)
    assert (offer.saved, OfferVersion.objects.count()) == (1, 1)


def test_who_edited_an_older_version_is_told_and_overwrites_nothing(dinner: Partnership) -> None:
    first = content(dinner.category)
    offer = save_offer(dinner, first)
    save_offer(dinner, other(first, headline="Mine"), offer=offer, base=1)
    with pytest.raises(Conflict) as refused:
        save_offer(dinner, other(first, headline="Yours"), offer=offer, base=1)
    assert refused.value.code == "saved_since"
    assert (OfferVersion.objects.count(), version_content(offer, 2).headline) == (2, "Mine")


def test_what_cannot_be_offered_is_refused_beside_its_field(dinner: Partnership) -> None:
    today = offer_day()
    good = content(dinner.category)
    wrong = {
        "headline": other(good, headline=" "),
        "ends_on": other(good, ends_on=today - timedelta(days=1), starts_on=today - timedelta(2)),
        "starts_on": other(good, starts_on=today + timedelta(800), ends_on=today + timedelta(810)),
        "voucher": other(good, voucher=VoucherTerms(value=101)),
        "link": other(good, link="http://lucia.example/"),
        "image": other(good, image="0" * 32 + ".jpg", image_alt="A table"),
        "image_alt": other(good, image="0" * 32 + ".jpg"),
        "category_id": other(good, category_id=good.category_id + 99),
    }
    for field, said in wrong.items():
        with pytest.raises(Invalid) as refused:
            save_offer(dinner, said)
        assert field in refused.value.fields
    with pytest.raises(Invalid):
        save_offer(dinner, other(good, text="one\x00two"))
    assert not Offer.objects.exists()


def test_a_link_to_our_own_pages_is_refused(dinner: Partnership) -> None:
    dinner.brand.host = "mail.floral.example"
    dinner.brand.save()
    with pytest.raises(Invalid) as refused:
        save_offer(dinner, content(dinner.category, link="https://mail.floral.example/u/x"))
    assert "another brand" in refused.value.fields["link"]


def test_submitting_puts_the_partners_name_to_one_hash(dinner: Partnership, pia: User) -> None:
    with as_partner(pia):
        offer = save_offer(dinner, content(dinner.category))
        submit_offer(offer, number=1)
    digest = OfferVersion.objects.get().content_hash
    assert (offer.state, offer.submitted, offer.partner_hash, offer.brand_hash) == (
        State.SUBMITTED,
        1,
        digest,
        "",
    )
    step = OfferStep.objects.get()
    assert (step.act, step.version, step.content_hash, step.by_id) == (
        "submitted",
        1,
        digest,
        pia.pk,
    )
    event = DomainEvent.objects.get(type="offer.submitted")
    assert (event.subject_id, event.payload, event.actor_kind) == (
        offer.pk,
        {"number": 1},
        "partner",
    )


def test_only_the_last_version_can_be_submitted_and_only_once(dinner: Partnership) -> None:
    first = content(dinner.category)
    offer = save_offer(dinner, first)
    save_offer(dinner, other(first, headline="Second"), offer=offer, base=1)
    with pytest.raises(Conflict):
        submit_offer(offer, number=1)
    submit_offer(offer, number=2)
    with pytest.raises(Conflict):
        submit_offer(offer, number=2)
    assert list(OfferStep.objects.values_list("act", "version")) == [("submitted", 2)]


@pytest.mark.parametrize(
    "state", [Partnership.State.APPROVED, Partnership.State.SUSPENDED, Partnership.State.ENDED]
)
def test_only_active_partners_make_offers(dinner: Partnership, state: str) -> None:
    offer = save_offer(dinner, content(dinner.category))
    Partnership.objects.filter(pk=dinner.pk).update(state=state)
    with pytest.raises(Conflict) as refused:
        submit_offer(offer, number=1)
    assert refused.value.code == "partnership_not_active"
    with pytest.raises(Conflict):
        save_offer(dinner, content(dinner.category))
    offer.refresh_from_db()
    assert (offer.state, Offer.objects.count()) == (State.DRAFT, 1)
    assert not OfferStep.objects.exists()


def test_an_offer_is_taken_back_before_it_is_live_but_not_after(dinner: Partnership) -> None:
    waiting = submitted(dinner)
    withdraw_offer(waiting, note="We are closed in May.")
    assert waiting.state == State.WITHDRAWN
    assert DomainEvent.objects.filter(type="offer.withdrawn", subject_id=waiting.pk).exists()
    with pytest.raises(Conflict):
        save_offer(dinner, content(dinner.category), offer=waiting, base=1)
    running = live(dinner)
    with pytest.raises(Conflict):
        withdraw_offer(running)
    running.refresh_from_db()
    assert running.state == State.LIVE


def test_a_change_of_a_live_offer_waits_while_the_approved_version_runs_on(
    dinner: Partnership,
) -> None:
    offer = live(dinner)
    agreed = offer.brand_hash
    change = other(version_content(offer, 1), headline="A third off")
    save_offer(dinner, change, offer=offer, base=1)
    submit_offer(offer, number=2)
    assert (offer.state, offer.approved, offer.submitted) == (State.LIVE, 1, 2)
    assert (offer.name, offer.partner_hash) == ("A fifth off dinner for two", agreed)
    assert waits(offer)
    withdraw_change(offer)
    assert (offer.state, offer.submitted, waits(offer)) == (State.LIVE, 1, False)
    with pytest.raises(Conflict):
        withdraw_change(offer)


def test_the_first_day_of_a_live_offer_stays(dinner: Partnership) -> None:
    offer = live(dinner)
    later = other(version_content(offer, 1), starts_on=offer_day() + timedelta(days=2))
    with pytest.raises(Invalid) as refused:
        save_offer(dinner, later, offer=offer, base=1)
    assert "starts_on" in refused.value.fields
    assert OfferVersion.objects.count() == 1


def test_the_database_itself_keeps_exclusive_days_apart(dinner: Partnership) -> None:
    live(dinner, is_exclusive=True)
    waiting = submitted(dinner)
    digest = OfferVersion.objects.get(offer=waiting).content_hash
    with pytest.raises(IntegrityError, match="offer_exclusive"), transaction.atomic():
        Offer.objects.filter(pk=waiting.pk).update(
            state=State.APPROVED, approved=1, brand_hash=digest, partner_hash=digest
        )
