"""How joint ventures react to what happened."""

from customers.events.orders import (
    OrderCancelled,
    OrderChanged,
    OrderRecorded,
    OrderReinstated,
    OrdersRecorded,
    RefundChanged,
    RefundRecorded,
)
from partners.events import (
    OfferTaken,
    PackSold,
    RedemptionTakenBack,
    VoucherRedeemed,
    VouchersExpired,
    VouchersRedeemed,
)
from partners.services import commissions, gifts, pack_sales


def accrue_for_claim(event: OfferTaken) -> None:
    commissions.accrue_for_claims([event.subject_id])


def accrue_for_redemption(event: VoucherRedeemed) -> None:
    commissions.accrue_for_redemptions([event.subject_id])


def accrue_for_redemptions(event: VouchersRedeemed) -> None:
    commissions.accrue_for_redemptions(event.redemption_ids)


def correct_redemption(event: RedemptionTakenBack) -> None:
    commissions.take_back_for_redemption(event.subject_id)


def follow_packs_of_order(
    event: OrderRecorded | OrderChanged | OrderCancelled | OrderReinstated,
) -> None:
    pack_sales.follow_orders([event.subject_id])


def follow_packs_of_orders(event: OrdersRecorded) -> None:
    pack_sales.follow_orders([*event.created_ids, *event.changed_ids])


def follow_packs_of_refund(event: RefundRecorded | RefundChanged) -> None:
    if event.order_id is not None:
        pack_sales.follow_orders([event.order_id])


def follow_packs_of_voucher(event: VoucherRedeemed | RedemptionTakenBack) -> None:
    pack_sales.follow_vouchers([event.voucher_id])


def follow_packs_of_redemptions(event: VouchersRedeemed) -> None:
    pack_sales.follow_redemptions(event.redemption_ids)


def follow_packs_of_expired(event: VouchersExpired) -> None:
    pack_sales.follow_vouchers(event.voucher_ids)


def tell_buyer_of_pack(event: PackSold) -> None:
    gifts.tell_buyers([event.subject_id])
