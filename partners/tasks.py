"""What the worker does for joint ventures."""

from celery import shared_task

from accounts.scope import brand_scope
from accounts.work import Again, background, enqueue_for_each_brand
from campaigns.channels.email.outgoing import send_now
from partners.selectors.offers import has_offers
from partners.selectors.packs import has_packs
from partners.selectors.partnerships import has_partners, has_unconfirmed
from partners.selectors.vouchers import has_pools
from partners.services import (
    gifts,
    mails,
    message_notices,
    pack_backlog,
    pack_sales,
    pack_stranding,
    partnerships,
    running,
    settling,
    sisters,
    vouchers,
)


@background(queue="messages")
def send_partner_mail(brand_id: int, ref_id: int) -> None:
    with brand_scope(brand_id):
        mail = mails.build_mail(ref_id)
    if mail is None:
        return
    send_now(mail)
    with brand_scope(brand_id):
        mails.mark_sent(ref_id)


@background(queue="default")
def forget_applications(brand_id: int, ref_id: int) -> Again | None:
    """Those that nobody confirmed; `ref_id` is the brand again."""
    with brand_scope(brand_id):
        gone = partnerships.forget_unconfirmed()
    return Again(0) if gone else None


@shared_task
def forget_all_applications() -> None:
    """Beat rings once a night."""
    enqueue_for_each_brand(forget_applications, where=has_unconfirmed)


@background(queue="messages")
def tell_of_messages(brand_id: int, ref_id: int) -> Again | None:
    """Both sides of a partnership, each once an hour at most."""
    with brand_scope(brand_id):
        message_notices.tell_partner_of_messages(ref_id)
        mail = message_notices.build_brand_notice(ref_id)
    if mail is not None:
        send_now(mail)
    with brand_scope(brand_id):
        wait = message_notices.look_again(ref_id, is_brand_told=mail is not None)
    return None if wait is None else Again(wait)


@background(queue="default")
def follow_packs_of_import(brand_id: int, ref_id: int) -> Again | None:
    is_finished = pack_backlog.follow_import(brand_id=brand_id, import_id=ref_id)
    return None if is_finished else Again(0)


@background(queue="default")
def strand_packs(brand_id: int, ref_id: int) -> Again | None:
    """`ref_id` is the partnership that moved; what is sold of any that is gone is looked at."""
    with brand_scope(brand_id):
        done = pack_stranding.strand_parts()
    return Again(0) if done else None


@background(queue="default")
def tend_packs(brand_id: int, ref_id: int) -> Again | None:
    """Vouchers that were waited for, whose partner is gone, and gifts whose day has come; `ref_id`
    is the brand again."""
    with brand_scope(brand_id):
        done = pack_stranding.strand_parts() + pack_sales.issue_waiting()
    with brand_scope(brand_id):
        done += gifts.tell_buyers() + gifts.send_due()
    return Again(0) if done else None


@shared_task
def tend_all_packs() -> None:
    """Beat rings every quarter of an hour."""
    enqueue_for_each_brand(tend_packs, where=has_packs)


@background(queue="default")
def tend_offers(brand_id: int, ref_id: int) -> Again | None:
    """What the day brings for offers; `ref_id` is the brand again."""
    with brand_scope(brand_id):
        moved = running.tend_offers()
    return Again(0) if moved else None


@shared_task
def tend_all_offers() -> None:
    """Beat rings every few minutes: days begin at another moment in each brand's zone."""
    enqueue_for_each_brand(tend_offers, where=has_offers)


@background(queue="default")
def tend_vouchers(brand_id: int, ref_id: int) -> Again | None:
    """Holds and last days that are over, and pools that run low; `ref_id` is the brand again."""
    with brand_scope(brand_id):
        ended = vouchers.release_due() + vouchers.expire_due()
        vouchers.look_at_stocks()
    return Again(0) if ended else None


@shared_task
def tend_all_vouchers() -> None:
    """Beat rings every few minutes."""
    enqueue_for_each_brand(tend_vouchers, where=has_pools)


@background(queue="default")
def tend_settlements(brand_id: int, ref_id: int) -> Again | None:
    """`ref_id` is the brand again."""
    return Again(0) if settling.tend_settlements(brand_id=brand_id) else None


@shared_task
def tend_all_settlements() -> None:
    """Beat rings every few minutes."""
    enqueue_for_each_brand(tend_settlements, where=has_partners)


@background(queue="default")
def follow_sister_pact(brand_id: int, ref_id: int) -> None:
    with brand_scope(brand_id):
        sisters.follow_pact(ref_id)


@background(queue="default")
def mirror_settlement(brand_id: int, ref_id: int) -> None:
    with brand_scope(brand_id):
        sisters.mirror_settlement(ref_id)
