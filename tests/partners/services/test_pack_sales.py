"""What was sold of gift packs: vouchers drawn, shares promised, due and taken back."""

import contextlib
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.selectors.ledger_checks import check_ledger
from config.kit.clock import now
from config.kit.errors import Conflict
from customers.models.credits import Credit, CreditClaim
from customers.models.orders import Order
from customers.services.orders import cancel_order, record_order, reinstate_order
from customers.services.products import NewLine
from partners.models.packs import PackItem, PackSale
from partners.models.partnerships import Partnership
from partners.models.settlements import CommissionLine
from partners.models.vouchers import Redemption, Voucher, VoucherPool
from partners.selectors.packs import parts_of, settled
from partners.services.pack_sales import (
    follow_orders,
    follow_vouchers,
    issue,
    issue_waiting,
    take_part_back,
)
from partners.services.packs import (
    create_pack,
    end_pack,
    fill_with_pool,
    set_split,
    start_pack,
    use_table,
)
from partners.services.redemptions import redeem, take_back
from partners.services.vouchers import add_codes, expire_due
from tests.conftest import Cast
from tests.partners.packing import (
    SKU,
    books,
    give_back,
    items,
    sell,
    the_sale,
    use,
    valentine,
)
from tests.partners.vouchers import pool_of

State = PackItem.State


def _codes_end() -> None:
    """The last day of what was given is over."""
    Voucher.objects.filter(state="assigned").update(expires_on=date(2020, 1, 1))
    expire_due()
    ended = Voucher.objects.filter(state="expired", customer__isnull=False)
    follow_vouchers(list(ended.values_list("pk", flat=True)))


def test_an_order_draws_vouchers_and_promises_each_partner_its_share(
    cast: Cast, dinner: Partnership, wines: Partnership
) -> None:
    valentine(dinner, wines)
    order = sell(cast.rae, money=19_999, quantity=2)
    for _ in range(2):
        assert follow_orders([order.pk]) == 1
    sale = the_sale()
    assert (sale.quantity, sale.money_minor, sale.customer) == (2, 19_999, cast.rae)
    assert [item.amount_minor for item in items()] == [4_000, 3_500, 2_500, 3_999, 3_500, 2_500]
    assert {item.state for item in items()} == {State.ISSUED}
    assert [bool(item.voucher) for item in items()] == [False, True, True] * 2
    assert books(dinner) == {"pending": 7_000}
    assert books(wines) == {"pending": 5_000}
    assert CommissionLine.objects.filter(state="pending").count() == 4
    claim = CreditClaim.objects.get()
    assert (claim.source, claim.claimant) == ("joint_venture", f"pack:{sale.pack_id}")
    assert Credit.objects.get(order=order).source == "joint_venture"
    assert check_ledger() == []


def test_an_order_of_another_product_or_from_before_sells_nothing(
    cast: Cast, dinner: Partnership
) -> None:
    early = sell(cast.rae, number="early")
    assert follow_orders([early.pk]) == 0
    pack = valentine(dinner)
    assert follow_orders([early.pk]) == 0
    end_pack(pack)
    late = sell(cast.rae, number="late")
    assert follow_orders([late.pk]) == 0
    assert not PackSale.objects.exists()
    assert books(dinner) == {}


def test_a_used_voucher_makes_the_share_due_and_an_expired_one_goes_to_whom_the_split_says(
    cast: Cast, dinner: Partnership, wines: Partnership
) -> None:
    valentine(dinner, wines)
    follow_orders([sell(cast.rae, quantity=2).pk])
    use(items(1)[0])
    assert books(dinner) == {"pending": 3_500, "payable": 3_500}
    _codes_end()
    assert books(dinner) == {"payable": 3_500}
    assert books(wines) == {"payable": 5_000}
    assert [i.state for i in items(1)] == [State.REDEEMED, State.EXPIRED]
    result = settled(PackSale.objects.all())
    assert result.partners_minor == {dinner.pk: 3_500, wines.pk: 5_000}
    assert (result.brand_minor, result.difference_minor) == (11_500, 0)


