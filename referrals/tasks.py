"""What the worker does for referrals."""

from celery import shared_task

from accounts.scope import brand_scope
from accounts.work import Again, background, enqueue_for_each_brand
from referrals.selectors.programmes import has_begun
from referrals.services import backlog, referrals, reviews, upkeep


@background(queue="default")
def qualify_import(brand_id: int, ref_id: int) -> Again | None:
    is_finished = backlog.qualify_import(brand_id=brand_id, import_id=ref_id)
    return None if is_finished else Again(0)


@background(queue="default")
def lapse_referrals(brand_id: int, ref_id: int) -> Again | None:
    with brand_scope(brand_id):
        lapsed = referrals.lapse_due()
    return Again(0) if lapsed else None


@background(queue="default")
def decide_overdue_reviews(brand_id: int, ref_id: int) -> Again | None:
    with brand_scope(brand_id):
        decided = reviews.decide_overdue()
    return Again(0) if decided else None


@shared_task
def decide_all_overdue_reviews() -> None:
    """Beat rings every quarter of an hour."""
    enqueue_for_each_brand(decide_overdue_reviews, where=has_begun)


@shared_task
def lapse_all_referrals() -> None:
    """Beat rings once a night."""
    enqueue_for_each_brand(lapse_referrals, where=has_begun)


@background(queue="default")
def tend_rewards(brand_id: int, ref_id: int) -> Again | None:
    """`ref_id` is the brand again."""
    return Again(0) if upkeep.tend_rewards(brand_id=brand_id) else None


@shared_task
def tend_all_rewards() -> None:
    """Beat rings every few minutes."""
    enqueue_for_each_brand(tend_rewards, where=has_begun)
