"""Twelve at once: no balance below nothing, no journal twice, nobody waits for good."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models.brands import Brand
from accounts.models.ledger import AccountKind, Journal, Posting
from accounts.scope import brand_scope
from accounts.selectors.ledger import balance, balances
from accounts.selectors.ledger_checks import check_ledger
from accounts.services import reservations
from accounts.services.ledger import Insufficient
from config.kit.errors import Conflict
from tests.accounts.services.ledgers import (
    BO,
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

WORKERS = 12


def at_once(brand: Brand, acts: Iterable[Callable[[], str]]) -> Counter[str]:
    """Twelve workers do the acts, each in a transaction of its own; how often each answer came."""

    def run(act: Callable[[], str]) -> str:
        try:
            with brand_scope(brand):
                return act()
        except (Insufficient, Conflict) as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return Counter(pool.map(run, acts))


def test_240_debits_of_a_balance_of_100_leave_nothing_and_no_debt(cast: Cast) -> None:
    with brand_scope(cast.floral):
        grant(RAE, 60, key="a", lots_expire_at=in_an_hour())
        grant(RAE, 40, key="b")

    def debit(n: int) -> Callable[[], str]:
        def act() -> str:
            transfer(account(RAE, "available"), account(PROGRAMME, "settled"), 1, key=f"d{n}")
            return "done"

        return act

    answers = at_once(cast.floral, [debit(n) for n in range(240)])

    assert answers == {"done": 100, "insufficient_balance": 140}
    with brand_scope(cast.floral):
        assert balance(RAE, AccountKind.AVAILABLE, "GBP") == 0
        assert balance(PROGRAMME, AccountKind.SETTLED, "GBP") == 100
        assert (Journal.objects.count(), Posting.objects.count()) == (102, 204)
        assert check_ledger() == []


def test_one_key_at_once_by_twelve_makes_one_journal(cast: Cast) -> None:
    def act() -> str:
        return "new" if grant(RAE, 10).is_new else "stood"

    assert at_once(cast.floral, [act] * WORKERS) == {"new": 1, "stood": 11}
    with brand_scope(cast.floral):
        assert balances(RAE, "GBP").available == 10
        assert (Journal.objects.count(), Posting.objects.count()) == (1, 2)


def test_transfers_both_ways_do_not_wait_for_each_other_for_good(cast: Cast) -> None:
    with brand_scope(cast.floral):
        grant(RAE, 100, key="a")
        grant(BO, 100, key="b")
    there, back = account(RAE, "available"), account(BO, "available")

    def give(n: int) -> Callable[[], str]:
        def act() -> str:
            debit, credit = (there, back) if n % 2 else (back, there)
            transfer(debit, credit, 1, key=f"g{n}")
            return "done"

        return act

    assert at_once(cast.floral, [give(n) for n in range(60)]) == {"done": 60}
    with brand_scope(cast.floral):
        assert (balances(RAE, "GBP").available, balances(BO, "GBP").available) == (100, 100)
        assert check_ledger() == []


def test_a_reservation_that_all_want_to_end_ends_once(cast: Cast) -> None:
    with brand_scope(cast.floral):
        grant(RAE, 100)
        reservations.reserve(
            key="cart",
            owner_ids=[RAE],
            unit="GBP",
            amount_minor=60,
            expires_at=in_an_hour(),
            cause=REWARD,
        )

    def spend() -> str:
        return str(reservations.spend_reservation("cart").outcome)

    def release() -> str:
        return str(reservations.release_reservation("cart").outcome)

    answers = at_once(cast.floral, [spend, release] * 6)

    with brand_scope(cast.floral):
        left = balances(RAE, "GBP")
        assert Journal.objects.filter(kind__in=["spend", "release"]).count() == 1
        assert check_ledger() == []
    if "spent" in answers:
        assert answers == {"spent": 6, "reservation_spent": 6}
        assert (left.available, left.reserved) == (40, 0)
    else:
        assert answers == {"released": 6, "reservation_over": 6}
        assert (left.available, left.reserved) == (100, 0)