def test_a_use_that_is_told_after_the_voucher_expired_is_the_partner_s_all_the_same(
    cast: Cast, dinner: Partnership, wines: Partnership
) -> None:
    valentine(dinner, wines)
    follow_orders([sell(cast.rae).pk])
    _codes_end()
    assert books(dinner) == {}
    (item,) = items(1)
    assert item.voucher is not None
    Voucher.objects.filter(pk=item.voucher.pk).update(expires_on=now().date())
    redeem(dinner, code=item.voucher.code, key="late", via="file", at=now())
    for _ in range(2):
        follow_vouchers([item.voucher.pk])
    assert [each.state for each in items(1)] == [State.REDEEMED]
    assert books(dinner) == {"payable": 3_500}
    take_back(Redemption.objects.get(), reason="the wrong day")
    follow_vouchers([item.voucher.pk])
    _codes_end()
    assert books(dinner) == {}
    Voucher.objects.filter(pk=item.voucher.pk).update(expires_on=now().date())
    redeem(dinner, code=item.voucher.code, key="again", via="file", at=now())
    follow_vouchers([item.voucher.pk])
    assert books(dinner) == {"payable": 3_500}
    assert settled(PackSale.objects.all()).difference_minor == 0
    assert check_ledger() == []


def test_a_refund_voids_what_was_not_used_and_leaves_what_was_with_the_partner(
    cast: Cast, dinner: Partnership, wines: Partnership
) -> None:
    valentine(dinner, wines)
    order = sell(cast.rae)
    follow_orders([order.pk])
    use(items(1)[0])
    give_back(order, 10_000)
    assert [i.state for i in items()] == [State.REFUNDED, State.REDEEMED, State.REFUNDED]
    assert [i.voucher.state for i in items() if i.voucher] == ["redeemed", "void"]
    assert (books(dinner), books(wines)) == ({"payable": 3_500}, {})
    result = settled(PackSale.objects.all())
    assert (result.given_back_minor, result.brand_minor) == (10_000, -3_500)
    assert result.difference_minor == 0


def test_a_refund_of_a_part_s_money_takes_that_part_and_a_kindness_takes_none(
    cast: Cast, dinner: Partnership, wines: Partnership
) -> None:
    valentine(dinner, wines)
    order = sell(cast.rae, quantity=2)
    follow_orders([order.pk])
    give_back(order, 3_500)
    give_back(order, 700, number="r2")
    assert [i.state for i in items(1)] == [State.REFUNDED, State.ISSUED]
    assert {i.state for i in items(2)} == {State.ISSUED}
    assert (books(dinner), books(wines)) == ({"pending": 3_500}, {"pending": 5_000})
    result = settled(PackSale.objects.all())
    assert (result.brand_minor, result.difference_minor) == (8_000 - 700, 0)


def test_a_cancelled_order_takes_everything_back_and_one_held_after_all_gives_it_anew(
    cast: Cast, dinner: Partnership
) -> None:
    valentine(dinner)
    order = sell(cast.rae)
    follow_orders([order.pk])
    cancel_order(source="shop", source_id="1", cancelled_at=now())
    follow_orders([order.pk])
    assert {i.state for i in items()} == {State.VOID}
    assert books(dinner) == {}
    assert CreditClaim.objects.get().withdrawn_at is not None
    reinstate_order(source="shop", source_id="1")
    for _ in range(2):
        follow_orders([order.pk])
    (first, second) = items(1)
    assert (first.state, second.state, second.turn) == (State.VOID, State.ISSUED, 1)
    assert first.voucher != second.voucher
    assert books(dinner) == {"pending": 4_667}
    assert CreditClaim.objects.get().withdrawn_at is None
    assert settled(PackSale.objects.all()).difference_minor == 0


def test_an_order_that_grows_or_shrinks_is_followed(cast: Cast, dinner: Partnership) -> None:
    valentine(dinner, weights=(50, 50))
    follow_orders([sell(cast.rae, quantity=1).pk])
    follow_orders([sell(cast.rae, quantity=3).pk])
    assert books(dinner) == {"pending": 15_000}
    follow_orders([sell(cast.rae, quantity=2).pk])
    assert books(dinner) == {"pending": 10_000}
    assert settled(PackSale.objects.all()).difference_minor == 0


def test_another_pack_on_the_same_line_takes_the_place_of_the_first(
    cast: Cast, dinner: Partnership, wines: Partnership
) -> None:
    valentine(dinner)
    other = create_pack(
        name="Wine", sku="WINE", price_minor=4_000, occasion="", needs=["wine", "flowers"]
    )
    part, *_ = parts_of(other)
    fill_with_pool(part, pool_of(wines, kind="item", item="Wine", makes_more=True, low_at=9))
    set_split(other, weights={part.pk: 1}, keepers={})
    start_pack(other)
    order = sell(cast.rae)
    follow_orders([order.pk])
    for sku in ("WINE", SKU, "WINE"):
        record_order(
            source="shop",
            source_id=order.source_id,
            placed_at=order.placed_at,
            customer=cast.rae,
            lines=[NewLine(sku=sku, total_minor=4_000, quantity=Decimal(1))],
        )
        follow_orders([order.pk])
    assert {(s.pack.sku, s.cancelled_at is None) for s in _sales()} == {
        (SKU, False),
        ("WINE", True),
    }
    assert (books(dinner), books(wines)) == ({}, {"pending": 4_000})
    assert check_ledger() == []


