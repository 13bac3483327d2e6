"""How referrals react to what happens elsewhere."""

from customers.events.customers import CustomersMerged
from customers.events.orders import (
    OrderCancelled,
    OrderChanged,
    OrderRecorded,
    OrderReinstated,
    OrdersRecorded,
)
from referrals.events import (
    CodeLeaked,
    FriendClaimed,
    LinkRequested,
    OrderTouched,
    ProgrammeStarted,
    ReferralQualified,
)
from referrals.services import invitations, leaks, mails, qualifying, referrals, reviews

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


def mail_requested_link(event: LinkRequested) -> None:
    invitations.send_link(customer_id=event.subject_id, programme_id=event.programme_id)


def judge_burst_of_code(event: CodeLeaked) -> None:
    reviews.judge_referrals(leaks.burst_of(event.subject_id))
