"""Commission lines: once for each cause, within window and limits, held, cleared, taken back."""

from datetime import timedelta

import msgspec
import pytest

from accounts.models.events import DomainEvent
from accounts.models.ledger import Cause, Journal
from accounts.scope import Actor, acting, brand_scope
from accounts.selectors.ledger import Balances, balances
from accounts.selectors.ledger_checks import check_ledger, sums
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from partners.events import OfferTaken
from partners.models.partnerships import OfferCategory
from partners.models.settlements import CommissionLine
from partners.rules.revenue_share import Deal
from partners.services.bookings import owner_of
from partners.services.commissions import (
    accrue_for_claims,
    accrue_for_redemptions,
    add_line,
    clear_due,
    hold_lines,
    release_lines,
    take_back,
    take_back_for_redemption,
)
from partners.services.redemptions import redeem
from partners.services.redemptions import take_back as take_back_redemption
from partners.services.vouchers import add_codes, draw_voucher, pool_for_offer
from tests import factories
from tests.crowds import at_once
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.services import offering
from tests.partners.settling import amounts, claim_of, due, earned, offer_of, redemption_of

State = CommissionLine.State


def books_of(partnership) -> Balances:
    assert check_ledger() == []
    return balances(owner_of(partnership), "GBP")


def test_a_redemption_comes_to_its_lines_once_with_the_deal_as_it_was(dinner) -> None:
    offer = offer_of(dinner, payer="brand", share=150, flat=50)
    redemption = redemption_of(offer, 4_500)
    lines = accrue_for_redemptions([redemption.pk])
    assert amounts(*lines) == [("share", 675), ("flat", 50)]
    assert accrue_for_redemptions([redemption.pk]) == []
    kept = CommissionLine.objects.select_related("rule").first()
    assert kept.rule.rule == msgspec.to_builtins(Deal(payer="brand", share=150, flat=50))
    assert kept.words == f"Voucher {redemption.voucher.code}"
    assert kept.locked_until == redemption.at + timedelta(days=14)
    assert books_of(dinner) == Balances(pending=725)
    assert sums() == {"GBP": {"expense": 725, "pending": 725}}


def test_what_the_partner_owes_is_debt_and_income_of_the_brand(dinner) -> None:
    offer = offer_of(dinner, lead=120, share=0)
    claim = claim_of(offer, factories.customer())
    assert amounts(*accrue_for_claims([claim.pk])) == [("lead", -120)]
    assert accrue_for_claims([claim.pk]) == []
    assert books_of(dinner) == Balances(debt=120)
    assert sums() == {"GBP": {"debt": 120, "income": 120}}


def test_what_comes_after_the_window_or_was_taken_back_is_no_line(dinner) -> None:
    offer = offer_of(dinner, window_days=7)
    moment = now()
    customer = factories.customer()
    claim_of(offer, customer, at=moment - timedelta(days=8))
    late = redemption_of(offer, 4_000, customer=customer, drawn_at=moment)
    old = redemption_of(offer, 4_000, drawn_at=moment - timedelta(days=8))
    undone = redemption_of(offer, 4_000, taken_back_at=moment)
    of_pack = redemption_of(offer, 4_000)
    of_pack.voucher.cause_kind = "pack_item"
    of_pack.voucher.save(update_fields=["cause_kind"])
    assert accrue_for_redemptions([late.pk, old.pk, undone.pk, of_pack.pk]) == []
    in_time = redemption_of(offer, 4_000, drawn_at=moment - timedelta(days=7) + timedelta(hours=1))
    assert amounts(*accrue_for_redemptions([in_time.pk])) == [("share", -400)]
    assert offer.spent_minor == 0
    offer.refresh_from_db()
    assert offer.spent_minor == 400


def test_the_limit_of_an_offer_cuts_the_last_line_and_gets_its_room_back(dinner) -> None:
    offer = offer_of(dinner, share=100, most_in_all=1_000)
    first, second, third = (redemption_of(offer, 4_500) for _ in range(3))
    lines = accrue_for_redemptions([first.pk, second.pk, third.pk])
    assert amounts(*lines) == [("share", -450), ("share", -450), ("share", -100)]
    assert accrue_for_redemptions([redemption_of(offer, 4_500).pk]) == []
    take_back_for_redemption(first.pk)
    assert amounts(earned(offer, 9_000)) == [("share", -450)]
    offer.refresh_from_db()
    assert offer.spent_minor == 1_000
    assert books_of(dinner) == Balances(debt=1_000)