def test_parts_wait_while_their_pool_is_empty_and_are_given_once_it_is_filled(
    cast: Cast, dinner: Partnership
) -> None:
    pack = valentine(dinner)
    pool = pack.parts.get(position=1).pool
    assert pool is not None
    type(pool).objects.filter(pk=pool.pk).update(makes_more=False)
    follow_orders([sell(cast.rae).pk])
    assert [i.state for i in items(1)] == [State.WAITING]
    assert issue_waiting() == 0
    add_codes(pool, ["LUCIA-1"])
    assert issue_waiting() == 1
    assert [(i.state, i.voucher and i.voucher.code) for i in items(1)] == [("issued", "LUCIA-1")]
    assert books(dinner) == {"pending": 4_667}


def test_what_waits_for_an_empty_pool_holds_up_no_other(
    cast: Cast, dinner: Partnership, wines: Partnership
) -> None:
    pack = valentine(dinner, wines)
    VoucherPool.objects.update(makes_more=False)
    follow_orders([sell(cast.rae).pk])
    pool = pack.parts.get(position=2).pool
    assert pool is not None
    add_codes(pool, ["WINE-1"])
    assert issue_waiting(limit=1) == 1
    assert [i.state for i in items()] == [State.ISSUED, State.WAITING, State.ISSUED]


def test_no_voucher_stays_with_a_part_that_waits_no_longer(cast: Cast, dinner: Partnership) -> None:
    valentine(dinner)
    VoucherPool.objects.update(makes_more=False)
    order = sell(cast.rae)
    follow_orders([order.pk])
    stale = items(1)
    give_back(order, 10_000)
    VoucherPool.objects.update(makes_more=True)
    assert issue(stale) == 0
    assert not Voucher.objects.filter(state="assigned").exists()
    assert [(i.state, i.voucher) for i in items(1)] == [(State.REFUNDED, None)]


def test_a_use_taken_back_after_a_refund_leaves_nothing_to_use(
    cast: Cast, dinner: Partnership
) -> None:
    valentine(dinner)
    order = sell(cast.rae)
    follow_orders([order.pk])
    use(items(1)[0])
    give_back(order, 10_000)
    take_back(Redemption.objects.get(), reason="a mistake")
    for _ in range(2):
        follow_vouchers(list(Voucher.objects.values_list("pk", flat=True)))
    (item,) = items(1)
    assert item.voucher is not None
    assert (item.state, item.voucher.state) == (State.REFUNDED, "void")
    assert books(dinner) == {}
    assert settled(PackSale.objects.all()).difference_minor == 0
    assert check_ledger() == []


def test_a_pack_that_an_order_names_again_is_given_again(cast: Cast, dinner: Partnership) -> None:
    valentine(dinner, weights=(50, 50))
    for quantity in (3, 2, 3, 3):
        order = sell(cast.rae, quantity=quantity)
        follow_orders([order.pk])
    assert Counter(i.state for i in items(1)) == {State.ISSUED: 3, State.REFUNDED: 1}
    assert books(dinner) == {"pending": 15_000}
    give_back(order, 10_000)
    follow_orders([order.pk])
    assert books(dinner) == {"pending": 10_000}
    assert settled(PackSale.objects.all()).difference_minor == 0
    assert check_ledger() == []


def test_one_part_is_taken_back_by_hand_once_and_never_a_used_one(
    cast: Cast, dinner: Partnership, wines: Partnership
) -> None:
    valentine(dinner, wines)
    order = sell(cast.rae)
    follow_orders([order.pk])
    use(items(2)[0])
    take_part_back(items(1)[0])
    for position in (1, 2):
        with pytest.raises(Conflict):
            take_part_back(items(position)[0])
    assert (books(dinner), books(wines)) == ({}, {"payable": 2_500})
    # The shop's own word of the same money takes nothing more.
    give_back(order, 3_500)
    assert [i.state for i in items()] == [State.ISSUED, State.REFUNDED, State.REDEEMED]
    assert settled(PackSale.objects.all()).difference_minor == 0


def test_another_split_holds_for_what_is_sold_from_then_on(cast: Cast, dinner: Partnership) -> None:
    pack = valentine(dinner, weights=(60, 40))
    first = sell(cast.rae, number="1")
    set_split(pack, weights={p.pk: 50 for p in pack.parts.all()}, keepers={})
    use_table(pack)
    second = sell(cast.rae, number="2")
    follow_orders([second.pk, first.pk])
    amounts = {sale.order_id: sale.items.get(position=1).amount_minor for sale in _sales()}
    assert amounts == {first.pk: 4_000, second.pk: 5_000}
    assert [version.number for version in pack.versions.order_by("number")] == [1, 2]


