"""Pools and draws: one code for each asker, however they ask."""

from datetime import date, timedelta

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit import clock
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from partners.models.offers import Offer
from partners.models.partnerships import PartnerMail
from partners.models.vouchers import Voucher, VoucherPool
from partners.rules.content import VoucherTerms
from partners.selectors.offers import offer_day
from partners.selectors.suggestions import vouchers_low
from partners.selectors.vouchers import stock_of
from partners.services.voucher_mails import tell_of_low_stock
from partners.services.vouchers import (
    NoVoucherLeft,
    add_codes,
    close_pool,
    create_pool,
    draw_voucher,
    expire_due,
    give_back,
    keep_voucher,
    look_at_stocks,
    make_codes,
    pool_for_offer,
    release_due,
    void_vouchers,
)
from tests import factories
from tests.crowds import at_once
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.services import offering
from tests.partners.vouchers import given, pool_of

State = Voucher.State
HOUR = timedelta(hours=1)


def told(kind: str) -> list[DomainEvent]:
    return list(DomainEvent.objects.filter(type=kind).order_by("id"))


def states(pool: VoucherPool) -> dict[str, str]:
    return dict(Voucher.objects.filter(pool=pool).values_list("code", "state"))


@pytest.mark.django_db(transaction=True)
def test_twelve_workers_give_300_vouchers_to_600_askers_once_each(cast):
    with brand_scope(cast.floral):
        pia = make_partner("pia@lucia.example", name="Pia", business="Lucia")
        pool = pool_of(make_partnership(pia))
        make_codes(pool, count=300)

    def ask(number: int) -> str:
        with brand_scope(cast.floral):
            try:
                return draw_voucher(pool, cause=("offer", number)).code
            except NoVoucherLeft:
                return ""

    codes = at_once(ask, range(600), workers=12)

    had = [code for code in codes if code]
    assert (len(had), len(set(had)), codes.count("")) == (300, 300, 300)
    with brand_scope(cast.floral):
        assert Voucher.objects.filter(pool=pool, state=State.ASSIGNED).count() == 300


@pytest.mark.django_db(transaction=True)
def test_one_asker_at_twelve_windows_gets_one_code(cast):
    with brand_scope(cast.floral):
        pia = make_partner("pia@lucia.example", name="Pia", business="Lucia")
        pool = pool_of(make_partnership(pia), "AAA", "BBB")

    def ask(_: int) -> str:
        with brand_scope(cast.floral):
            return draw_voucher(pool, customer=cast.rae, cause=("offer", 1)).code

    assert set(at_once(ask, range(12))) == {"AAA"}
    with brand_scope(cast.floral):
        assert states(pool) == {"AAA": "assigned", "BBB": "free"}


def test_who_asks_again_gets_the_same_code_and_another_cause_another(dinner, cast):
    pool = pool_of(dinner, "AAA", "BBB", "CCC", valid_days=30)
    first = draw_voucher(pool, customer=cast.rae, cause=("offer", 1))
    assert draw_voucher(pool, customer=cast.rae, cause=("offer", 1)) == first
    assert draw_voucher(pool, customer=cast.rae, cause=("offer", 2)).code == "BBB"
    ann = factories.customer(email="ann@example.com")
    assert draw_voucher(pool, customer=ann, cause=("offer", 1)).code == "CCC"
    with pytest.raises(NoVoucherLeft, match="no voucher left"):
        draw_voucher(pool, customer=ann, cause=("offer", 3))
    assert draw_voucher(pool, customer=cast.rae, cause=("offer", 1)) == first
    assert first.expires_on == dinner.brand.today + timedelta(days=30)
    assert first.state == State.ASSIGNED


def test_a_closed_pool_gives_none_and_what_was_given_holds(dinner, cast):
    pool = pool_of(dinner, "AAA", "BBB")
    first = draw_voucher(pool, customer=cast.rae, cause=("offer", 1))
    close_pool(pool)
    with pytest.raises(NoVoucherLeft):
        draw_voucher(pool, customer=cast.rae, cause=("offer", 2))
    assert draw_voucher(pool, customer=cast.rae, cause=("offer", 1)) == first
    assert states(pool) == {"AAA": "assigned", "BBB": "void"}