def test_each_is_reckoned_by_the_deal_that_held_when_its_customer_took_the_offer(dinner) -> None:
    before = Deal(payer="brand", share=100, lead=70, most_in_all=600)
    after = Deal(payer="brand", share=200, lead=90, most_in_all=1_000)
    offer = offering.live(dinner, deal=before)
    pool_for_offer(offer)
    early, late = factories.customer(), factories.customer()
    claim_of(offer, early)
    earlier = now() - timedelta(hours=1)
    offering.changed(offer, deal=after)
    claim_of(offer, late)
    used = [
        redemption_of(offer, 5_000, customer=late),
        redemption_of(offer, 5_000, customer=early),
        redemption_of(offer, 5_000, drawn_at=earlier),
    ]
    lines = accrue_for_redemptions([each.pk for each in used])
    by_cause = {line.cause_id: (line.amount_minor, line.rule.rule) for line in lines}
    assert by_cause == {
        used[1].pk: (500, msgspec.to_builtins(before)),
        used[2].pk: (100, msgspec.to_builtins(before)),
        used[0].pk: (400, msgspec.to_builtins(after)),
    }
    offer.refresh_from_db()
    assert offer.spent_minor == 1_000
    assert books_of(dinner) == Balances(pending=1_000)


def test_a_lead_is_paid_as_was_agreed_when_the_offer_was_taken(dinner) -> None:
    offer = offering.live(dinner, deal=Deal(payer="brand", lead=70))
    first = claim_of(offer, factories.customer())
    offering.changed(offer, deal=Deal(payer="brand", lead=90))
    second = claim_of(offer, factories.customer())
    assert amounts(*accrue_for_claims([first.pk, second.pk])) == [("lead", 70), ("lead", 90)]


def test_before_the_lock_a_correction_leaves_nothing(dinner) -> None:
    offer = offer_of(dinner, payer="brand")
    redemption = redemption_of(offer, 5_000)
    (line,) = accrue_for_redemptions([redemption.pk])
    (correction,) = take_back_for_redemption(redemption.pk)
    assert (correction.cause_kind, correction.amount_minor) == ("take_back", -500)
    line.refresh_from_db()
    assert (line.state, correction.state) == (State.DUE, State.DUE)
    assert correction.locked_until == line.locked_until, "one statement takes both"
    assert take_back_for_redemption(redemption.pk) == [correction]
    assert books_of(dinner) == Balances()
    assert sums() == {"GBP": {"expense": 0, "payable": 0, "pending": 0}}
    assert take_back_for_redemption(redemption_of(offer, 1).pk) == []


def test_lines_become_due_when_their_time_for_refunds_is_over(dinner) -> None:
    offer = offer_of(dinner, payer="brand", lock_days=3)
    old = earned(offer, 5_000, at=now() - timedelta(days=4))
    young = earned(offer, 3_000)
    assert clear_due() == 1
    assert clear_due() == 0
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.state, young.state) == (State.DUE, State.PENDING)
    assert books_of(dinner) == Balances(pending=300, payable=500)


def test_held_lines_wait_and_go_on_when_they_are_released(dinner, wines) -> None:
    offer = offer_of(dinner, payer="brand", lock_days=0)
    lines = [due(offer, 5_000), due(offer, 3_000)]
    others = due(offer_of(wines, payer="brand", lock_days=0), 1_000)
    clear_due()
    ids = [lines[0].pk, others.pk]
    with pytest.raises(Invalid):
        hold_lines(dinner, ids, reason=" ")
    assert hold_lines(dinner, ids, reason="Looks like one person") == 1
    others.refresh_from_db()
    assert others.state == State.DUE
    assert books_of(dinner) == Balances(pending=500, payable=300)
    assert clear_due() == 0
    with pytest.raises(Conflict):
        hold_lines(dinner, [lines[0].pk], reason="Again")
    assert release_lines(dinner, [lines[0].pk]) == 1
    assert books_of(dinner) == Balances(payable=800)
    with pytest.raises(Conflict):
        release_lines(dinner, [lines[0].pk])
    told = DomainEvent.objects.filter(type__startswith="commission.").order_by("pk")
    assert [event.type for event in told] == ["commission.held", "commission.released"]


