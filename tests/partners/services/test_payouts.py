"""Payouts: one file of agreed statements, the same to the byte, each paid once."""

import csv
from typing import Any

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from accounts.selectors.ledger import Balances, balances
from accounts.selectors.ledger_checks import check_ledger
from config.kit.clock import now
from config.kit.errors import Conflict
from partners.models.partnerships import BankDetails, OfferCategory, Partnership
from partners.models.settlements import CommissionLine, Payout, PayoutBatch, Statement
from partners.selectors.payouts import payout_file, with_accounts
from partners.selectors.statements import payable, public_id
from partners.services.bank_details import save_bank_details
from partners.services.bookings import owner_of
from partners.services.payouts import confirm_payout, export_payout
from partners.services.statements import agree, agree_due
from tests.crowds import at_once
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.settling import offer_of, stated, usable_account


def agreed(partnership, *paid: int) -> Statement:
    statement = stated(offer_of(partnership, payer="brand", lock_days=0), *paid)
    agree(statement)
    return statement


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
