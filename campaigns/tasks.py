"""What the worker does for campaigns; sending itself is the senders' work."""

from datetime import timedelta

from celery import shared_task

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.work import Again, background, enqueue
from campaigns.channels.email.outgoing import send_now
from campaigns.rules.rendering import Unsendable
from campaigns.selectors.domains import domains as sending_domains
from campaigns.services import (
    control,
    delivering,
    domains,
    hits,
    launch,
    lists,
    planning,
    preflight,
    shops,
)
from campaigns.services.confirmation import build_confirmation
from campaigns.services.notices import build_failure_notice
from config.kit.clock import now
from config.kit.errors import DomainError

_ASK_DOMAIN_SECONDS = 900


@background(queue="default")
def send_confirmation(brand_id: int, ref_id: int) -> Again | None:
    try:
        with brand_scope(brand_id):
            mail = build_confirmation(ref_id)
    except Unsendable:
        # Until the domain is verified, or the request lapses.
        return Again(_ASK_DOMAIN_SECONDS)
    if mail is not None:
        send_now(mail)
    return None


@background(queue="messages", is_in_turn=True)
def send_message(brand_id: int, ref_id: int) -> Again | None:
    seconds = delivering.deliver(brand_id=brand_id, message_id=ref_id)
    return None if seconds is None else Again(seconds)


@background(queue="default")
def start_campaign(brand_id: int, ref_id: int) -> Again | None:
    with brand_scope(brand_id):
        seconds = launch.start_scheduled(ref_id)
    return Again(seconds) if seconds else None


@background(queue="default")
def tell_of_failure(brand_id: int, ref_id: int) -> None:
    with brand_scope(brand_id):
        mail = build_failure_notice(ref_id)
    if mail is not None:
        send_now(mail)


@background(queue="plan")
def plan_campaign(brand_id: int, ref_id: int) -> None:
    try:
        with brand_scope(brand_id):
            planning.plan(ref_id)
    except DomainError as error:
        with brand_scope(brand_id):
            control.fail_campaign(ref_id, error=error.message)


@background(queue="plan")
def make_list(brand_id: int, ref_id: int) -> Again | None:
    try:
        with brand_scope(brand_id):
            is_made = lists.make_further(ref_id)
    except DomainError as error:
        with brand_scope(brand_id):
            control.fail_campaign(ref_id, error=error.message)
        return None
    return None if is_made else Again(0)


@background(queue="default")
def make_shop_codes(brand_id: int, ref_id: int) -> Again | None:
    seconds = shops.make_further(brand_id=brand_id, shop_batch_id=ref_id)
    return None if seconds is None else Again(seconds)


@background(queue="plan")
def look_at_everybody(brand_id: int, ref_id: int) -> Again | None:
    with brand_scope(brand_id):
        is_finished = preflight.look_further(ref_id)
    return None if is_finished else Again(0)


@background(queue="default")
def judge_hits(brand_id: int, ref_id: int) -> None:
    with brand_scope(brand_id):
        hits.judge_again(since=now() - timedelta(days=2))


@background(queue="default")
def check_sending_domain(brand_id: int, ref_id: int) -> None:
    domains.check_domain(brand_id=brand_id, domain_id=ref_id)


@shared_task
def check_all_sending_domains() -> None:
    """Beat rings once a night."""
    for brand_id in Brand.objects.values_list("pk", flat=True):
        with brand_scope(brand_id):
            for row in sending_domains():
                enqueue(check_sending_domain.kind, ref_id=row.pk)


@shared_task
def judge_all_hits() -> None:
    """Beat rings once a night."""
    for brand_id in Brand.objects.values_list("pk", flat=True):
        with brand_scope(brand_id):
            enqueue(judge_hits.kind, ref_id=brand_id)