def test_a_held_voucher_is_kept_or_goes_back(dinner, cast):
    pool = pool_of(dinner, "AAA", "BBB")
    held = given(pool, cast.rae, hold_until=now() + HOUR)
    assert held.state == State.RESERVED
    assert keep_voucher(held).state == State.ASSIGNED
    assert keep_voucher(held).state == State.ASSIGNED
    assert not give_back(held)

    other = given(pool, cast.rae, hold_until=now() + HOUR)
    assert give_back(other)
    assert draw_voucher(pool, cause=("offer", 9)).code == "BBB"
    # Somebody else's by now.
    with pytest.raises(Conflict, match="no longer"):
        keep_voucher(other)
    assert not give_back(other)
    assert states(pool) == {"AAA": "assigned", "BBB": "assigned"}
    with pytest.raises(Invalid):
        given(pool, hold_until=now() - HOUR)


def test_a_hold_that_is_over_goes_back_by_itself(dinner, cast):
    pool = pool_of(dinner, "AAA", "BBB")
    start = now()
    given(pool, cast.rae, hold_until=start + HOUR)
    given(pool, cast.rae, hold_until=start + 3 * HOUR)
    assert release_due() == 0
    with clock.as_of(start + 2 * HOUR):
        assert release_due() == 1
    assert states(pool) == {"AAA": "free", "BBB": "reserved"}
    free = Voucher.objects.get(code="AAA")
    assert (free.customer_id, free.cause_kind, free.reserved_until) == (None, "", None)


def test_vouchers_end_after_their_last_day_in_the_brands_zone(dinner, cast):
    today = dinner.brand.today
    pool = pool_of(dinner, "AAA", "BBB", expires_on=today + timedelta(days=2))
    mine = given(pool, cast.rae)
    zone = dinner.brand.time_zone
    last_minute = clock.day_start(today + timedelta(days=3), zone) - timedelta(minutes=1)
    with clock.as_of(last_minute):
        assert expire_due() == 0
    with clock.as_of(last_minute + timedelta(minutes=2)):
        assert expire_due() == 2
        assert expire_due() == 0
    assert states(pool) == {"AAA": "expired", "BBB": "expired"}
    [event] = told("vouchers.expired")
    assert event.payload == {"voucher_ids": [mine.pk]}


def test_what_was_not_used_can_be_taken_back(dinner, cast):
    pool = pool_of(dinner, "AAA", "BBB", "CCC")
    mine, used = given(pool, cast.rae), given(pool, cast.rae)
    Voucher.objects.filter(pk=used.pk).update(state=State.REDEEMED)
    assert void_vouchers([mine.pk, used.pk], reason="Order refunded") == [mine.pk]
    assert void_vouchers([mine.pk], reason="Again") == []
    assert states(pool) == {"AAA": "void", "BBB": "redeemed", "CCC": "free"}
    [event] = told("vouchers.voided")
    assert (event.reason, event.payload) == ("Order refunded", {"voucher_ids": [mine.pk]})


def test_a_pool_that_runs_low_is_told_of_once_until_there_is_more(dinner, cast):
    pool = pool_of(dinner, *(f"CODE-{n}" for n in range(30)), low_at=5)
    assert look_at_stocks() == 0
    for _ in range(8):
        given(pool)
    # 22 are left, 8 went in its first week: that lasts for 19 days, not for 21.
    stock = stock_of(pool)
    assert (stock.free, stock.low_level, stock.days_left) == (22, 24, 19)
    assert (look_at_stocks(), look_at_stocks()) == (1, 0)
    [event] = told("voucher_pool.ran_low")
    assert event.payload == {"left": 22}
    tell_of_low_stock(event.subject_id)
    mail = PartnerMail.objects.get()
    assert mail.subject == f"Few vouchers are left: {pool.name}"
    assert mail.lines[0] == f"Few vouchers of “{pool.name}” are left for customers of Floral."
    [suggestion] = vouchers_low(dinner.brand, frozenset({"partners.edit"}))
    assert suggestion.title == "1 pool of vouchers runs low"
    add_codes(pool, ["MORE-1"])
    assert vouchers_low(dinner.brand, frozenset({"partners.edit"})) == []
    assert look_at_stocks() == 1
    empty = pool_of(dinner)
    assert look_at_stocks() == 0
    assert VoucherPool.objects.get(pk=empty.pk).told_low_at is None


def test_a_pool_that_makes_more_never_runs_out(dinner, cast):
    pool = pool_of(dinner, makes_more=True, low_at=3)
    assert given(pool, cast.rae).state == State.ASSIGNED
    assert look_at_stocks() == 1
    assert not stock_of(pool).is_low
    assert told("voucher_pool.ran_low") == []


