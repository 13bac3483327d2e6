"""Payouts: one file of agreed statements, the same to the byte, each paid once."""

import csv
from typing import Any

import msgspec
import pytest

from accounts.models.events import DomainEvent
from accounts.models.ledger import Journal
from accounts.scope import brand_scope
from accounts.selectors.ledger import Balances, balances
from accounts.selectors.ledger_checks import check_ledger
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, NotFound
from partners.models.offers import Offer
from partners.models.partnerships import (
    BankDetails,
    OfferCategory,
    Partnership,
    PartnershipTerms,
)
from partners.models.settlements import CommissionLine, Payout, PayoutBatch, Statement
from partners.models.vouchers import Voucher
from partners.rules import terms as rules
from partners.selectors.payouts import payments_of, payout_file, with_accounts
from partners.selectors.settlement_checks import check_settlements
from partners.selectors.statements import payable, public_id
from partners.services.bank_details import save_bank_details
from partners.services.bookings import owner_of
from partners.services.payouts import confirm_payout, export_payout, fail_payments
from partners.services.settling import settle_offers
from partners.services.statements import agree, agree_due
from tests.crowds import at_once
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.settling import due, offer_of, stated, usable_account


def agreed(partnership, *paid: int) -> Statement:
    statement = stated(offer_of(partnership, payer="brand", lock_days=0), *paid)
    agree(statement)
    return statement


def states(*statements: Statement) -> list[str]:
    for statement in statements:
        statement.refresh_from_db()
    return [statement.state for statement in statements]


def test_agreed_statements_become_one_file_that_never_changes(dinner, wines) -> None:
    usable_account(dinner, holder="=Lucia")
    usable_account(wines)
    first, second = agreed(dinner, 45_050), agreed(wines, 60_000)
    batch = export_payout([first, second]).batch
    data = payout_file(batch)
    rows = list(csv.DictReader(data.decode().splitlines()))
    assert [(row["payment"], row["amount"], row["currency"]) for row in rows] == [
        ("1", "45.05", "GBP"),
        ("2", "60.00", "GBP"),
    ]
    assert rows[0]["holder"] == "'=Lucia"
    assert rows[0]["iban"] == "GB33BUKB20201555555555"
    assert rows[0]["reference"] == public_id(first)
    assert batch.total_minor == 10_505
    BankDetails.objects.all().delete()
    dinner.name = "Another"
    dinner.save()
    assert payout_file(PayoutBatch.objects.get()) == data
    with pytest.raises(Conflict):
        export_payout([first, second])
    assert (PayoutBatch.objects.count(), Payout.objects.count()) == (1, 2)
    assert "GB33" not in batch.sealed_file


def test_a_statement_without_usable_bank_details_is_left_out_and_said_so(dinner, wines) -> None:
    usable_account(dinner)
    save_bank_details(wines, holder="Otto", iban="GB33BUKB20201555555555")
    paid, waits = agreed(dinner, 50_000), agreed(wines, 60_000)
    exported = export_payout([paid, waits])
    assert [each.statement for each in exported.left_out] == [waits]
    assert Payout.objects.get().statement == paid
    with pytest.raises(Conflict, match="bank details"):
        export_payout([waits])
    assert list(payable()) == [waits]


def test_many_accounts_are_looked_up_at_once(dinner, wines, django_assert_num_queries: Any) -> None:
    usable_account(dinner)
    usable_account(wines)
    one = [agreed(dinner, 50_000)]
    three = [*one, agreed(wines, 60_000), agreed(dinner, 70_000)]
    for statements in (one, three):
        with django_assert_num_queries(1):
            assert len(with_accounts(statements).paid) == len(statements)


def test_only_what_is_agreed_and_large_enough_is_paid(dinner) -> None:
    usable_account(dinner)
    offer = offer_of(dinner, payer="brand", lock_days=0)
    issued = stated(offer, 50_000)
    with pytest.raises(Conflict):
        export_payout([issued])
    small = agreed(dinner, 10_000)
    assert list(payable()) == []
    with pytest.raises(Conflict):
        export_payout([small])
    assert PayoutBatch.objects.count() == 0
    assert DomainEvent.objects.filter(type="payout.exported").count() == 0


def test_who_is_banned_is_paid_nothing_and_agrees_to_nothing_by_silence(dinner, wines) -> None:
    usable_account(dinner)
    waits = agreed(dinner, 50_000)
    silent = stated(offer_of(dinner, payer="brand", lock_days=0), 60_000)
    other = stated(offer_of(wines, payer="brand", lock_days=0), 60_000)
    Statement.objects.filter(pk__in=[silent.pk, other.pk]).update(dispute_until=now())
    Partnership.objects.filter(pk=dinner.pk).update(state="banned")
    assert agree_due() == 1
    silent.refresh_from_db()
    assert silent.state == "issued"
    assert list(payable()) == [other]
    with pytest.raises(Conflict):
        export_payout([waits])
    assert not PayoutBatch.objects.exists()


def test_a_payout_is_confirmed_once_and_pays_what_was_carried_into_it(dinner) -> None:
    usable_account(dinner)
    small, large = agreed(dinner, 10_000), agreed(dinner, 50_000)
    assert (large.opening_minor, large.total_minor) == (1_000, 6_000)
    batch = export_payout([large]).batch
    assert balances(owner_of(dinner), "GBP") == Balances(payable=6_000)
    confirm_payout(batch)
    with pytest.raises(Conflict):
        confirm_payout(batch)
    small.refresh_from_db()
    large.refresh_from_db()
    assert (small.state, large.state) == ("carried", "paid")
    assert set(CommissionLine.objects.values_list("state", flat=True)) == {"paid"}
    assert balances(owner_of(dinner), "GBP") == Balances()
    assert check_ledger() == []
    assert DomainEvent.objects.filter(type="payout.confirmed").count() == 1


