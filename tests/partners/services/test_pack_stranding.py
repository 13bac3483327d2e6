"""Sold vouchers of a partner who is gone: void, told, and refunded or replaced; the sums hold."""

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from accounts.selectors.ledger_checks import check_ledger
from campaigns.models.transactional import TransactionalMessage
from config.kit.errors import Conflict
from partners.models.packs import PackItem, PackSale
from partners.models.partnerships import Partnership
from partners.models.vouchers import Voucher, VoucherPool
from partners.selectors.gifts import gifts_of
from partners.selectors.packs import settled, stranded
from partners.selectors.settlement_checks import check_settlements
from partners.services.gifts import tell_buyers
from partners.services.pack_sales import follow_orders, take_part_back
from partners.services.pack_stranding import replace_part, strand_parts
from partners.services.partnerships import ban, end
from tests.conftest import Cast
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.packing import books, give_back, items, sell, the_sale, use, valentine
from tests.partners.vouchers import pool_of


def leave(partnership: Partnership, act=ban) -> None:
    act(Partnership.objects.get(pk=partnership.pk), reason="They sold codes on")


def sums() -> tuple[int, int, int]:
    """What is with the partners, with the brand, and what nobody has: 0."""
    result = settled(PackSale.objects.all())
    return sum(result.partners_minor.values()), result.brand_minor, result.difference_minor


@pytest.mark.parametrize("act", [ban, end])
def test_unused_vouchers_of_who_is_gone_are_void_and_their_shares_go_back(
    act, cast: Cast, dinner: Partnership, wines: Partnership
) -> None:
    valentine(dinner, wines)
    follow_orders([sell(cast.rae, quantity=2).pk])
    used, unused = items(1)
    use(used)
    assert strand_parts() == 0
    leave(dinner, act)
    assert (strand_parts(), strand_parts()) == (1, 0)
    assert [item.state for item in items(1)] == ["redeemed", "stranded"]
    assert {item.state for item in items(2)} == {"issued"}
    assert Voucher.objects.get(pk=unused.voucher_id).state == "void"
    assert books(dinner) == {"payable": 3_500}
    # One dinner was eaten; both wines are promised.
    assert sums() == (3_500 + 5_000, 20_000 - 8_500, 0)
    assert (check_ledger(), check_settlements()) == ([], [])
    event = DomainEvent.objects.get(type="pack.parts_stranded")
    assert event.payload["item_ids"] == [unused.pk]


def test_what_is_sold_afterwards_draws_no_voucher_and_is_stranded_too(
    cast: Cast, dinner: Partnership
) -> None:
    valentine(dinner)
    leave(dinner)
    follow_orders([sell(cast.rae).pk])
    assert [item.state for item in items(1)] == ["waiting"]
    assert not Voucher.objects.filter(state="assigned").exists()
    assert (tell_buyers(), strand_parts()) == (0, 1)
    assert [item.state for item in items(1)] == ["stranded"]
    assert books(dinner) == {}


def test_a_refund_by_hand_or_by_the_shop_ends_it(cast: Cast, dinner: Partnership) -> None:
    valentine(dinner, weights=(60, 40))
    order = sell(cast.rae, quantity=2)
    follow_orders([order.pk])
    leave(dinner)
    strand_parts()
    assert stranded().count() == 2
    give_back(order, 4_000)
    (left,) = stranded()
    take_part_back(left)
    assert not stranded().exists()
    assert [item.state for item in items(1)] == ["refunded", "refunded"]
    with pytest.raises(Conflict):
        replace_part(left, VoucherPool.objects.get())
    assert books(dinner) == {}
    assert (settled(PackSale.objects.all()).difference_minor, check_ledger()) == (0, [])


def test_another_partner_s_voucher_takes_its_place_for_the_same_money(
    cast: Cast, dinner: Partnership, wines: Partnership
) -> None:
    valentine(dinner, weights=(60, 40))
    order = sell(cast.rae)
    follow_orders([order.pk])
    assert tell_buyers() == 1
    empty = pool_of(wines, kind="item", item="A tasting", name="Tastings")
    leave(dinner)
    strand_parts()
    (gone,) = stranded()
    own = VoucherPool.objects.exclude(pk=empty.pk).get()
    for pool in (own, empty):
        with pytest.raises(Conflict):
            replace_part(gone, pool)
    assert PackItem.objects.count() == 2
    VoucherPool.objects.filter(pk=empty.pk).update(makes_more=True)
    empty.refresh_from_db()
    new = replace_part(gone, empty)
    with pytest.raises(Conflict):
        replace_part(gone, empty)
    assert not stranded().exists()
    (gift,) = gifts_of(the_sale())
    assert [(part.title, part.partner) for part in gift.vouchers] == [("A tasting", "Otto's Wines")]
    assert tell_buyers() == 1
    assert books(wines) == {"pending": 4_000}
    use(PackItem.objects.select_related("voucher", "partnership__brand").get(pk=new.pk))
    assert books(wines) == {"payable": 4_000}
    assert sums() == (4_000, 6_000, 0)
    # A refund of that part now takes nothing from its partner.
    give_back(order, 4_000)
    assert books(wines) == {"payable": 4_000}
    assert (check_ledger(), check_settlements()) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_the_buyer_is_told_once_when_a_partner_is_banned(cast: Cast, run_due_work) -> None:
    with brand_scope(cast.floral):
        user = make_partner("pia@lucia.example", name="Pia", business="Trattoria Lucia")
        dinner = make_partnership(user)
        valentine(dinner)
        sell(cast.rae)
    run_due_work()
    with brand_scope(cast.floral):
        leave(dinner)
    run_due_work()
    run_due_work()
    with brand_scope(cast.floral):
        mails = TransactionalMessage.objects.order_by("pk").select_related("template")
        assert [mail.template.key for mail in mails] == ["pack_bought", "pack_stranded"]
        assert [item.state for item in items(1)] == ["stranded"]
