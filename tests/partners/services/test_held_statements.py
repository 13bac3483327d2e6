"""Statements of banned partners wait for somebody's word: owed all the same, or written off."""

import pytest

from accounts.models.events import DomainEvent
from accounts.models.ledger import Journal
from accounts.selectors.ledger import Balances, balances
from accounts.selectors.ledger_checks import check_ledger
from config.kit.errors import Conflict, Invalid
from partners.models.partnerships import Partnership
from partners.models.settlements import CommissionLine, Statement
from partners.selectors.settlement_checks import check_settlements
from partners.selectors.statements import held, payable
from partners.services.bookings import owner_of
from partners.services.held_statements import release_statement, write_off_statement
from partners.services.partnerships import ban
from partners.services.payouts import confirm_payout, export_payout, fail_payments
from partners.services.statements import agree, dispute, receive_payment, resolve
from tests.partners.settling import due, offer_of, stated, usable_account


def banned(partnership: Partnership) -> None:
    ban(Partnership.objects.get(pk=partnership.pk), reason="They sold codes on")


def state_of(statement: Statement) -> str:
    statement.refresh_from_db()
    return statement.state


def test_a_held_statement_is_paid_once_it_is_released_however_small(dinner) -> None:
    usable_account(dinner)
    statement = stated(offer_of(dinner, payer="brand", lock_days=0), 10_000)
    with pytest.raises(Conflict):
        release_statement(statement, reason="Nothing is held yet")
    banned(dinner)
    assert list(held()) == [statement]
    with pytest.raises(Invalid):
        release_statement(statement, reason=" ")
    assert (state_of(statement), statement.decided_at) == ("issued", None)
    release_statement(statement, reason="The dinners were eaten")
    assert (state_of(statement), statement.is_held) == ("agreed", False)
    assert list(payable()) == [statement]
    with pytest.raises(Conflict):
        write_off_statement(statement, ground="by_terms", reason="Too late")
    # It is not carried into the next one, which is held in its turn.
    later = stated(offer_of(dinner, payer="brand", lock_days=0), 20_000)
    assert later.opening_minor == 0
    assert list(held()) == [later]
    confirm_payout(export_payout([statement]).batch)
    assert state_of(statement) == "paid"
    assert balances(owner_of(dinner), "GBP") == Balances(payable=2_000)
    assert (check_ledger(), check_settlements()) == ([], [])


def test_what_is_not_owed_is_written_off_by_a_journal_with_its_ground(dinner) -> None:
    small = stated(offer_of(dinner, payer="brand", lock_days=0), 10_000)
    agree(small)
    due(offer_of(dinner, payer="partner", lock_days=0), 2_000)
    statement = stated(offer_of(dinner, payer="brand", lock_days=0), 50_000)
    assert statement.total_minor == 5_800
    banned(dinner)
    for ground, reason in (("because", "No"), ("not_genuine", "")):
        with pytest.raises(Invalid):
            write_off_statement(statement, ground=ground, reason=reason)
    assert balances(owner_of(dinner), "GBP").payable == 6_000
    write_off_statement(statement, ground="not_genuine", reason="Their cook made the slips")
    assert (state_of(statement), state_of(small)) == ("written", "carried")
    assert balances(owner_of(dinner), "GBP") == Balances()
    journal = Journal.objects.get(kind="commission_written_off")
    assert journal.reason == "not_genuine: Their cook made the slips"
    moved = journal.postings.get(amount_minor__gt=0)
    assert (moved.amount_minor, moved.account.kind) == (5_800, "payable")
    assert set(CommissionLine.objects.values_list("state", flat=True)) == {"paid"}
    assert not held().exists()
    assert not payable().exists()
    assert (check_ledger(), check_settlements()) == ([], [])
    event = DomainEvent.objects.get(type="statement.written_off")
    assert event.payload["amount_minor"] == 5_800


def test_what_a_banned_partner_owes_can_be_received_or_let_go(dinner) -> None:
    first = stated(offer_of(dinner, payer="partner", lock_days=0), 30_000)
    banned(dinner)
    release_statement(first, reason="They took the money")
    # A released one is not carried either.
    second = stated(offer_of(dinner, payer="partner", lock_days=0), 20_000)
    assert second.opening_minor == 0
    receive_payment(first)
    write_off_statement(second, ground="agreed_so", reason="Their letter of May")
    assert (state_of(first), state_of(second)) == ("paid", "written")
    assert balances(owner_of(dinner), "GBP") == Balances()
    assert (check_ledger(), check_settlements()) == ([], [])


def test_a_dispute_is_answered_and_a_payment_heard_of_before_it_is_decided(dinner) -> None:
    usable_account(dinner)
    disputed = stated(offer_of(dinner, payer="brand", lock_days=0), 40_000)
    dispute(disputed, note="She paid 500")
    paid = stated(offer_of(dinner, payer="brand", lock_days=0), 50_000)
    agree(paid)
    batch = export_payout([paid]).batch
    banned(dinner)
    with pytest.raises(Conflict):
        release_statement(disputed, reason="It is right")
    with pytest.raises(Conflict):
        write_off_statement(paid, ground="by_terms", reason="Fraud")
    assert (state_of(disputed), state_of(paid)) == ("disputed", "agreed")
    resolve(disputed, answer="She paid 400.")
    assert (state_of(disputed), disputed.is_held) == ("agreed", True)
    release_statement(disputed, reason="It is right")
    fail_payments(batch, {batch.payouts.get().pk: "Stopped by us"})
    write_off_statement(paid, ground="by_terms", reason="Fraud")
    assert list(payable()) == [disputed]
    assert (check_ledger(), check_settlements()) == ([], [])
