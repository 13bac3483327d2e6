"""What the worker does for every app: dispatch events, ring for what was missed."""

from celery import shared_task

from accounts import work
from accounts.scope import brand_scope
from accounts.selectors.ledger import has_expired, has_journals
from accounts.services import api_keys, events, ledger, ledger_checks, reservations


@work.background(queue="events")
def dispatch_event(brand_id: int, ref_id: int) -> None:
    events.dispatch(brand_id=brand_id, event_id=ref_id)


@shared_task
def sweep() -> None:
    work.sweep()


@shared_task
def forget_answers() -> None:
    api_keys.forget_answers()


@work.background(queue="default")
def expire_balances(brand_id: int, ref_id: int) -> work.Again | None:
    """`ref_id` is the brand again. Reservations first: what they give back may have expired."""
    with brand_scope(brand_id):
        done = reservations.expire_reservations(limit=100) + ledger.expire_lots(limit=100)
    return work.Again(0) if done else None


@shared_task
def expire_all_balances() -> None:
    """Beat rings every few minutes."""
    work.enqueue_for_each_brand(expire_balances, where=has_expired)


@work.background(queue="default")
def check_ledger(brand_id: int, ref_id: int) -> None:
    """`ref_id` is the brand again."""
    with brand_scope(brand_id):
        ledger_checks.keep_check()


@shared_task
def check_all_ledgers() -> None:
    """Beat rings once a night."""
    work.enqueue_for_each_brand(check_ledger, where=has_journals)
