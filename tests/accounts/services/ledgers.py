"""What the tests of the ledger share: accounts in few words, and all that is written."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models.ledger import AccountKind, AccountRef, Cause, Owner
from accounts.services import ledger
from accounts.services.ledger import Posted, Transfer
from config.kit import clock

RAE, OLD_RAE, BO = Owner("customer", 1), Owner("customer", 2), Owner("customer", 3)
PROGRAMME = Owner("programme", 7)
REWARD = Cause("reward", 1)
TABLES = ("ledgeraccount", "journal", "posting", "lot", "lotuse", "reservation", "ledgercheck")


def account(owner: Owner, kind: str, unit: str = "GBP") -> AccountRef:
    return AccountRef(owner, AccountKind(kind), unit)


def transfer(debit: AccountRef, credit: AccountRef, amount: int, **said: Any) -> Posted:
    transfers = [Transfer(debit, credit, amount)]
    return ledger.post(
        **{"key": "t", "kind": "transfer", "cause": REWARD, "transfers": transfers, **said}
    )


def grant(owner: Owner, amount: int, *, unit: str = "GBP", **said: Any) -> Posted:
    """The programme grants an amount that can be spent at once."""
    debit, credit = account(PROGRAMME, "expense", unit), account(owner, "available", unit)
    return transfer(debit, credit, amount, **{"key": "grant", "kind": "grant", **said})


def in_an_hour() -> datetime:
    return clock.now() + timedelta(hours=1)


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Let the ledger believe that it is `at`."""
    services = ("journals", "reservations", "ledger_checks")
    selectors = ("ledger", "ledger_checks")
    for module in (
        "config.kit.clock",
        *(f"accounts.services.{name}" for name in services),
        *(f"accounts.selectors.{name}" for name in selectors),
    ):
        monkeypatch.setattr(f"{module}.now", lambda: at)


def written() -> dict[str, list[str]]:
    """All rows of the ledger that the scope shows, as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM accounts_{table} t ORDER BY t.id")
            found[table] = [row[0] for row in cursor.fetchall()]
    return {table: rows for table, rows in found.items() if rows}
