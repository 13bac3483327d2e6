"""What the worker does for every app: dispatch events, ring for what was missed."""

from celery import shared_task

from accounts import work
from accounts.services import api_keys, events


@work.background(queue="events")
def dispatch_event(brand_id: int, ref_id: int) -> None:
    events.dispatch(brand_id=brand_id, event_id=ref_id)


@shared_task
def sweep() -> None:
    work.sweep()


@shared_task
def forget_answers() -> None:
    api_keys.forget_answers()
