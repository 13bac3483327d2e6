"""The ledger is proved again and again: a row that is off is named."""

from datetime import timedelta

import pytest

from accounts.models.brands import Brand
from accounts.models.ledger import LedgerAccount, LedgerCheck, Lot, Posting, Reservation
from accounts.scope import brand_scope
from accounts.selectors import ledger_checks
from accounts.selectors.ledger_checks import Finding, check_ledger
from accounts.services import reservations
from accounts.services.ledger_checks import keep_check
from config import doctor
from config.roles import as_migrate_role
from tests.accounts.services.ledgers import (
    PROGRAMME,
    RAE,
    REWARD,
    account,
    grant,
    in_an_hour,
    transfer,
)
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = timedelta(0)


@pytest.fixture
def brand(cast: Cast) -> Brand:
    with brand_scope(cast.floral):
        grant(RAE, 100)
        transfer(account(RAE, "available"), account(PROGRAMME, "settled"), 15)
        reservations.reserve(
            key="cart",
            owner_ids=[RAE],
            unit="GBP",
            amount_minor=30,
            expires_at=in_an_hour(),
            cause=REWARD,
        )
    return cast.floral


def _tamper(*statements: str) -> None:
    """As the owner, with the triggers off: what no program of ours can do."""
    with as_migrate_role() as owner, owner.cursor() as cursor:
        for table in ("posting", "ledgeraccount", "lot", "reservation", "ledgercheck"):
            cursor.execute(f"ALTER TABLE accounts_{table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount == 1
        for table in ("posting", "ledgeraccount", "lot", "reservation", "ledgercheck"):
            cursor.execute(f"ALTER TABLE accounts_{table} ENABLE TRIGGER USER")


def test_a_sound_ledger_is_kept_as_such_under_a_seal(brand: Brand) -> None:
    with brand_scope(brand):
        check = keep_check(settled_after=AT_ONCE)
        assert (check.journals, check.postings, check.findings) == (3, 6, [])
        assert check.sums == {
            "GBP": {"available": 55, "expense": 100, "reserved": 30, "settled": 15}
        }
        reservations.spend_reservation("cart")
        assert keep_check(settled_after=AT_ONCE).findings == []
        assert [c.journals for c in ledger_checks.checks()] == [4, 3]
    assert doctor.ledger().found == "4 journals, all rows agree"


def test_each_row_that_was_corrupted_is_named(brand: Brand) -> None:
    with brand_scope(brand):
        rae = LedgerAccount.objects.get(kind="available")
        lot = Lot.objects.get()
        held = Reservation.objects.get()
        spent = Posting.objects.get(account__kind="settled")
    _tamper(f"UPDATE accounts_ledgeraccount SET balance_minor = 56 WHERE id = {rae.pk}")
    with brand_scope(brand):
        assert check_ledger() == [
            Finding("balance is not the sum of its postings", "ledger_account", rae.pk, 55, 56),
            Finding("lots do not add up to the balance", "ledger_account", rae.pk, 56, 55),
        ]
    finding = doctor.ledger()
    assert finding.found.startswith("2 rows are off; floral: ledger_account ")
    assert finding.found.count("balance is not the sum of its postings (56, not 55)") == 1
    assert finding.advice

    _tamper(
        f"UPDATE accounts_ledgeraccount SET balance_minor = 55 WHERE id = {rae.pk}",
        f"UPDATE accounts_lot SET left_minor = 54 WHERE id = {lot.pk}",
        f"UPDATE accounts_reservation SET amount_minor = 31 WHERE id = {held.pk}",
        f"UPDATE accounts_posting SET amount_minor = -14 WHERE id = {spent.pk}",
    )
    with brand_scope(brand):
        assert {(f.what, f.table, f.row_id, f.expected, f.found) for f in check_ledger()} == {
            ("journal does not balance", "journal", spent.journal_id, 0, 1),
            ("lots do not add up to the balance", "ledger_account", rae.pk, 55, 54),
            ("lot has not left what its uses leave", "lot", lot.pk, 55, 54),
            ("reservation is not what its journal held", "reservation", held.pk, 30, 31),
            (
                "reservations hold more than the balance",
                "ledger_account",
                held.account_id,
                30,
                31,
            ),
        }
        assert len(keep_check(settled_after=AT_ONCE).findings) == 5


def test_a_change_that_balances_is_found_by_the_kept_checks(brand: Brand) -> None:
    with brand_scope(brand):
        first = keep_check(settled_after=AT_ONCE)
        transfer(account(RAE, "debt"), account(PROGRAMME, "expense"), 9, key="owe")
        assert keep_check(settled_after=AT_ONCE).findings == []
        second = ledger_checks.checks()[0]
        debt, back = Posting.objects.filter(journal__key="owe").order_by("pk")
        held = LedgerAccount.objects.get(kind="debt")
    _tamper(
        f"UPDATE accounts_posting SET amount_minor = 8 WHERE id = {debt.pk}",
        f"UPDATE accounts_posting SET amount_minor = -8 WHERE id = {back.pk}",
        f"UPDATE accounts_ledgeraccount SET balance_minor = 8 WHERE id = {held.pk}",
    )
    with brand_scope(brand):
        assert check_ledger() == []
        assert keep_check(settled_after=AT_ONCE).findings == [
            {
                "what": "journals were changed after this check",
                "table": "ledger_check",
                "row_id": second.pk,
                "expected": 1,
                "found": 0,
            }
        ]
    _tamper(f"UPDATE accounts_ledgercheck SET journals = 2 WHERE id = {first.pk}")
    with brand_scope(brand):
        found = [(f["what"], f["row_id"]) for f in keep_check().findings]
    assert found == [
        ("check does not bear its seal", first.pk),
        ("journals were changed after this check", second.pk),
    ]


def test_an_app_above_can_have_its_own_rows_checked_along(brand: Brand) -> None:
    mine = Finding("reward is open and not owed", "reward", 3, 10, 0)
    ledger_checks.check_also(lambda: [mine])
    with brand_scope(brand):
        assert check_ledger() == [mine]
        assert LedgerCheck.objects.count() == 0
