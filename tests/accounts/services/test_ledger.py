"""The ledger's verbs: exact amounts, once, and nothing at all when the answer is no."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models.brands import Brand
from accounts.models.ledger import (
    AccountKind,
    AccountRef,
    Cause,
    Journal,
    LedgerAccount,
    Lot,
    LotUse,
    Owner,
    Posting,
    Reservation,
)
from accounts.scope import Actor, acting
from accounts.selectors.ledger import (
    balance,
    balances,
    journals_of,
    liability,
    lots_of,
    lots_of_origin,
)
from accounts.services import ledger, reservations
from accounts.services.ledger import Insufficient, NewJournal, Transfer
from config.kit import clock
from config.kit.errors import Conflict, Invalid, NotFound
from tests.accounts.services.ledgers import (
    BO,
    OLD_RAE,
    PROGRAMME,
    RAE,
    REWARD,
    account,
    grant,
    set_clock,
    written,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("floral")


def test_a_grant_moves_an_amount_from_the_expense_to_the_customer() -> None:
    with acting(Actor("user", 9, reason="Goodwill")):
        posted = grant(RAE, 1000, key="reward:1")

    assert posted.is_new
    journal = posted.journal
    assert (journal.key, journal.kind, journal.actor_kind, journal.actor_id, journal.reason) == (
        "reward:1",
        "grant",
        "user",
        9,
        "Goodwill",
    )
    assert [
        (p.account.owner_kind, p.account.kind, p.amount_minor, p.unit)
        for p in journal.postings.order_by("pk")
    ] == [("programme", "expense", 1000, "GBP"), ("customer", "available", -1000, "GBP")]
    assert balance(RAE, AccountKind.AVAILABLE, "GBP") == 1000
    assert balance(PROGRAMME, AccountKind.EXPENSE, "GBP") == 1000
    assert LedgerAccount.objects.get(kind="expense").balance_minor == 0
    assert balance(BO, AccountKind.AVAILABLE, "GBP") == 0
    assert balance(RAE, AccountKind.AVAILABLE, "EUR") == 0
    assert list(journals_of(REWARD)) == [journal]


def test_the_same_key_again_posts_nothing() -> None:
    first = grant(RAE, 1000, key="reward:1")
    before = written()

    again = grant(RAE, 1000, key="reward:1")

    assert (again.journal, again.is_new) == (first.journal, False)
    assert written() == before


def test_the_same_key_for_another_amount_is_a_conflict() -> None:
    grant(RAE, 1000, key="reward:1")
    before = written()

    with pytest.raises(Conflict) as refused:
        grant(RAE, 999, key="reward:1")

    assert refused.value.code == "key_reused"
    assert written() == before


def test_more_than_is_there_is_refused_and_nothing_is_written() -> None:
    grant(RAE, 1000)
    before = written()

    with pytest.raises(Insufficient) as refused:
        ledger.post(
            key="redeem",
            kind="redeem",
            cause=REWARD,
            transfers=[
                Transfer(account(RAE, "available"), account(PROGRAMME, "settled"), 600),
                Transfer(account(RAE, "available"), account(PROGRAMME, "settled"), 401),
            ],
        )

    assert refused.value.code == "insufficient_balance"
    assert written() == before
    assert not Journal.objects.filter(key="redeem").exists()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"transfers": []}, "at least one transfer"),
        ({"amount": 0}, "at least one minor unit"),
        ({"amount": 10**15 + 1}, "at most a thousand million million"),
        ({"debit": ("customer", 1, "available", "EUR")}, "in one unit"),
        ({"debit": ("customer", 1, "pending", "GBP")}, "once"),
        ({"key": ""}, "1 to 160 characters"),
        ({"key": "k" * 161}, "1 to 160 characters"),
        ({"reason": "r" * 201}, "at most 200 characters"),
        ({"at": datetime(2999, 1, 1, tzinfo=UTC)}, "dated ahead"),
    ],
)
def test_what_is_no_journal_is_refused(changed: dict[str, Any], why: str) -> None:
    kind, owner_id, held, unit = changed.pop("debit", ("customer", 1, "available", "GBP"))
    transfer = Transfer(
        AccountRef(Owner(kind, owner_id), AccountKind(held), unit),
        account(RAE, "pending"),
        changed.pop("amount", 5),
    )

    with pytest.raises(Invalid, match=why):
        ledger.post(
            **{
                "key": "k",
                "kind": "grant",
                "cause": REWARD,
                "transfers": [transfer],
                **changed,
            }
        )

    assert written() == {}


def test_lots_are_spent_soonest_to_expire_first_and_the_rest_expires(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_clock(monkeypatch, NOON)
    for days, amount in ((30, 100), (10, 200), (20, 400)):
        grant(RAE, amount, key=f"grant:{days}", lots_expire_at=NOON + days * DAY)

    # Two and a half lots, by their dates: 200, 400 and half of the 100.
    _redeem(RAE, 650)

    assert [(row.lot.amount_minor, row.left_minor) for row in lots_of(RAE, "GBP")] == [(100, 50)]
    set_clock(monkeypatch, NOON + 30 * DAY - timedelta(seconds=1))
    assert balances(RAE, "GBP").available == 50
    assert ledger.expire_lots() == 0
    set_clock(monkeypatch, NOON + 30 * DAY)
    assert (balances(RAE, "GBP").available, balances(RAE, "GBP").lapsed) == (0, 50)
    assert ledger.expire_lots() == 1
    assert ledger.expire_lots() == 0
    assert balance(RAE, AccountKind.AVAILABLE, "GBP") == 0
    assert (
        sum(Posting.objects.filter(account__kind="breakage").values_list("amount_minor")[0]) == -50
    )


def test_an_expired_lot_cannot_be_spent_before_it_is_booked_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_clock(monkeypatch, NOON)
    grant(RAE, 100, lots_expire_at=NOON + DAY)
    set_clock(monkeypatch, NOON + DAY)
    before = written()

    with pytest.raises(Insufficient):
        _redeem(RAE, 100)

    assert written() == before


def test_a_reversal_takes_back_the_rewards_own_lots_even_expired_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_clock(monkeypatch, NOON)
    grant(RAE, 300, key="other", lots_expire_at=NOON + 5 * DAY, origin=Cause("reward", 2))
    grant(RAE, 100, key="mine", lots_expire_at=NOON + DAY, origin=REWARD)
    set_clock(monkeypatch, NOON + 2 * DAY)

    ledger.post(
        key="reversal",
        kind="reverse",
        cause=REWARD,
        transfers=[
            Transfer(account(RAE, "available"), account(PROGRAMME, "expense"), 60, lots_of=REWARD)
        ],
    )

    own = lots_of_origin(REWARD, "GBP")
    assert (own.made, own.left, own.used, own.expired) == (100, 40, 60, 0)
    ledger.expire_lots()
    own = lots_of_origin(REWARD, "GBP")
    assert (own.made, own.left, own.used, own.expired) == (100, 0, 60, 40)
    with pytest.raises(Insufficient):
        ledger.post(
            key="again",
            kind="reverse",
            cause=REWARD,
            transfers=[
                Transfer(
                    account(RAE, "available"), account(PROGRAMME, "expense"), 1, lots_of=REWARD
                )
            ],
        )
    assert balance(RAE, AccountKind.AVAILABLE, "GBP") == 300


def test_what_cannot_be_taken_back_becomes_debt_and_is_offset_first() -> None:
    """Spend 10, refund 10, earn 4, earn 8: 2 can be spent and nothing is owed."""
    grant(RAE, 10)
    _redeem(RAE, 10)

    ledger.move(
        key="refund",
        kind="reverse",
        cause=REWARD,
        debits=[account(RAE, "available"), account(RAE, "debt")],
        credits=[account(PROGRAMME, "expense")],
        amount_minor=10,
        own_lots=REWARD,
    )
    assert (balances(RAE, "GBP").available, balances(RAE, "GBP").debt) == (0, 10)

    for n, (earned, debt, available) in enumerate([(4, 6, 0), (8, 0, 2)]):
        ledger.move(
            key=f"earn:{n}",
            kind="grant",
            cause=Cause("reward", 10 + n),
            debits=[account(PROGRAMME, "expense")],
            credits=[account(RAE, "debt"), account(RAE, "available")],
            amount_minor=earned,
        )
        assert (balances(RAE, "GBP").debt, balances(RAE, "GBP").available) == (debt, available)
    assert [(row.lot.origin_id, row.left_minor) for row in lots_of(RAE, "GBP")] == [(11, 2)]


def test_a_merged_customer_spends_from_one_pool_of_lots() -> None:
    grant(RAE, 100, key="a", lots_expire_at=clock.now() + 20 * DAY)
    grant(OLD_RAE, 100, key="b", lots_expire_at=clock.now() + 10 * DAY)
    grant(OLD_RAE, 100, key="c")

    ledger.move(
        key="redeem",
        kind="redeem",
        cause=REWARD,
        debits=[account(RAE, "available"), account(OLD_RAE, "available")],
        credits=[account(PROGRAMME, "settled")],
        amount_minor=220,
    )

    assert balances([RAE, OLD_RAE], "GBP").available == 80
    assert (balances(RAE, "GBP").available, balances(OLD_RAE, "GBP").available) == (0, 80)
    assert [row.left_minor for row in lots_of([RAE, OLD_RAE], "GBP")] == [80]


def test_moving_up_to_an_amount_moves_what_is_there_once() -> None:
    grant(RAE, 30)
    asked: dict[str, Any] = {
        "key": "take",
        "kind": "take",
        "cause": REWARD,
        "debits": [account(RAE, "available")],
        "credits": [account(PROGRAMME, "expense")],
        "amount_minor": 50,
    }

    first = ledger.move_up_to(**asked)
    before = written()
    again = ledger.move_up_to(**asked)
    nothing = ledger.move_up_to(**{**asked, "key": "more"})

    assert (first.amount_minor, first.is_new) == (30, True)
    assert (again.amount_minor, again.is_new, again.journal) == (30, False, first.journal)
    assert (nothing.amount_minor, nothing.journal) == (0, None)
    assert written() == before
    with pytest.raises(Insufficient):
        ledger.move(**{**asked, "key": "all"})
    assert written() == before


def test_debt_is_written_off_up_to_what_is_owed() -> None:
    ledger.post(
        key="owe",
        kind="reverse",
        cause=REWARD,
        transfers=[Transfer(account(RAE, "debt"), account(PROGRAMME, "expense"), 70)],
    )

    done = ledger.write_off(
        key="off",
        cause=REWARD,
        owners=[RAE, OLD_RAE],
        expense_of=PROGRAMME,
        unit="GBP",
        amount_minor=100,
        reason="180 days",
    )

    assert done.amount_minor == 70
    assert done.journal is not None
    assert done.journal.reason == "180 days"
    assert balances(RAE, "GBP").debt == 0
    assert balance(PROGRAMME, AccountKind.EXPENSE, "GBP") == 0


def _reserve(amount: int, *, key: str = "cart", until: timedelta = DAY) -> Reservation:
    return reservations.reserve(
        key=key,
        owner_ids=[RAE, OLD_RAE],
        unit="GBP",
        amount_minor=amount,
        expires_at=clock.now() + until,
        cause=Cause("cart", 5),
    )


def test_a_reservation_is_spent_once(floral: Brand) -> None:
    grant(RAE, 100)
    held = _reserve(80)
    assert (balances(RAE, "GBP").available, balances(RAE, "GBP").reserved) == (20, 80)
    assert _reserve(80) == held

    assert reservations.spend_reservation("cart").outcome == "spent"
    before = written()
    assert reservations.spend_reservation("cart") == held
    with pytest.raises(Conflict) as refused:
        reservations.release_reservation("cart")

    assert refused.value.code == "reservation_spent"
    assert written() == before
    assert balances(RAE, "GBP").reserved == 0
    assert balance(Owner("brand", floral.pk), AccountKind.SETTLED, "GBP") == 80


def test_a_released_reservation_gives_back_the_very_lots() -> None:
    soon = clock.now() + 3 * DAY
    grant(RAE, 50, key="a", lots_expire_at=soon)
    grant(OLD_RAE, 50, key="b", origin=Cause("reward", 2))
    before = [(row.lot, row.left_minor) for row in lots_of([RAE, OLD_RAE], "GBP")]
    _reserve(70)
    with pytest.raises(Insufficient):
        _reserve(31, key="other cart")

    assert reservations.release_reservation("cart").outcome == "released"
    after = written()
    assert reservations.release_reservation("cart").outcome == "released"
    with pytest.raises(Conflict) as refused:
        reservations.spend_reservation("cart")

    assert refused.value.code == "reservation_over"
    assert written() == after
    assert [(row.lot, row.left_minor) for row in lots_of([RAE, OLD_RAE], "GBP")] == before
    assert Lot.objects.count() == 2
    assert sum(LotUse.objects.values_list("amount_minor", flat=True)) == 0


def test_a_reservation_that_ran_out_is_given_back_and_cannot_be_spent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_clock(monkeypatch, NOON)
    grant(RAE, 100, lots_expire_at=NOON + 2 * DAY)
    _reserve(60)
    _reserve(10, key="longer", until=5 * DAY)
    set_clock(monkeypatch, NOON + DAY)
    before = written()

    with pytest.raises(Conflict) as refused:
        reservations.spend_reservation("cart")

    assert refused.value.code == "reservation_over"
    assert written() == before
    assert reservations.expire_reservations() == 1
    assert reservations.expire_reservations() == 0
    assert Reservation.objects.get(key="cart").outcome == "expired"
    assert (balances(RAE, "GBP").available, balances(RAE, "GBP").reserved) == (90, 10)
    set_clock(monkeypatch, NOON + 5 * DAY)
    # The lot ends twice: what was free, then what another reservation still held.
    assert ledger.expire_lots() == 1
    assert reservations.expire_reservations() == 1
    assert ledger.expire_lots() == 1
    assert lots_of_origin(REWARD, "GBP").expired == 100
    assert balances(RAE, "GBP").available == 0


def test_a_reservation_nobody_made_is_not_found() -> None:
    with pytest.raises(NotFound):
        reservations.spend_reservation("nothing")
    with pytest.raises(Invalid, match="in the future"):
        _reserve(1, until=timedelta(0))
    assert written() == {}


def test_the_past_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    days = [NOON + n * DAY for n in range(5)]
    set_clock(monkeypatch, days[0])
    grant(RAE, 100, key="a", lots_expire_at=days[4])
    grant(BO, 40, key="b", unit="points")
    set_clock(monkeypatch, days[1])
    _reserve(30)
    set_clock(monkeypatch, days[2])
    reservations.expire_reservations()
    _redeem(RAE, 25)

    def owed(at: datetime) -> list[tuple[str, str, int, int]]:
        return [(r.unit, r.kind.value, r.amount_minor, r.owners) for r in liability(at=at)]

    assert owed(days[0] - DAY) == []
    assert owed(days[0]) == [("GBP", "available", 100, 1), ("points", "available", 40, 1)]
    assert owed(days[1]) == [
        ("GBP", "available", 70, 1),
        ("GBP", "reserved", 30, 1),
        ("points", "available", 40, 1),
    ]
    assert owed(days[2]) == [
        ("GBP", "available", 75, 1),
        ("GBP", "reserved", 0, 0),
        ("points", "available", 40, 1),
    ]
    assert [r.amount_minor for r in liability("points")] == [40]
    assert [balances(RAE, "GBP", at=day).available for day in days] == [100, 70, 75, 75, 0]
    assert balances(RAE, "GBP", at=days[4]).lapsed == 75
    assert [sum(r.left_minor for r in lots_of(RAE, "GBP", at=day)) for day in days[:3]] == [
        100,
        70,
        75,
    ]


def test_history_that_is_told_later_counts_from_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOON)

    grant(RAE, 100, at=NOON - 90 * DAY)

    assert balance(RAE, AccountKind.AVAILABLE, "GBP", at=NOON - 91 * DAY) == 0
    assert balance(RAE, AccountKind.AVAILABLE, "GBP", at=NOON - 90 * DAY) == 100


def _redeem(owner: Owner, amount: int) -> None:
    ledger.post(
        key=f"redeem:{owner.id}:{amount}",
        kind="redeem",
        cause=REWARD,
        transfers=[Transfer(account(owner, "available"), account(PROGRAMME, "settled"), amount)],
    )


def test_many_journals_at_once_are_as_if_one_after_the_other() -> None:
    def wanted(key: str, debit: str, credit: str, amount: int) -> NewJournal:
        owners = {"expense": PROGRAMME, "settled": PROGRAMME}
        sides = [account(owners.get(kind, RAE), kind) for kind in (debit, credit)]
        return NewJournal(
            key=key, kind="x", cause=REWARD, transfers=[Transfer(sides[0], sides[1], amount)]
        )

    first = wanted("a", "expense", "pending", 100)
    ledger.post_many([first])
    done = ledger.post_many(
        [
            first,
            wanted("b", "pending", "issued", 60),
            wanted("c", "issued", "settled", 50),
            wanted("b", "pending", "issued", 60),
        ]
    )

    assert [each.is_new for each in done] == [False, True, True, False]
    assert (balances(RAE, "GBP").pending, balances(RAE, "GBP").issued) == (40, 10)
    assert balance(PROGRAMME, AccountKind.SETTLED, "GBP") == 50
    before = written()
    # The second would leave less than nothing, though the third would make up for it.
    with pytest.raises(Insufficient):
        ledger.post_many(
            [
                wanted("d", "expense", "issued", 5),
                wanted("e", "pending", "settled", 41),
                wanted("f", "expense", "pending", 100),
            ]
        )
    with pytest.raises(Conflict):
        ledger.post_many(
            [wanted("g", "expense", "pending", 1), wanted("c", "issued", "settled", 5)]
        )
    assert ledger.post_many([]) == []
    assert written() == before