def test_codes_are_added_once_and_made_to_be_read_aloud(dinner):
    pool, other = pool_of(dinner), pool_of(dinner)
    added = add_codes(pool, ["abc-1", "ABC-1", "A B C", "x", "naïve", "AB\0C"])
    assert (added.added, added.known, added.refused) == (2, 1, 3)
    # Whose they are is not told: a partner would learn which codes another one has.
    there = add_codes(other, ["Abc-1", "x", "ABC-2"])
    assert (there.added, there.known, there.refused) == (1, 0, 2)
    assert add_codes(pool, ["Abc-1"]).known == 1
    assert make_codes(pool, count=4, prefix="LUCIA-") == 4
    made = Voucher.objects.filter(pool=pool, code__startswith="LUCIA-")
    assert not set("".join(code[6:] for code in made.values_list("code", flat=True))) & set("01IO")
    with pytest.raises(Invalid):
        make_codes(pool, count=0)
    with pytest.raises(Invalid):
        make_codes(pool, count=1, prefix="no good")
    assert Voucher.objects.filter(pool=pool).count() == 6


@pytest.mark.parametrize(
    "said",
    [
        {"name": " "},
        {"kind": "magic"},
        {"kind": "percent", "value": 101},
        {"value": 0},
        {"kind": "item", "item": " "},
        {"expires_on": date(2020, 1, 1)},
        {"valid_days": 0},
    ],
)
def test_a_pool_that_makes_no_sense_is_refused(dinner, said):
    with pytest.raises(Invalid):
        create_pool(dinner, **{"name": "Dinner", "kind": "amount", "value": 1_000, **said})
    assert not VoucherPool.objects.exists()


def test_an_offer_draws_from_its_partners_pool_else_from_one_that_makes_codes(dinner, cast):
    offer = offering.live(dinner, voucher=VoucherTerms(kind="item", item="Tiramisu"))
    made = pool_for_offer(offer)
    assert pool_for_offer(offer) == made
    assert (made.kind, made.item, made.expires_on, made.makes_more) == (
        "item",
        "Tiramisu",
        offer.ends_on,
        True,
    )
    assert given(made, cast.rae).expires_on == offer.ends_on
    own = pool_of(dinner, "OWN-1", offer=offer)
    Voucher.objects.filter(pool=made, state=State.FREE).delete()
    assert pool_for_offer(offer) == own


def test_what_is_drawn_after_a_change_is_worth_what_was_agreed_then(dinner, cast):
    offer = offering.live(dinner, voucher=VoucherTerms(kind="amount", value=1_000))
    read_before = Offer.objects.get(pk=offer.pk)
    first = draw_voucher(pool_for_offer(offer), customer=cast.rae, cause=("offer", offer.pk))
    until = offer.ends_on
    offering.changed(offer, voucher=VoucherTerms(kind="amount", value=2_500, valid_days=10))
    ann = factories.customer(email="ann@example.com")
    second = draw_voucher(pool_for_offer(read_before), customer=ann, cause=("offer", offer.pk))
    assert (second.pool.value, second.expires_on) == (2_500, offer_day() + timedelta(days=10))
    first.refresh_from_db()
    assert (first.state, first.pool.value, first.expires_on) == (State.ASSIGNED, 1_000, until)
    assert not Voucher.objects.filter(pool=first.pool, state=State.FREE).exists()

    offering.changed(offer, voucher=VoucherTerms(kind="amount", value=2_500, valid_days=20))
    third = pool_for_offer(offer)
    assert (third.valid_days, third.expires_on) == (20, None)
    assert list(VoucherPool.objects.order_by("pk").values_list("name", flat=True)) == [
        offer.name,
        f"{offer.name} {offer.pk}",
        f"{offer.name} {offer.pk}-2",
    ]


def test_another_last_day_of_the_offer_is_that_of_its_pools_and_of_what_is_drawn_then(dinner, cast):
    offer = offering.live(dinner, voucher=VoucherTerms(kind="amount", value=1_000))
    made = pool_for_offer(offer)
    first = given(made, cast.rae)
    own = pool_of(dinner, "OWN-1", offer=offer, expires_on=offer.ends_on)
    endless = pool_of(dinner, "OWN-2", offer=offer)
    before, later = offer.ends_on, offer.ends_on + timedelta(days=9)
    offering.changed(offer, ends_on=later)
    for pool, last in ((made, later), (own, later), (endless, None)):
        pool.refresh_from_db()
        assert (pool.closed_at, pool.expires_on) == (None, last)
    assert given(made, cast.rae).expires_on == later
    first.refresh_from_db()
    assert first.expires_on == before


def test_a_pools_name_is_its_partners_own(dinner, wines):
    for partnership in (dinner, wines):
        create_pool(partnership, name="Ten off", kind="percent", value=10)
    with pytest.raises(Conflict, match="already"):
        create_pool(dinner, name="Ten off", kind="percent", value=20)
    assert VoucherPool.objects.count() == 2
