"""Statements: each line in one of them, frozen to the byte, disputed, agreed, carried, settled."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from accounts.selectors.ledger import Balances, balances
from accounts.selectors.ledger_checks import check_ledger
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from partners.models.partnerships import OfferCategory, Partnership
from partners.models.settlements import CommissionLine, Statement
from partners.rules.terms import PartnershipTerms
from partners.selectors.statements import csv_of, hash_of_csv, settling_day
from partners.services.bookings import owner_of
from partners.services.commissions import (
    accrue_for_redemptions,
    hold_lines,
    release_lines,
    take_back_for_redemption,
)
from partners.services.settling import settle_offers
from partners.services.statements import (
    agree,
    agree_due,
    dispute,
    issue_monthly,
    issue_statement,
    receive_payment,
    resolve,
)
from tests.crowds import at_once
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.settling import due, earned, offer_of, redemption_of, stated

State = Statement.State


def books_of(partnership: Partnership) -> Balances:
    assert check_ledger() == []
    return balances(owner_of(partnership), "GBP")


def told() -> list[str]:
    rows = DomainEvent.objects.filter(type__startswith="statement.").order_by("pk")
    return list(rows.values_list("type", flat=True))


def test_a_statement_takes_what_is_due_once_and_sums_it(dinner, wines) -> None:
    offer = offer_of(dinner, payer="brand", share=100, flat=7, lock_days=0)
    due(offer_of(wines, payer="brand", lock_days=0), 9_000)
    owing = offer_of(dinner, lock_days=0)
    due(owing, 1_000)
    held = due(offer_of(dinner, payer="brand", lock_days=0), 2_000)
    hold_lines(dinner, [held.pk], reason="To be looked at")
    earned(offer_of(dinner, payer="brand", lock_days=14), 8_000)
    accrue_for_redemptions([redemption_of(offer, paid).pk for paid in (4_505, 5_000)])
    statement = issue_statement(dinner, until=settling_day())
    assert statement.number == 1
    assert (statement.earned_minor, statement.owed_minor, statement.lines_count) == (965, 100, 5)
    assert (statement.opening_minor, statement.total_minor) == (0, 865)
    assert statement.dispute_until == statement.issued_at + timedelta(days=14)
    with pytest.raises(Conflict):
        issue_statement(dinner, until=settling_day())
    with pytest.raises(Invalid):
        issue_statement(dinner, until=settling_day() + timedelta(days=1))
    assert Statement.objects.count() == 1
    release_lines(dinner, [held.pk])
    assert issue_statement(dinner, until=settling_day()).total_minor == 200
    with pytest.raises(Invalid):
        issue_statement(dinner, until=settling_day() - timedelta(days=1))
    assert check_ledger() == []
    assert told() == ["statement.issued"] * 2


def test_the_day_of_a_statement_is_the_brands_own(dinner, floral) -> None:
    offer = offer_of(dinner, payer="brand", lock_days=1)
    old, young = due(offer, 1_000, days_ago=4), due(offer, 2_000, days_ago=1)
    statement = issue_statement(dinner, until=settling_day() - timedelta(days=2))
    assert statement.total_minor == 100
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.statement_id, young.statement_id) == (statement.pk, None)


def test_a_statement_has_the_same_bytes_whatever_changes_later(dinner, floral) -> None:
    dinner.address = "Via Roma 1\nLondon"
    dinner.save()
    offer = offer_of(dinner, payer="brand", lock_days=0)
    statement = stated(offer, 4_500)
    before = "".join(csv_of(statement))
    assert before.splitlines()[0] == (
        "\ufeffrow,kind,happened_on,offer,part,words,basis,amount,currency,rule"
    )
    assert "Statement 1 of Trattoria Lucia with Floral" in before
    assert before.splitlines()[-1].endswith(",Total,,4.50,GBP,")
    take_back_for_redemption(CommissionLine.objects.get().cause_id)
    dinner.name = "=Lucia's"
    dinner.save()
    offer.name = "Renamed"
    offer.save()
    floral.name, floral.locale, floral.time_zone = "Floral & Sons", "de-de", "Asia/Tokyo"
    floral.postal_address = "Elsewhere"
    floral.save()
    again = Statement.objects.get()
    assert "".join(csv_of(again)) == before
    assert hash_of_csv(again) == statement.content_hash


def test_a_line_tells_its_day_by_the_statements_clock_and_no_second(dinner, floral) -> None:
    offer = offer_of(dinner, payer="brand", lock_days=0)
    line = due(offer, 4_500)
    late = datetime(2026, 7, 1, 23, 30, 17, tzinfo=UTC)
    CommissionLine.objects.filter(pk=line.pk).update(happened_at=late)
    text = "".join(csv_of(issue_statement(dinner, until=settling_day())))
    assert "\n1,line,2026-07-02,off_" in text
    assert ":17" not in text


def test_a_name_that_is_a_formula_is_written_as_text(dinner) -> None:
    dinner.name = "Lucia"
    dinner.save()
    offer = offer_of(dinner, payer="brand", lock_days=0)
    line = due(offer, 4_500)
    CommissionLine.objects.filter(pk=line.pk).update(words="=1+1")
    text = "".join(csv_of(issue_statement(dinner, until=settling_day())))
    assert ",'=1+1," in text


def test_what_comes_after_a_statement_goes_to_the_next(dinner) -> None:
    offer = offer_of(dinner, payer="brand", lock_days=0)
    lines = [due(offer, 30_000), due(offer, 10_000)]
    first = issue_statement(dinner, until=settling_day())
    agree(first)
    take_back_for_redemption(lines[0].cause_id)
    second = stated(offer, 50_000)
    assert (first.total_minor, second.earned_minor, second.owed_minor) == (4_000, 5_000, 3_000)
    assert (second.opening_minor, second.total_minor) == (0, 2_000)
    assert hash_of_csv(first) == first.content_hash
    assert books_of(dinner) == Balances(payable=6_000)


def test_small_and_negative_totals_are_carried_and_settled_with_the_next(dinner) -> None:
    pays, owes = offer_of(dinner, payer="brand", lock_days=0), offer_of(dinner, lock_days=0)
    first = stated(owes, 30_000)
    second = stated(pays, 15_000)
    assert (first.total_minor, second.opening_minor) == (-3_000, 0), "not agreed yet: nothing moves"
    agree(first)
    agree(second)
    third = stated(pays, 50_000)
    assert (third.opening_minor, third.earned_minor, third.total_minor) == (-1_500, 5_000, 3_500)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.carried_into) == (State.CARRIED, third)
    assert (second.state, second.carried_into) == (State.CARRIED, third)
    with pytest.raises(Conflict):
        receive_payment(first)
    assert books_of(dinner) == Balances(payable=6_500, debt=3_000)


def test_a_partner_pays_what_they_owe(dinner) -> None:
    pays, owes = offer_of(dinner, payer="brand", lock_days=0), offer_of(dinner, lock_days=0)
    due(pays, 10_000)
    statement = stated(owes, 40_000)
    with pytest.raises(Conflict):
        receive_payment(statement)
    agree(statement)
    assert books_of(dinner) == Balances(payable=1_000, debt=4_000)
    receive_payment(statement)
    assert statement.state == State.PAID
    assert books_of(dinner) == Balances()
    with pytest.raises(Conflict):
        receive_payment(statement)
    assert set(CommissionLine.objects.values_list("state", flat=True)) == {"paid"}
    assert told() == ["statement.issued", "statement.agreed", "statement.settled"]


def test_an_empty_balance_is_settled_when_it_is_agreed(dinner) -> None:
    due(offer_of(dinner, payer="brand", lock_days=0), 10_000)
    statement = stated(offer_of(dinner, lock_days=0), 10_000)
    agree(statement)
    assert (statement.total_minor, statement.state) == (0, State.PAID)
    assert books_of(dinner) == Balances()


def test_a_dispute_is_answered_with_a_line_in_the_next_statement(dinner, wines) -> None:
    offer = offer_of(dinner, payer="brand", lock_days=0)
    line = due(offer, 50_000)
    statement = issue_statement(dinner, until=settling_day())
    foreign = due(offer_of(wines, payer="brand", lock_days=0), 1_000)
    with pytest.raises(Invalid):
        dispute(statement, note="", line_ids=[line.pk])
    with pytest.raises(Invalid):
        dispute(statement, note="Not mine", line_ids=[foreign.pk])
    with pytest.raises(Conflict):
        resolve(statement, answer="There was no dispute")
    assert told() == ["statement.issued"]
    dispute(statement, note="She paid 520", line_ids=[line.pk])
    assert (statement.state, statement.disputed_lines) == (State.DISPUTED, [line.pk])
    with pytest.raises(Conflict):
        agree(statement)
    resolve(statement, answer="You are right: 20 more", correction_minor=200)
    assert (statement.state, statement.total_minor) == (State.AGREED, 5_000)
    following = issue_statement(dinner, until=settling_day())
    assert (following.opening_minor, following.earned_minor) == (0, 200)
    assert books_of(wines) == Balances(pending=100)
    assert books_of(dinner) == Balances(payable=5_200)


def test_silence_agrees_and_then_it_is_too_late(dinner) -> None:
    offer = offer_of(dinner, payer="brand", lock_days=0)
    statement, other = stated(offer, 50_000), stated(offer, 60_000)
    assert agree_due() == 0
    Statement.objects.filter(pk=statement.pk).update(dispute_until=now())
    with pytest.raises(Conflict):
        dispute(statement, note="Too late")
    assert agree_due() == 1
    statement.refresh_from_db()
    other.refresh_from_db()
    assert (statement.state, other.state) == (State.AGREED, State.ISSUED)


def test_statements_of_a_month_are_issued_where_the_terms_say_so(dinner, otto, floral) -> None:
    terms = PartnershipTerms(statements="on_demand")
    wines = make_partnership(otto, category=dinner.category, terms=terms)
    for partnership in (dinner, wines):
        offer = offer_of(partnership, payer="brand", lock_days=0)
        due(offer, 1_000, days_ago=40)
    last_month = settling_day().replace(day=1) - timedelta(days=1)
    assert issue_monthly() == 1
    statement = Statement.objects.get()
    assert (statement.partnership, statement.until) == (dinner, last_month)
    # What comes late goes to the next.
    due(offer_of(dinner, payer="brand", lock_days=0), 2_000, days_ago=40)
    assert issue_monthly() == 0


def test_an_offer_is_settled_when_all_it_brought_is_paid(dinner) -> None:
    offer = offer_of(dinner, lock_days=0)
    statement = stated(offer, 40_000)
    offer.state = offer.State.ENDED
    offer.save()
    assert settle_offers() == 0
    agree(statement)
    receive_payment(statement)
    assert settle_offers() == 1
    assert settle_offers() == 0
    offer.refresh_from_db()
    assert offer.state == offer.State.SETTLED
    assert DomainEvent.objects.filter(type="offer.settled").count() == 1


@pytest.mark.django_db(transaction=True)
def test_statements_asked_for_at_once_take_each_line_once(cast) -> None:
    with brand_scope(cast.floral):
        user = make_partner("pia@lucia.example", name="Pia", business="Lucia")
        dinner = make_partnership(user, category=OfferCategory.objects.create(name="Dinner"))
        offer = offer_of(dinner, payer="brand", lock_days=0)
        for amount in (10_000, 20_000, 30_000):
            due(offer, amount)

    def issue(_: int) -> int:
        try:
            with brand_scope(cast.floral):
                return issue_statement(dinner, until=settling_day()).total_minor
        except Conflict:
            return 0

    assert sorted(at_once(issue, range(4))) == [0, 0, 0, 6_000]
    with brand_scope(cast.floral):
        assert Statement.objects.get().lines_count == 3
        assert check_ledger() == []
