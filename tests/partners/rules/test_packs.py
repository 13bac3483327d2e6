"""The money of gift packs: splits sum to the whole, refunds take what they are worth."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from partners.rules.packs import (
    Held,
    Outcome,
    PartTerms,
    SplitTable,
    amounts,
    refund_pieces,
    settle,
    to_give_back,
)

WEIGHTS = [5, 3, 2]


def _held(money: int, quantity: int, *, used: set[int] | None = None) -> list[Held]:
    """Parts in order: ids 0, 1, 2 are those of the first pack."""
    each = amounts(money, quantity, WEIGHTS)
    return [
        Held(
            unit * 3 + position,
            unit,
            position,
            each[unit][position],
            is_used=unit * 3 + position in (used or set()),
        )
        for unit in range(quantity)
        for position in range(3)
    ]


def _after(items: list[Held], back: set[int]) -> list[Held]:
    return [
        Held(i.id, i.unit, i.position, i.amount_minor, i.is_used, i.is_back or i.id in back)
        for i in items
    ]


def test_a_table_splits_the_price_by_largest_remainder() -> None:
    parts = [PartTerms(need=n, title=n, weight=1) for n in ("flowers", "dinner", "wine")]
    assert SplitTable(price_minor=1_000, parts=parts).shares() == [334, 333, 333]


@given(
    money=st.integers(0, 10**9),
    quantity=st.integers(1, 40),
    weights=st.lists(st.integers(0, 1_000), min_size=1, max_size=6),
)
def test_amounts_sum_to_what_was_taken(money: int, quantity: int, weights: list[int]) -> None:
    each = amounts(money, quantity, weights)
    assert sum(map(sum, each)) == money
    assert max(map(sum, each)) - min(map(sum, each)) <= 1


def test_a_piece_as_large_as_a_pack_takes_one_that_nobody_used() -> None:
    items = _held(30_000, 3, used={1})
    assert to_give_back(items, [10_000]) == {3, 4, 5}
    assert to_give_back(items, refund_pieces([(Decimal(2), 20_000)])) == {3, 4, 5, 6, 7, 8}


def test_a_piece_as_large_as_a_part_takes_that_part_and_anything_else_nothing() -> None:
    items = _held(30_000, 3, used={1})
    assert to_give_back(items, refund_pieces([(Decimal(2), 6_000)])) == {4, 7}
    assert to_give_back(items, [1_234]) == set()
    assert to_give_back(items, [12_000]) == {3, 4, 5, 2}


def test_all_the_money_takes_everything_whatever_its_pieces() -> None:
    items = _held(30_000, 3)
    assert to_give_back(items, [1, 29_999]) == set(range(9))


def test_a_part_of_no_quantity_is_one_piece() -> None:
    assert refund_pieces([(Decimal(0), 500), (Decimal("1.5"), 700), (Decimal(1), 0)]) == [500, 700]


_FACTS = st.lists(st.sampled_from([10_000, 5_000, 3_000, 2_000, 777]), max_size=8)


@given(pieces=_FACTS, order=st.randoms(use_true_random=False), lost=st.integers(0, 2))
def test_refunds_come_to_the_same_in_any_order_and_told_twice(
    pieces: list[int], order: object, lost: int
) -> None:
    shuffled = list(pieces)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    items = _held(50_000, 5)
    at_once = _after(items, to_give_back(items, pieces, lost_units=lost))
    one_by_one = items
    for known in range(len(shuffled) + 1):
        for _ in range(2):
            seen = shuffled[:known]
            back = to_give_back(one_by_one, seen, lost_units=lost)
            one_by_one = _after(one_by_one, back)
    assert to_give_back(at_once, pieces, lost_units=lost) == set()
    if sum(pieces) < 50_000:
        assert _worth(one_by_one) == _worth(at_once)


def _worth(items: list[Held]) -> int:
    return sum(item.amount_minor for item in items if item.is_back)


_ENDS = ["open", "used", "expired", "back", "used and back"]


@given(
    money=st.integers(0, 10**7),
    ends=st.lists(
        st.tuples(*[st.sampled_from(_ENDS)] * 3, st.sampled_from(["brand", "partner"])),
        min_size=1,
        max_size=30,
    ),
    kindness=st.integers(0, 5_000),
)
def test_all_parties_together_have_what_was_taken(
    money: int, ends: list[tuple[str, str, str, str]], kindness: int
) -> None:
    each = amounts(money, len(ends), WEIGHTS)
    outcomes = [
        Outcome(
            each[unit][position],
            None if position == 0 else position,
            keeper=end[3],
            is_used=end[position].startswith("used"),
            is_expired=end[position] == "expired",
            is_back=end[position].endswith("back"),
        )
        for unit, end in enumerate(ends)
        for position in range(3)
    ]
    back = sum(o.amount_minor for o in outcomes if o.is_back)
    settled = settle(outcomes, taken_minor=money, given_back_minor=back + kindness)
    assert settled.difference_minor == 0
    for partner in (1, 2):
        used = sum(o.amount_minor for o in outcomes if o.partnership_id == partner and o.is_used)
        assert settled.partners_minor[partner] >= used
