"""What the database itself refuses, whoever asks: no half journals, no changed history."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.models.brands import Brand
from accounts.models.ledger import Journal, Lot
from accounts.scope import brand_scope
from accounts.services import reservations
from accounts.services.ledger_checks import keep_check
from config.kit import clock
from config.roles import as_migrate_role
from tests.accounts.services.ledgers import RAE, REWARD, grant, in_an_hour, written
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

Side = tuple[str, int, str]
FIVE: list[Side] = [("expense", 5, "GBP"), ("available", -5, "GBP")]
CHANGES = (
    "UPDATE accounts_journal SET reason = 'changed'",
    "UPDATE accounts_posting SET amount_minor = amount_minor * 2",
    "UPDATE accounts_lotuse SET amount_minor = 1",
    "UPDATE accounts_ledgercheck SET findings = '[]'",
    "UPDATE accounts_ledgeraccount SET owner_id = 2",
    "UPDATE accounts_lot SET expires_at = NULL",
    "UPDATE accounts_reservation SET amount_minor = 1",
    "DELETE FROM accounts_posting",
    "DELETE FROM accounts_journal",
    "DELETE FROM accounts_ledgeraccount",
    "DELETE FROM accounts_lot",
)


@pytest.fixture
def floral(cast: Cast) -> Brand:
    """Floral, whose ledger has a row of each kind."""
    with brand_scope(cast.floral):
        grant(RAE, 100)
        reservations.reserve(
            key="cart",
            owner_ids=[RAE],
            unit="GBP",
            amount_minor=30,
            expires_at=in_an_hour(),
            cause=REWARD,
        )
        keep_check()
    return cast.floral


def _snapshot(brand: Brand) -> dict[str, list[str]]:
    with brand_scope(brand):
        return written()


def _sql(statement: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0] if "RETURNING" in statement else 0


def _journal(brand: Brand) -> int:
    return _sql(
        "INSERT INTO accounts_journal (brand_id, key, kind, cause_kind, cause_id, terms_hash,"
        " content_hash, reason, actor_kind, at, recorded_at)"
        " VALUES (%s, 'by hand', 'grant', 'reward', 1, '', '', '', 'system', now(), '2020-01-01')"
        " RETURNING id",
        brand.pk,
    )


def _postings(brand: Brand, journal: int, sides: list[Side]) -> None:
    for kind, amount, unit in sides:
        _sql(
            "INSERT INTO accounts_posting (brand_id, journal_id, account_id, amount_minor, unit)"
            " SELECT %s, %s, id, %s, %s FROM accounts_ledgeraccount WHERE kind = %s",
            *(brand.pk, journal, amount, unit, kind),
        )


def _by_hand(brand: Brand, sides: list[Side]) -> int:
    journal = _journal(brand)
    _postings(brand, journal, sides)
    return journal


@pytest.mark.parametrize(
    "sides",
    [
        [("expense", 5, "GBP"), ("available", -4, "GBP")],
        [("expense", 5, "GBP"), ("available", -5, "EUR")],
        [("expense", 5, "EUR"), ("available", -5, "EUR")],
        [("expense", 5, "GBP")],
        [],
    ],
)
def test_a_journal_that_does_not_balance_is_refused_at_commit(
    floral: Brand, sides: list[Side]
) -> None:
    before = _snapshot(floral)

    with pytest.raises(IntegrityError, match="does not balance"), brand_scope(floral):
        _by_hand(floral, sides)

    assert _snapshot(floral) == before


def test_a_journal_takes_no_postings_later_even_when_they_balance(floral: Brand) -> None:
    before = _snapshot(floral)
    with brand_scope(floral):
        journal = Journal.objects.get(key="grant")

    with pytest.raises(IntegrityError, match="no postings after"), brand_scope(floral):
        _postings(floral, journal.pk, FIVE)

    assert _snapshot(floral) == before


def test_a_journal_carries_the_time_of_its_transaction_whatever_its_writer_says(
    floral: Brand,
) -> None:
    before = clock.now()
    with brand_scope(floral):
        journal = _by_hand(floral, FIVE)
        assert Journal.objects.get(pk=journal).recorded_at > before.replace(microsecond=0)


def test_a_balance_below_nothing_and_a_lot_overdrawn_are_refused(floral: Brand) -> None:
    for statement in (
        "UPDATE accounts_ledgeraccount SET balance_minor = -1 WHERE kind = 'available'",
        "UPDATE accounts_ledgeraccount SET balance_minor = 1 WHERE kind = 'expense'",
        "UPDATE accounts_lot SET left_minor = -1",
        "UPDATE accounts_lot SET left_minor = 101",
    ):
        before = _snapshot(floral)
        with pytest.raises(IntegrityError, match="check constraint"), brand_scope(floral):
            _sql(statement)
        assert _snapshot(floral) == before


def test_the_app_cannot_change_what_was_written(floral: Brand) -> None:
    before = _snapshot(floral)
    for statement in CHANGES:
        with pytest.raises(ProgrammingError, match="permission denied"), brand_scope(floral):
            _sql(statement)
    assert _snapshot(floral) == before


def test_the_owner_of_the_tables_cannot_change_it_either(floral: Brand) -> None:
    before = _snapshot(floral)
    with as_migrate_role():
        for statement in CHANGES:
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                _sql(statement)
    assert _snapshot(floral) == before


def test_another_brand_sees_and_reaches_nothing(floral: Brand, cast: Cast) -> None:
    before = _snapshot(floral)
    with brand_scope(cast.grocer):
        assert written() == {}
        assert Lot.objects.update(left_minor=0) == 0
        grant(RAE, 5)
    assert _snapshot(floral) == before