def _sales() -> list[PackSale]:
    return list(PackSale.objects.all())


@pytest.mark.parametrize(
    "size", [10, pytest.param(100, marks=pytest.mark.full)], ids=["tenth", "whole"]
)
def test_of_a_hundred_packs_both_statements_reconcile_with_the_money_taken(
    size: int, cast: Cast, dinner: Partnership, wines: Partnership
) -> None:
    """Sold 100, redeemed 70 of one part and 60 of the other, refunded 5 and 3."""
    valentine(dinner, wines, price_minor=9_999, weights=(4, 3, 3))
    money = 9_999 * size // 10
    for n in range(10):
        follow_orders([sell(cast.rae, number=str(n), quantity=size // 10, money=money).pk])
    for item in items(1)[: size * 7 // 10]:
        use(item)
    for item in items(2)[: size * 6 // 10]:
        use(item)
    for position, count in ((1, max(size * 5 // 100, 1)), (2, max(size * 3 // 100, 1))):
        for item in items(position, state="issued")[:count]:
            take_part_back(item)
    _codes_end()
    result = settled(PackSale.objects.all())
    assert result.taken_minor == money * 10
    assert result.difference_minor == 0
    for partnership in (dinner, wines):
        stated = sum(
            CommissionLine.objects.filter(partnership=partnership).values_list(
                "amount_minor", flat=True
            )
        )
        assert stated == result.partners_minor[partnership.pk]
        assert books(partnership) == {"payable": stated}
    used = sum(item.amount_minor for item in items(1, state="redeemed"))
    assert result.partners_minor[dinner.pk] == used
    assert check_ledger() == []


_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["use", "untake", "refund", "part", "cancel", "reinstate", "expire"]),
        st.integers(0, 5),
    ),
    max_size=9,
)


class _Over(Exception):
    pass


def _undone(play: Callable[[], None]) -> None:
    """Each example begins with the same world."""
    with contextlib.suppress(_Over), transaction.atomic():
        play()
        raise _Over


def _play(acts: list[tuple[str, int]], cast: Cast, dinner: Partnership, wines: Partnership) -> None:
    valentine(dinner, wines, weights=(3, 3, 1))
    order = sell(cast.rae, quantity=2, money=20_001)
    follow_orders([order.pk])
    for turn, (act, number) in enumerate(acts):
        _act(act, number, order, key=f"{turn}")
        follow_orders([order.pk])
    result = settled(PackSale.objects.all())
    assert result.difference_minor == 0
    for partnership in (dinner, wines):
        account = books(partnership)
        net = account.get("pending", 0) + account.get("payable", 0) - account.get("debt", 0)
        assert net == result.partners_minor[partnership.pk]
        used = sum(i.amount_minor for i in items(state="redeemed") if i.partnership == partnership)
        assert net >= used
    assert check_ledger() == []


def _act(act: str, number: int, order: Order, *, key: str) -> None:
    given_out = [item for item in items(state="issued") if item.voucher]
    some = given_out[number % len(given_out)] if given_out else None
    if act == "use" and some:
        use(some, key=key)
    elif act == "untake" and items(state="redeemed"):
        used = Redemption.objects.filter(taken_back_at=None).order_by("pk").last()
        assert used is not None
        take_back(used, reason="a mistake")
        follow_vouchers([used.voucher_id])
    elif act == "refund":
        give_back(order, [10_000, 4_286, 1_429, 500, 4_285, 20_001][number], number=f"r{key}")
    elif act == "part" and some:
        take_part_back(some)
    elif act == "cancel":
        cancel_order(source="shop", source_id=order.source_id, cancelled_at=now())
    elif act == "reinstate":
        reinstate_order(source="shop", source_id=order.source_id)
    elif act == "expire":
        _codes_end()


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_ACTS)
def test_whatever_happens_in_any_order_nobody_has_too_much(
    acts: list[tuple[str, int]], cast: Cast, dinner: Partnership, wines: Partnership
) -> None:
    _undone(lambda: _play(acts, cast, dinner, wines))


@pytest.mark.full
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_ACTS)
def test_whatever_happens_in_any_order_nobody_has_too_much_often(
    acts: list[tuple[str, int]], cast: Cast, dinner: Partnership, wines: Partnership
) -> None:
    _undone(lambda: _play(acts, cast, dinner, wines))