def test_all_but_the_payments_that_failed_are_paid_and_those_go_out_again(dinner, wines) -> None:
    usable_account(dinner)
    usable_account(wines)
    refused, paid = agreed(dinner, 45_000), agreed(wines, 60_000)
    batch = export_payout([refused, paid]).batch
    data = payout_file(batch)
    (failed,) = payments_of(batch, [refused])
    with pytest.raises(Invalid):
        confirm_payout(batch, failed={failed: " "})
    batch.refresh_from_db()
    assert (batch.confirmed_at, Payout.objects.filter(failed_at=None).count()) == (None, 2)
    confirm_payout(batch, failed={failed: "Account closed"})
    assert states(refused, paid) == ["agreed", "paid"]
    assert balances(owner_of(dinner), "GBP") == Balances(payable=4_500)
    assert balances(owner_of(wines), "GBP") == Balances()
    for act in (lambda: confirm_payout(batch), lambda: fail_payments(batch, {failed: "Again"})):
        with pytest.raises(Conflict):
            act()
    assert Payout.objects.get(pk=failed).failed_reason == "Account closed"
    assert payout_file(PayoutBatch.objects.get()) == data

    again = export_payout(payable()).batch
    assert (again.number, again.total_minor) == (2, 4_500)
    confirm_payout(again)
    assert states(refused, paid) == ["paid", "paid"]
    assert balances(owner_of(dinner), "GBP") == Balances()
    assert (check_ledger(), check_settlements()) == ([], [])
    assert DomainEvent.objects.filter(type="payout.failed").count() == 1


def test_what_the_bank_sends_back_is_taken_back_by_a_journal_and_paid_again(dinner) -> None:
    usable_account(dinner)
    owes = offer_of(dinner, payer="partner", lock_days=0)
    small = agreed(dinner, 10_000)
    due(owes, 2_000)
    large = agreed(dinner, 50_000)
    assert (small.total_minor, large.opening_minor, large.total_minor) == (1_000, 1_000, 5_800)
    batch = export_payout([large]).batch
    confirm_payout(batch)
    assert settle_offers() == 0
    Offer.objects.update(state=Offer.State.ENDED)
    Voucher.objects.update(state=Voucher.State.REDEEMED)
    assert settle_offers() == 3
    (payment,) = payments_of(batch, [large])
    fail_payments(batch, {payment: "Account closed"})
    assert states(small, large) == ["carried", "agreed"]
    assert large.paid_at is None
    assert set(CommissionLine.objects.values_list("state", flat=True)) == {"stated"}
    assert set(Offer.objects.values_list("state", flat=True)) == {"ended"}
    # The 2.00 that were set off against each other stay so.
    assert balances(owner_of(dinner), "GBP") == Balances(payable=5_800)
    journal = Journal.objects.get(kind="payout_returned")
    assert (journal.cause_kind, journal.cause_id) == ("statement", large.pk)
    assert (check_ledger(), check_settlements()) == ([], [])

    again = export_payout([large]).batch
    fail_payments(again, {again.payouts.get().pk: "Account closed"})
    assert Journal.objects.filter(kind="payout_returned").count() == 1
    third = export_payout([large]).batch
    confirm_payout(third)
    assert states(large) == ["paid"]
    assert balances(owner_of(dinner), "GBP") == Balances()
    assert set(CommissionLine.objects.values_list("state", flat=True)) == {"paid"}
    assert (check_ledger(), check_settlements()) == ([], [])
    with pytest.raises(NotFound):
        payments_of(third, [small])


def test_a_payment_that_failed_is_carried_when_it_is_too_small_by_then(dinner) -> None:
    usable_account(dinner)
    statement = agreed(dinner, 45_000)
    batch = export_payout([statement]).batch
    fail_payments(batch, {batch.payouts.get().pk: "Account closed"})
    PartnershipTerms.objects.create(
        partnership=dinner,
        number=2,
        terms=msgspec.to_builtins(rules.PartnershipTerms(smallest_payout=10_000)),
        terms_hash="of the second",
        by_kind="user",
    )
    dinner.terms_number = 2
    dinner.save()
    assert not payable().exists()
    assert agreed(dinner, 60_000).total_minor == 10_500
    assert states(statement) == ["carried"]
    assert check_settlements() == []


@pytest.mark.django_db(transaction=True)
def test_exports_and_confirmations_at_once_happen_once(cast) -> None:
    with brand_scope(cast.floral):
        user = make_partner("pia@lucia.example", name="Pia", business="Lucia")
        dinner = make_partnership(user, category=OfferCategory.objects.create(name="Dinner"))
        usable_account(dinner)
        statements = [agreed(dinner, 50_000), agreed(dinner, 60_000)]

    def tried(act) -> bool:
        try:
            with brand_scope(cast.floral):
                act()
        except Conflict:
            return False
        return True

    assert sum(at_once(tried, [lambda: export_payout(statements)] * 4)) == 1
    with brand_scope(cast.floral):
        batch = PayoutBatch.objects.get()
        assert (batch.total_minor, batch.payouts.count()) == (11_000, 2)
    assert sum(at_once(tried, [lambda: confirm_payout(batch)] * 4)) == 1
    with brand_scope(cast.floral):
        assert balances(owner_of(dinner), "GBP") == Balances()
        assert check_ledger() == []
