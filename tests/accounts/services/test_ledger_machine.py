"""Any acts in any order: after each one the ledger is what a plain reading of the acts says."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models.brands import Brand
from accounts.models.ledger import AccountKind, AccountRef, Cause, Owner
from accounts.selectors.ledger_checks import check_ledger
from accounts.services import ledger, reservations
from accounts.services.ledger import Insufficient, Transfer
from config.kit.errors import Conflict
from tests.accounts.services.ledgers import PROGRAMME, account, set_clock

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OWNERS = [Owner("customer", 1), Owner("customer", 2)]
owners = st.sampled_from(OWNERS)
amounts = st.integers(1, 12)


@dataclass
class PlainLot:
    owner: Owner
    left: int
    ends: int | None
    origin: int


@dataclass
class PlainReservation:
    taken: list[tuple[PlainLot, int]]
    ends: int
    outcome: str = ""


class LedgerMachine(RuleBasedStateMachine):
    """The plain reading keeps balances, lots and reservations; days are counted from the start."""

    brand: Brand
    clock: Callable[[datetime], None]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.day = 0
        self.acts = 0
        self.said: list[dict[str, Any]] = []
        self.sums: Counter[AccountRef] = Counter()
        self.lots: list[PlainLot] = []
        self.held: list[PlainReservation] = []
        self.written = (0, 0)

    def teardown(self) -> None:
        with connection.cursor() as cursor:
            # What the database would look at when the transaction commits.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        assert check_ledger() == []
        transaction.savepoint_rollback(self.savepoint)

    @initialize()
    def begin(self) -> None:
        self.clock(START)

    @rule(days=st.integers(1, 4))
    def wait(self, days: int) -> None:
        self.day += days
        self.clock(START + self.day * DAY)

    @rule(owner=owners, amount=amounts, lasts=st.none() | st.integers(1, 9))
    def earn(self, owner: Owner, amount: int, lasts: int | None) -> None:
        """A grant offsets debt first; the rest can be spent, for so many days."""
        self.acts += 1
        ends = None if lasts is None else self.day + lasts
        debt, available = account(owner, "debt"), account(owner, "available")
        self._say(
            "move",
            debits=[account(PROGRAMME, "expense")],
            credits=[debt, available],
            amount_minor=amount,
            lots_expire_at=None if ends is None else START + ends * DAY,
        )
        offset = min(self.sums[debt], amount)
        self._book(account(PROGRAMME, "expense"), debt, offset)
        self._come_in(owner, account(PROGRAMME, "expense"), amount - offset, ends)

    @rule(owner=owners, amount=amounts)
    def promise(self, owner: Owner, amount: int) -> None:
        """A grant that is held first."""
        self.acts += 1
        self._post(account(PROGRAMME, "expense"), account(owner, "pending"), amount)
        self._book(account(PROGRAMME, "expense"), account(owner, "pending"), amount)

    @rule(owner=owners, amount=amounts)
    def approve(self, owner: Owner, amount: int) -> None:
        self.acts += 1
        pending = account(owner, "pending")
        if self.sums[pending] < amount:
            self._refused(lambda: self._post(pending, account(owner, "available"), amount))
        else:
            self._post(pending, account(owner, "available"), amount)
            self._come_in(owner, pending, amount, None)

    @rule(amount=amounts, both=st.booleans())
    def spend(self, amount: int, both: bool) -> None:
        """By one customer, or by one with the record that was merged into it."""
        self.acts += 1
        spenders = OWNERS if both else OWNERS[:1]
        settled = account(PROGRAMME, "settled")
        asked = {
            "debits": [account(owner, "available") for owner in spenders],
            "credits": [settled],
            "amount_minor": amount,
        }
        taken = self._take(spenders, amount)
        if sum(n for _, n in taken) < amount:
            self._refused(lambda: self._say("move", **asked))
        else:
            self._say("move", **asked)
            self._use(taken, settled)

    @rule(owner=owners, amount=amounts, origin=st.integers(1, 20))
    def take_back(self, owner: Owner, amount: int, origin: int) -> None:
        """What a reward gave, its own lots first; what is gone becomes debt."""
        self.acts += 1
        debt, expense = account(owner, "debt"), account(PROGRAMME, "expense")
        self._say(
            "move",
            debits=[account(owner, "available"), debt],
            credits=[expense],
            amount_minor=amount,
            own_lots=Cause("reward", origin),
        )
        taken = self._take([owner], amount, own=origin)
        self._use(taken, expense)
        self._book(debt, expense, amount - sum(n for _, n in taken))

    @rule(amount=amounts, lasts=st.integers(1, 5))
    def reserve(self, amount: int, lasts: int) -> None:
        taken = self._take(OWNERS, amount)

        def act() -> None:
            reservations.reserve(
                key=f"cart:{len(self.held)}",
                owner_ids=OWNERS,
                unit="GBP",
                amount_minor=amount,
                expires_at=START + (self.day + lasts) * DAY,
                cause=Cause("cart", 1),
            )

        if sum(n for _, n in taken) < amount:
            self._refused(act)
            return
        act()
        self._use(taken, account(OWNERS[0], "reserved"))
        self.held.append(PlainReservation(taken, self.day + lasts))

    @precondition(lambda self: self.held)
    @rule(data=st.data(), is_spent=st.booleans())
    def end_reservation(self, data: st.DataObject, is_spent: bool) -> None:
        number = data.draw(st.integers(0, len(self.held) - 1))
        held = self.held[number]
        end = reservations.spend_reservation if is_spent else reservations.release_reservation
        wanted = "spent" if is_spent else "released"
        is_over = is_spent and held.ends <= self.day and not held.outcome
        if is_over or (held.outcome and (held.outcome == "spent") != is_spent):
            self._refused(lambda: end(f"cart:{number}"))
            return
        end(f"cart:{number}")
        if not held.outcome:
            self._end(held, wanted)

    @rule()
    def sweep(self) -> None:
        over = [held for held in self.held if not held.outcome and held.ends <= self.day]
        assert reservations.expire_reservations() == len(over)
        for held in over:
            self._end(held, "expired")
        ended = [lot for lot in self.lots if lot.left and self._is_over(lot)]
        assert ledger.expire_lots() == len(ended)
        for lot in ended:
            self._use([(lot, lot.left)], self._broken())

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def say_again(self, data: st.DataObject) -> None:
        """A repeat does nothing, and the same key for something else is a conflict."""
        said = dict(data.draw(st.sampled_from(self.said)))
        verb = said.pop("verb")
        assert not getattr(ledger, verb)(**said).is_new
        with pytest.raises(Conflict):
            getattr(ledger, verb)(**{**said, "kind": "another"})

    @invariant()
    def the_books_agree(self) -> None:
        """Balances and lots are the plain ones, each side of each account; all sums are nothing."""
        with connection.cursor() as cursor:
            cursor.execute(_READ)
            rows, left = cursor.fetchone()
        assert {
            AccountRef(Owner(kind, pk), AccountKind(held), "GBP"): total
            for kind, pk, held, _, total in rows
            if total
        } == {ref: total for ref, total in self.sums.items() if total}
        for kind, pk, held, balance, total in rows:
            summed = held in {"expense", "breakage", "settled"}
            assert balance == (0 if summed else total), (kind, pk, held)
        debits = sum(total for *_, held, _, total in rows if held in {"debt", "expense"})
        assert 2 * debits == sum(total for *_, total in rows)
        assert left == [lot.left for lot in self.lots if lot.left]

    def _say(self, verb: str, **asked: Any) -> None:
        said = {"key": f"act:{self.acts}", "kind": "x", "cause": Cause("reward", self.acts)} | asked
        getattr(ledger, verb)(**said)
        self.said.append({"verb": verb, **said})

    def _post(self, debit: AccountRef, credit: AccountRef, amount: int) -> None:
        self._say("post", transfers=[Transfer(debit, credit, amount)])

    def _refused(self, act: Callable[[], object]) -> None:
        """The invariant sees that nothing has changed."""
        with pytest.raises((Insufficient, Conflict)):
            act()

    def _book(self, debit: AccountRef, credit: AccountRef, amount: int) -> None:
        for ref, sign in ((debit, 1), (credit, -1)):
            self.sums[ref] += (sign if ref.kind in {"debt", "expense"} else -sign) * amount

    def _come_in(self, owner: Owner, source: AccountRef, amount: int, ends: int | None) -> None:
        self._book(source, account(owner, "available"), amount)
        if amount:
            self.lots.append(PlainLot(owner, amount, ends, self.acts))

    def _is_over(self, lot: PlainLot) -> bool:
        return lot.ends is not None and lot.ends <= self.day

    def _take(
        self, spenders: list[Owner], amount: int, own: int | None = None
    ) -> list[tuple[PlainLot, int]]:
        order = sorted(
            (lot for lot in self.lots if lot.owner in spenders and lot.left),
            key=lambda lot: (lot.origin != own, lot.ends is None, lot.ends or 0),
        )
        taken = []
        for lot in order:
            if amount and (lot.origin == own or not self._is_over(lot)):
                part = min(lot.left, amount)
                amount -= part
                taken.append((lot, part))
        return taken

    def _use(self, taken: list[tuple[PlainLot, int]], to: AccountRef) -> None:
        for lot, n in taken:
            lot.left -= n
            self._book(account(lot.owner, "available"), to, n)

    def _end(self, held: PlainReservation, outcome: str) -> None:
        held.outcome = outcome
        reserved = account(OWNERS[0], "reserved")
        if outcome == "spent":
            self._book(reserved, self._settled(), sum(n for _, n in held.taken))
            return
        for lot, n in held.taken:
            lot.left += n
            self._book(reserved, account(lot.owner, "available"), n)

    def _settled(self) -> AccountRef:
        return account(Owner("brand", self.brand.pk), "settled")

    def _broken(self) -> AccountRef:
        return account(Owner("brand", self.brand.pk), "breakage")


# Each account with its balance and the sum of its postings; what is left in each lot.
_READ = """
WITH account AS (
    SELECT json_build_array(
               a.owner_kind, a.owner_id, a.kind, a.balance_minor,
               CASE WHEN a.kind IN ('debt', 'expense') THEN 1 ELSE -1 END
               * coalesce(sum(p.amount_minor), 0)
           ) AS row
    FROM accounts_ledgeraccount a
    LEFT JOIN accounts_posting p ON p.brand_id = a.brand_id AND p.account_id = a.id
    GROUP BY a.id
)
SELECT (SELECT coalesce(json_agg(row), '[]') FROM account),
       (SELECT coalesce(json_agg(left_minor ORDER BY id), '[]') FROM accounts_lot
        WHERE left_minor > 0)
"""


def _run(floral: Brand, monkeypatch: pytest.MonkeyPatch, *, examples: int, steps: int) -> None:
    class Machine(LedgerMachine):
        brand = floral
        clock = staticmethod(lambda at: set_clock(monkeypatch, at))  # type: ignore[assignment]

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(1200)  # 2,500 acts: minutes, where ten programs share a core
def test_any_acts_leave_the_ledger_as_a_plain_reading_says(
    floral: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(floral, monkeypatch, examples=50, steps=50)


@pytest.mark.full  # twenty times the acts of the test above
@pytest.mark.timeout(3600)
def test_long_histories_leave_the_ledger_as_a_plain_reading_says(
    floral: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(floral, monkeypatch, examples=500, steps=100)
