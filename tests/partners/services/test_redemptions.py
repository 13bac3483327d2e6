"""At the partner's till: each voucher once, each question answered the same."""

from datetime import timedelta

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import Actor, acting, brand_scope
from config.kit import clock
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, NotFound
from partners.models.partnerships import Partnership
from partners.models.vouchers import Redemption, Voucher
from partners.services import redemptions
from partners.services.redemption_files import redeem_file
from partners.services.redemptions import check, take_back, take_back_by_partner
from partners.services.vouchers import expire_due, void_vouchers
from tests.crowds import at_once
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.settling import earned, offer_of
from tests.partners.vouchers import given, pool_of

State = Voucher.State
DAY = timedelta(days=1)


def redeem(partnership: Partnership, code: str, key: str = "k1", **said) -> Redemption:
    return redemptions.redeem(partnership, code=code, key=key, **{"via": "till", **said})


def told() -> list[str]:
    rows = DomainEvent.objects.filter(subject_kind="redemption").order_by("id")
    return list(rows.values_list("type", flat=True))


@pytest.fixture
def voucher(dinner, cast):
    return given(pool_of(dinner, "DINE-1", "DINE-2", valid_days=30), cast.rae)


def test_a_voucher_is_redeemed_once_and_says_so_afterwards(dinner, voucher):
    assert check(dinner, "dine-1").is_valid
    with acting(Actor("partner", 7)):
        done = redeem(dinner, " dine - 1 ", paid_minor=4_250, is_new_customer=True)
    assert (done.voucher_id, done.paid_minor, done.is_new_customer) == (voucher.pk, 4_250, True)
    assert (done.via, done.by_kind, done.by_id) == ("till", "partner", 7)
    checked = check(dinner, "DINE-1")
    assert (checked.reason, checked.redemption) == ("used", done)
    with pytest.raises(Conflict, match="used already") as refused:
        redeem(dinner, "DINE-1", key="k2")
    assert refused.value.code == "voucher_used"
    assert Redemption.objects.count() == 1
    [event] = DomainEvent.objects.filter(type="voucher.redeemed")
    assert event.payload == {"voucher_id": voucher.pk, "pool_id": voucher.pool_id}


def test_the_same_key_gets_the_same_answer_and_another_content_a_conflict(dinner, wines, voucher):
    done = redeem(dinner, "DINE-1", paid_minor=500)
    assert redeem(dinner, "dine-1", paid_minor=500) == done
    for said in ({"paid_minor": 501}, {"paid_minor": 500, "at": now()}, {"is_new_customer": True}):
        with pytest.raises(Conflict) as refused:
            redeem(dinner, "DINE-1", **said)
        assert refused.value.code == "key_reused"
    # A key is a partner's own.
    given(pool_of(wines, "WINE-1"))
    assert redeem(wines, "WINE-1") != done
    assert told() == ["voucher.redeemed"] * 2


@pytest.mark.django_db(transaction=True)
def test_a_code_shown_at_twelve_tills_at_once_is_redeemed_once(cast):
    with brand_scope(cast.floral):
        dinner = make_partnership(make_partner("pia@x.example", name="Pia", business="Lucia"))
        pool = pool_of(dinner, "AAA", "BBB")
        given(pool), given(pool)

    def at_till(number: int) -> str:
        with brand_scope(cast.floral):
            try:
                return redeem(dinner, "AAA", key=f"k{number}").voucher.code
            except Conflict as error:
                return error.code

    def tapped_twice(_: int) -> int:
        with brand_scope(cast.floral):
            return redeem(dinner, "BBB", key="same").pk

    assert sorted(at_once(at_till, range(12))) == ["AAA", *["voucher_used"] * 11]
    assert len(set(at_once(tapped_twice, range(12)))) == 1
    with brand_scope(cast.floral):
        assert Redemption.objects.count() == 2
        assert told() == ["voucher.redeemed"] * 2


def test_somebody_elses_code_is_as_unknown_as_none(dinner, wines, voucher):
    for code in ("DINE-1", "NO-SUCH"):
        with pytest.raises(NotFound, match="no such code") as refused:
            redeem(wines, code)
        with pytest.raises(NotFound) as looked:
            check(wines, code)
        assert refused.value.message == looked.value.message
    voucher.refresh_from_db()
    assert (voucher.state, Redemption.objects.count()) == (State.ASSIGNED, 0)


def test_each_reason_has_words_of_its_own(dinner, cast, voucher):
    pool = voucher.pool
    with pytest.raises(Conflict, match="not given to anybody") as refused:
        redeem(dinner, "DINE-2")
    assert refused.value.code == "voucher_not_given"
    gone = given(pool, cast.rae)
    void_vouchers([gone.pk], reason="Refunded")
    with pytest.raises(Conflict, match="taken back"):
        redeem(dinner, gone.code)
    with clock.as_of(now() + 31 * DAY), pytest.raises(Conflict, match="last day"):
        redeem(dinner, "DINE-1")
    Partnership.objects.filter(pk=dinner.pk).update(state="banned", reason="Fraud")
    dinner.refresh_from_db()
    with pytest.raises(Conflict, match="not running"):
        redeem(dinner, "DINE-1")
    assert (Redemption.objects.count(), told()) == (0, [])


