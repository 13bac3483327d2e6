"""How referrals react to what happens elsewhere."""

from campaigns.events import CouponRedeemed
from customers.events.customers import CustomersMerged
from customers.events.imports import ImportCompleted
from customers.events.orders import (
    OrderCancelled,
    OrderChanged,
    OrderRecorded,
    OrderReinstated,
    OrdersRecorded,
    RefundChanged,
    RefundRecorded,
)
from customers.events.permissions import CustomerErased
from referrals.events import (
    CodeLeaked,
    FriendClaimed,
    LinkRequested,
    OrderTouched,
    ProgrammeStarted,
    ReferralQualified,
    ReferralRefused,
    RewardGranted,
    RewardReady,
)
from referrals.services import (
    invitations,
    leaks,
    mails,
    qualifying,
    redeeming,
    referrals,
    reversals,
    reviews,
    rewards,
    upkeep,
)

OneOrder = OrderRecorded | OrderChanged | OrderCancelled | OrderReinstated | OrderTouched


def qualify_on_order(event: OneOrder) -> None:
    qualifying.qualify_orders([event.subject_id])


def qualify_on_orders(event: OrdersRecorded) -> None:
    qualifying.qualify_orders([*event.created_ids, *event.changed_ids])


def end_self_referrals_on_merge(event: CustomersMerged) -> None:
    referrals.end_self_referrals(event.subject_id)


def give_mails_to_brand(event: ProgrammeStarted) -> None:
    mails.give_mails()


def watch_code_of_claim(event: FriendClaimed) -> None:
    leaks.watch_codes(leaks.codes_of([event.subject_id]))


def watch_codes_of_orders(event: ReferralQualified) -> None:
    leaks.watch_codes(leaks.codes_of(event.referral_ids))


def judge_burst_of_code(event: CodeLeaked) -> None:
    reviews.judge_referrals(leaks.burst_of(event.subject_id))


def refuse_rewards_of_erased(event: CustomerErased) -> None:
    rewards.refuse_of_erased(event.subject_id)


def follow_refunds_of_qualified(event: ReferralQualified) -> None:
    reversals.reverse_for_orders(event.order_ids)


def take_back_of_refused(event: ReferralRefused) -> None:
    reversals.reverse_for_referrals(event.referral_ids)


def reverse_on_refund(event: RefundRecorded | RefundChanged) -> None:
    if event.order_id is not None:
        reversals.reverse_for_orders([event.order_id])


def reverse_on_orders(event: OrdersRecorded) -> None:
    if event.refunds:
        reversals.reverse_for_orders([*event.created_ids, *event.changed_ids])


def reverse_on_import(event: ImportCompleted) -> None:
    reversals.reverse_for_import(event.subject_id)


def release_granted(event: RewardGranted) -> None:
    upkeep.look_and_release(event.reward_ids)


def mail_when_ready(event: RewardReady) -> None:
    mails.mail_rewards(event.reward_ids)


def redeem_by_coupon(event: CouponRedeemed) -> None:
    redeeming.redeemed_by_coupon([event.subject_id])


def redeem_by_order(event: OrderRecorded | OrderChanged) -> None:
    redeeming.redeemed_by_orders([event.subject_id])


def redeem_by_orders(event: OrdersRecorded) -> None:
    redeeming.redeemed_by_orders([*event.created_ids, *event.changed_ids])


def redeem_by_import(event: ImportCompleted) -> None:
    redeeming.redeemed_by_import(event.subject_id)


def mail_requested_link(event: LinkRequested) -> None:
    invitations.send_link(customer_id=event.subject_id, programme_id=event.programme_id)
