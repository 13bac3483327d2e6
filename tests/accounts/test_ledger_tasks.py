"""Beat keeps every brand's ledger: what is over is booked as such, and all of it is checked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts import tasks
from accounts.models.ledger import LedgerCheck
from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from accounts.selectors import ledger_checks
from accounts.selectors.ledger import balances
from accounts.services import reservations
from tests.accounts.services.ledgers import RAE, REWARD, grant, set_clock
from tests.conftest import Cast

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_what_is_over_is_given_back_and_expires(
    cast: Cast, run_due_work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, NOON)
    with brand_scope(cast.floral):
        grant(RAE, 100, lots_expire_at=NOON + DAY)
        reservations.reserve(
            key="cart",
            owner_ids=[RAE],
            unit="GBP",
            amount_minor=30,
            expires_at=NOON + DAY,
            cause=REWARD,
        )
    tasks.expire_all_balances()
    assert WorkItem.objects.count() == 0

    set_clock(monkeypatch, NOON + DAY)
    tasks.expire_all_balances()
    assert [item.brand_id for item in WorkItem.objects.all()] == [cast.floral.pk]
    run_due_work()

    with brand_scope(cast.floral):
        left = balances(RAE, "GBP")
        assert (left.available, left.reserved, left.lapsed) == (0, 0, 0)
        assert ledger_checks.sums()["GBP"]["breakage"] == 100
    assert WorkItem.objects.count() == 0
    tasks.expire_all_balances()
    assert WorkItem.objects.count() == 0


def test_each_ledger_that_is_used_is_checked_at_night(
    cast: Cast, run_due_work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_checks, "_further", [])
    with brand_scope(cast.floral):
        grant(RAE, 100)

    tasks.check_all_ledgers()
    run_due_work()

    with brand_scope(cast.floral):
        assert [(each.journals, each.findings) for each in LedgerCheck.objects.all()] == [(1, [])]
    with brand_scope(cast.grocer):
        assert LedgerCheck.objects.count() == 0