def test_an_amount_or_a_time_that_cannot_be_is_refused(dinner, voucher):
    for said in (
        {"paid_minor": -1},
        {"paid_minor": 10**9 + 1},
        {"at": now() + DAY},
        {"at": now() - 400 * DAY},
        {"at": now() - 2 * DAY},  # Before it was given.
        {"key": ""},
    ):
        with pytest.raises(Invalid):
            redeem(dinner, "DINE-1", **said)
    voucher.refresh_from_db()
    assert (voucher.state, Redemption.objects.count()) == (State.ASSIGNED, 0)


def test_what_was_used_in_time_counts_when_it_is_told_late(dinner, voucher):
    start = now()
    with clock.as_of(start + 40 * DAY):
        assert expire_due() == 1
        with pytest.raises(Conflict, match="last day"):
            redeem(dinner, "DINE-1", at=start + 35 * DAY)
        done = redeem(dinner, "DINE-1", at=start + 29 * DAY)
    voucher.refresh_from_db()
    assert (done.at, voucher.state, voucher.ended_at) == (
        start + 29 * DAY,
        State.REDEEMED,
        None,
    )


def test_a_redemption_is_taken_back_once_and_the_voucher_works_again(dinner, voucher):
    done = redeem(dinner, "DINE-1")
    with pytest.raises(Invalid):
        take_back(done, reason=" ")
    take_back(done, reason="Wrong table")
    first = done.taken_back_at
    assert take_back(done, reason="Again").taken_back_at == first
    assert done.taken_back_reason == "Wrong table"
    assert told() == ["voucher.redeemed", "redemption.taken_back"]
    # The retry of an old tap changes nothing; a new one redeems.
    assert redeem(dinner, "DINE-1").taken_back_at == first
    assert redeem(dinner, "DINE-1", key="k2").taken_back_at is None
    assert Redemption.objects.count() == 2


def test_a_partner_takes_back_for_two_weeks_then_the_brand_does(dinner, voucher):
    done = redeem(dinner, "DINE-1")
    with clock.as_of(now() + 15 * DAY):
        with pytest.raises(Conflict, match="ask the brand"):
            take_back_by_partner(done, reason="Late")
        assert told() == ["voucher.redeemed"]
        take_back(done, reason="Agreed with the partner")
    assert told() == ["voucher.redeemed", "redemption.taken_back"]


@pytest.mark.parametrize("payer", ["partner", "brand"])
def test_a_partner_is_rid_of_what_it_owes_for_ten_minutes_only(dinner, payer):
    offer = offer_of(dinner, payer=payer)
    earned(offer, 50_000), earned(offer, 60_000)
    slip, late = Redemption.objects.order_by("pk")
    with clock.as_of(now() + timedelta(minutes=9)):
        take_back_by_partner(slip, reason="Wrong table")
    with clock.as_of(now() + DAY):
        if payer == "partner":
            with pytest.raises(Conflict, match="ask the brand"):
                take_back_by_partner(late, reason="Wrong table")
            assert told() == ["redemption.taken_back"]
            take_back(late, reason="Agreed with the brand")
        else:
            take_back_by_partner(late, reason="Wrong table")
    assert told() == ["redemption.taken_back"] * 2


def test_a_file_redeems_what_it_can_and_a_repeat_changes_nothing(dinner, wines, cast):
    pool = pool_of(dinner, "A-1", "A-2", "A-3", "A-4", valid_days=30)
    for _ in range(3):
        given(pool, cast.rae)
    given(pool_of(wines, "W-1"))
    redeem(dinner, "A-3", paid_minor=900)
    today = dinner.brand.today
    text = (
        f"Code,Date,Paid\na-1,{today},12.50\nA-2,,\nA-3,,9\nA-4,,1\nW-1,,1\n"
        f"A-1,{today},12.50\nX-1,{today + DAY},\n"
    )
    dry = redeem_file(dinner, text, is_dry=True)
    assert Redemption.objects.count() == 1
    done = redeem_file(dinner, text)
    assert dry == done
    assert (done.redeemed, done.known, done.paid_minor, done.lines) == (2, 1, 1250, 7)
    assert [(each.number, each.reason.partition(".")[0]) for each in done.wrong] == [
        (5, "This voucher was not given to anybody yet"),
        (6, "There is no such code"),
        (7, "This code stands in the file twice"),
        (8, "There is no such code"),
    ]
    [event] = DomainEvent.objects.filter(type="vouchers.redeemed")
    made = Redemption.objects.filter(via="file").order_by("pk")
    assert event.payload == {"redemption_ids": [each.pk for each in made]}
    assert Voucher.objects.filter(pool=pool, state=State.REDEEMED).count() == 3

    again = redeem_file(dinner, text)
    assert (again.redeemed, again.known, len(again.wrong)) == (0, 3, 4)
    take_back(made[0], reason="Wrong table")
    other = redeem_file(dinner, f"A-1,{today},\nA-3,,8.99\n")
    assert (other.redeemed, other.known) == (0, 0)
    assert [each.reason.partition(".")[0] for each in other.wrong] == [
        "This redemption was taken back",
        "This voucher was redeemed before, with another amount",
    ]
    assert Redemption.objects.count() == 3
    for broken in ("", "\n\n"):
        with pytest.raises(Invalid, match="no line"):
            redeem_file(dinner, broken)
