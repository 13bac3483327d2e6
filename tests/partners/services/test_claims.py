"""Taking an offer: once, only by those who may see it, with one voucher."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit.errors import Conflict
from customers.rules.splits import is_held_out
from customers.selectors.experiments import experiment_key
from customers.services.consents import withdraw_consent
from customers.services.experiments import set_brand_control
from partners.models.offers import Offer, OfferClaim
from partners.models.partnerships import OfferCategory
from partners.models.vouchers import Voucher
from partners.selectors.readers import offers_for, reader_of
from partners.services.claims import take_offer
from partners.services.delivery import send_offer
from partners.services.running import end_offer
from partners.services.vouchers import NoVoucherLeft, close_pool, make_codes
from tests import factories
from tests.partners.conftest import make_partnership
from tests.partners.reaching import sent, who_said_yes
from tests.partners.services.offering import live
from tests.partners.vouchers import pool_of


def seen(customer):
    return [each.offer_id for each in offers_for(reader_of(customer))]


def taken():
    return OfferClaim.objects.count(), Voucher.objects.exclude(customer=None).count()


def test_who_takes_an_offer_gets_one_voucher_however_often_they_press(dinner):
    [jo] = who_said_yes(1)
    offer = sent(dinner)
    voucher = take_offer(offer, jo, place="mail")
    assert (voucher.state, voucher.customer_id, voucher.cause_id) == ("assigned", jo.pk, offer.pk)
    assert take_offer(offer, jo) == voucher
    end_offer(offer)
    assert take_offer(offer, jo) == voucher
    assert taken() == (1, 1)
    [event] = DomainEvent.objects.filter(type="offer.taken")
    assert event.payload == {"offer_id": offer.pk, "customer_id": jo.pk}
    assert (event.actor_kind, event.actor_id) == ("customer", jo.pk)


def test_the_same_voucher_comes_back_when_another_pool_has_free_codes_since(dinner):
    [jo] = who_said_yes(1)
    offer = sent(dinner)
    voucher = take_offer(offer, jo)
    make_codes(pool_of(dinner, offer=offer), count=5)
    assert take_offer(offer, jo) == voucher
    assert taken() == (1, 1)


@pytest.mark.parametrize(
    "purpose", ["partner_offers", "marketing", "partner:{partner}", "offers:{category}"]
)
def test_whoever_says_no_sees_it_nowhere_and_cannot_take_it(dinner, purpose):
    jo, _other = who_said_yes(2)
    offer = sent(dinner)
    assert seen(jo) == [offer.pk]
    named = purpose.format(partner=dinner.pk, category=dinner.category_id)
    withdraw_consent(customer=jo, source="page", purpose=named)
    assert seen(jo) == []
    with pytest.raises(Conflict, match="not for you any more"):
        take_offer(offer, jo)
    assert taken() == (0, 0)


def test_nobody_without_a_yes_sees_anything(dinner, cast):
    who_said_yes(1)
    offer = sent(dinner)
    factories.consent(cast.rae)
    assert seen(cast.rae) == []
    with pytest.raises(Conflict):
        take_offer(offer, cast.rae)
    assert taken() == (0, 0)


def test_the_control_group_of_an_offer_sees_it_nowhere(dinner):
    people = who_said_yes(40)
    offer = sent(dinner, control_percent=50)
    key = experiment_key(f"campaign {offer.campaign_id}")
    held = [row for row in people if is_held_out(key, row.pk, percent=50)]
    assert 0 < len(held) < 40
    assert [seen(row) for row in people] == [[] if row in held else [offer.pk] for row in people]
    with pytest.raises(Conflict):
        take_offer(offer, held[0])
    assert taken() == (0, 0)


def test_the_brands_control_group_sees_no_offer_at_all(dinner):
    people = who_said_yes(40)
    set_brand_control(percent=20)
    sent(dinner)
    shown = sum(bool(seen(row)) for row in people)
    assert 20 < shown < 40


def test_what_was_not_sent_or_is_over_is_not_shown(dinner):
    [jo] = who_said_yes(1)
    live(dinner)
    assert seen(jo) == []
    offer = sent(dinner, headline="Another")
    assert seen(jo) == [offer.pk]
    Offer.objects.update(state="paused")
    assert seen(jo) == []


def test_without_a_voucher_left_nothing_is_taken(dinner):
    jo, bo = who_said_yes(2)
    offer = live(dinner)
    pool = pool_of(dinner, "ONLY-1", offer=offer, makes_more=False)
    Offer.objects.filter(pk=offer.pk).update(control_percent=0)
    offer.refresh_from_db()
    send_offer(offer)
    assert take_offer(offer, jo).code == "ONLY-1"
    with pytest.raises(NoVoucherLeft):
        take_offer(offer, bo)
    assert taken() == (1, 1)
    close_pool(pool)


@pytest.mark.django_db(transaction=True)
def test_six_presses_at_once_take_it_once(cast, pia):
    with brand_scope(cast.floral):
        [jo] = who_said_yes(1)
        category = OfferCategory.objects.create(name="Dinner")
        offer = sent(make_partnership(pia, category=category))
    start, codes = Barrier(6), []

    def press():
        start.wait(60)
        try:
            with brand_scope(cast.floral):
                codes.append(take_offer(offer, jo).code)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(codes) == 6
    assert len(set(codes)) == 1
    with brand_scope(cast.floral):
        assert taken() == (1, 1)
        assert DomainEvent.objects.filter(type="offer.taken").count() == 1