def test_a_line_of_another_rule_is_added_once_and_taken_back_whole(dinner) -> None:
    said = {
        "cause": Cause("pack_item", 7),
        "part": "voucher",
        "rule": Deal(share=0),
        "happened_at": now() - timedelta(days=1),
        "words": "Dinner of a gift pack",
        "lock_days": 0,
    }
    line = add_line(dinner, amount_minor=4_000, **said)
    assert add_line(dinner, amount_minor=4_000, **said) == line
    assert add_line(dinner, amount_minor=0, **{**said, "part": "nothing"}) is None
    clear_due()
    take_back(Cause("pack_item", 7), as_kind="refund", words="Gift pack refunded")
    assert CommissionLine.objects.count() == 2
    assert books_of(dinner) == Balances()


def test_the_check_names_lines_that_the_ledger_does_not_bear_out(dinner) -> None:
    line = earned(offer_of(dinner, payer="brand"), 5_000)
    CommissionLine.objects.filter(pk=line.pk).update(amount_minor=501)
    found = {(finding.what, finding.expected, finding.found) for finding in check_ledger()}
    assert ("pending by its lines", 500, 501) in found
    assert ("amount by its journal", 500, 501) in found


@pytest.mark.django_db(transaction=True)
def test_redemptions_told_twice_by_many_at_once_come_to_lines_once(cast) -> None:
    with brand_scope(cast.floral):
        user = make_partner("pia@lucia.example", name="Pia", business="Lucia")
        dinner = make_partnership(user, category=OfferCategory.objects.create(name="Dinner"))
        offer = offer_of(dinner, share=100, most_in_all=2_000)
        ids = [redemption_of(offer, 4_500).pk for _ in range(6)]

    def tell(some: list[int]) -> None:
        with brand_scope(cast.floral):
            accrue_for_redemptions(some)

    at_once(tell, [ids[:4], ids[2:], ids, ids[::-1]])
    with brand_scope(cast.floral):
        lines = CommissionLine.objects.order_by("pk")
        assert sum(line.amount_minor for line in lines) == -2_000
        assert len({line.cause_id for line in lines}) == len(lines) == 5
        offer.refresh_from_db()
        assert offer.spent_minor == 2_000
        assert Journal.objects.count() == 5
        assert check_ledger() == []


@pytest.mark.django_db(transaction=True)
def test_what_the_till_does_comes_to_lines_and_is_corrected(cast, run_due_work) -> None:
    with brand_scope(cast.floral):
        user = make_partner("pia@lucia.example", name="Pia", business="Lucia")
        dinner = make_partnership(user, category=OfferCategory.objects.create(name="Dinner"))
        offer = offer_of(dinner, share=100, lead=50)
        pool = offer.pools.get()
        add_codes(pool, ["LUCIA1"])
        voucher = draw_voucher(pool, cause=("offer", offer.pk), customer=cast.rae)
        with acting(Actor("partner", user.pk)):
            redemption = redeem(dinner, code="LUCIA1", key="till-1", via="till", paid_minor=4_505)
        record(OfferTaken(subject_id=claim_of(offer, cast.rae).pk, offer_id=1, customer_id=1))
    run_due_work()
    with brand_scope(cast.floral):
        lines = CommissionLine.objects.order_by("part")
        assert amounts(*lines) == [("lead", -50), ("share", -451)]
        assert lines[1].words == f"Voucher {voucher.code}"
        with acting(Actor("user", cast.ana.pk)):
            take_back_redemption(redemption, reason="Wrong guest")
    run_due_work()
    with brand_scope(cast.floral):
        assert books_of(dinner) == Balances(debt=50)
        assert CommissionLine.objects.filter(cause_kind="take_back").count() == 1
