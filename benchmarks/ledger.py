"""How many journals a second twelve workers post, beside a bare INSERT of the same three rows.

    python benchmarks/ledger.py            300 journals by each worker, 3 rounds
    python benchmarks/ledger.py --quick    100 by each, 1 round
    python benchmarks/ledger.py --json     the same as one JSON object

Each journal grants an amount of one programme to one of 1,000 customers, in its own transaction.
The yardstick inserts one row and two rows into tables with the same keys and nothing else, over
Django too. `running balance` is what posting would cost if the programme's accounts kept one: the
row is locked until the commit. `with other work` waits 5 ms before the commit, like the order in
whose transaction a reward is granted. `post_many` posts 500 journals in one transaction.
"""

import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import test_database

# isort: split

from django.db import connection, transaction

from accounts.models.brands import Brand
from accounts.models.ledger import AccountKind, AccountRef, Cause, LedgerAccount, Owner
from accounts.models.organisations import Organisation
from accounts.scope import brand_scope
from accounts.selectors.ledger_checks import check_ledger, counts
from accounts.services.ledger import NewJournal, Transfer, post, post_many
from benchmarks.people import load_average
from benchmarks.telling import options, tell
from config.roles import as_migrate_role

WORKERS = 12
CUSTOMERS = 1_000
OTHER_WORK_SECONDS = 0.005
TOGETHER = 500
PROGRAMME = AccountRef(Owner("programme", 1), AccountKind.EXPENSE, "GBP")

_BARE = """
CREATE TABLE bare_journal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, brand_id bigint, key text, at timestamptz,
    UNIQUE (brand_id, key)
);
CREATE TABLE bare_posting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, brand_id bigint, journal_id bigint,
    account_id bigint, amount_minor bigint
);
CREATE INDEX ON bare_posting (brand_id, journal_id);
"""

Act = Callable[[int, str], None]


@dataclass(frozen=True)
class Run:
    """Seconds of the wall for all, and of each act."""

    wall: float
    each: list[float]

    def figures(self) -> dict[str, float]:
        times = sorted(self.each)
        return {
            "per second": round(len(times) / self.wall),
            "median ms": round(1000 * statistics.median(times), 1),
            "p95 ms": round(1000 * times[int(0.95 * len(times))], 1),
        }


def bare(brand_id: int, customer: int, key: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare_journal (brand_id, key, at) VALUES (%s, %s, now()) RETURNING id",
            [brand_id, key],
        )
        (journal,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO bare_posting (brand_id, journal_id, account_id, amount_minor)"
            " VALUES (%s, %s, %s, 5), (%s, %s, %s, -5)",
            [brand_id, journal, 1, brand_id, journal, customer],
        )


def granted(customer: int, key: str) -> NewJournal:
    pending = AccountRef(Owner("customer", customer), AccountKind.PENDING, "GBP")
    return NewJournal(
        key=key,
        kind="grant",
        cause=Cause("reward", customer),
        transfers=[Transfer(PROGRAMME, pending, 5)],
    )


def posted(
    brand_id: int, customer: int, key: str, *, running: bool = False, other: float = 0
) -> None:
    wanted = granted(customer, key)
    with brand_scope(brand_id):
        if running:
            LedgerAccount.objects.filter(kind="expense").update(balance_minor=0)
        post(key=wanted.key, kind=wanted.kind, cause=wanted.cause, transfers=wanted.transfers)
        time.sleep(other)


def _work(act: Act, name: str, number: int, *, times: int, start: Any, told: Any) -> None:
    act(number, f"{name}:{number}:first")
    start.wait()
    each = []
    for n in range(times):
        began = time.perf_counter()
        act(1 + (number * times + n) * 7919 % CUSTOMERS, f"{name}:{number}:{n}")
        each.append(time.perf_counter() - began)
    told.put(each)
    connection.close()


def by_all(act: Act, name: str, times: int) -> Run:
    """Twelve processes; each one's first act, which opens its connection, is not counted."""
    context = multiprocessing.get_context("fork")
    start, told = context.Barrier(WORKERS + 1), context.Queue()
    connection.close()
    connection.close_pool()
    workers = [
        context.Process(
            target=_work,
            args=(act, name, number),
            kwargs={"times": times, "start": start, "told": told},
        )
        for number in range(1, WORKERS + 1)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    began = time.perf_counter()
    each = [seconds for _ in workers for seconds in told.get()]
    wall = time.perf_counter() - began
    for worker in workers:
        worker.join()
    return Run(wall, each)


def together(brand: Brand, name: str) -> float:
    """Journals a second by one process."""
    wanted = [granted(1 + n * 7919 % CUSTOMERS, f"{name}:{n}") for n in range(TOGETHER)]
    began = time.perf_counter()
    with brand_scope(brand):
        post_many(wanted)
    return TOGETHER / (time.perf_counter() - began)


def measure(*, times: int, rounds: int) -> dict[str, Any]:
    agency = Organisation.objects.create(kind=Organisation.Kind.AGENCY, name="Benchmark")
    brand = Brand.objects.create(organisation=agency, name="Large", slug="large")
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute(_BARE)
    with brand_scope(brand):
        post_many([granted(n, f"open:{n}") for n in range(1, CUSTOMERS + 1)])
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute("ANALYZE")
    slow = partial(posted, brand.pk, other=OTHER_WORK_SECONDS)
    acts: dict[str, Act] = {
        "bare insert of 1 + 2 rows": partial(bare, brand.pk),
        "post": partial(posted, brand.pk),
        "post, running balance": partial(posted, brand.pk, running=True),
        "post, with other work": slow,
        "post, running balance, with other work": partial(slow, running=True),
    }
    runs: dict[str, list[Run]] = {name: [] for name in acts}
    for n in range(rounds):
        for name, act in acts.items():
            runs[name].append(by_all(act, f"{name} {n}", times))
    found: dict[str, Any] = {
        name: max((run.figures() for run in several), key=lambda figures: figures["per second"])
        for name, several in runs.items()
    }
    found["post_many of 500"] = {
        "per second": round(max(together(brand, f"many {n}") for n in range(2 * rounds)))
    }
    with brand_scope(brand):
        journals, _ = counts()
        began = time.perf_counter()
        assert check_ledger() == []
        seconds = round(time.perf_counter() - began, 2)
        found["check_ledger"] = {"journals": journals, "seconds": seconds}
    return found


def main() -> None:
    asked = options(__doc__ or "").parse_args()
    with test_database():
        found = measure(times=100 if asked.quick else 300, rounds=1 if asked.quick else 3)
        tell({"load": load_average(), "workers": WORKERS, **found}, as_json=asked.json)


if __name__ == "__main__":
    main()
