"""What the worker does for customers: imports, and the nightly audit of the facts."""

import logging

from celery import shared_task
from django.db import DataError

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.work import Again, background, enqueue, enqueue_for_each_brand, for_each_brand
from config.kit.errors import DomainError
from customers.services import (
    attribute_changes,
    audits,
    bulk_actions,
    countries,
    dirty,
    duplicates,
    feeds,
    imports,
    imports_undo,
    jobs,
    kept_files,
    membership,
    order_rules,
)

logger = logging.getLogger(__name__)


@background(queue="imports", is_long=True)
def check_import(brand_id: int, ref_id: int) -> Again | None:
    try:
        is_finished = imports.check_import(brand_id=brand_id, import_id=ref_id)
    except (DomainError, DataError) as error:
        _give_up(brand_id, ref_id, error)
        return None
    return None if is_finished else Again(0)


@background(queue="imports", is_long=True)
def run_import(brand_id: int, ref_id: int) -> Again | None:
    try:
        is_finished = imports.run_import(brand_id=brand_id, import_id=ref_id)
    except (DomainError, DataError) as error:
        _give_up(brand_id, ref_id, error)
        return None
    return None if is_finished else Again(0)


@background(queue="imports", is_long=True)
def undo_import(brand_id: int, ref_id: int) -> Again | None:
    is_finished = imports_undo.undo_import(brand_id=brand_id, import_id=ref_id)
    return None if is_finished else Again(0)


def _give_up(brand_id: int, import_id: int, error: DomainError | DataError) -> None:
    """Say why. A value the database refuses would be refused again at each try."""
    if isinstance(error, DataError):
        logger.error("import %s of brand %s cannot be read", import_id, brand_id, exc_info=error)
        message = "A value in this file cannot be kept. Look for an odd number or a very long text."
    else:
        message = error.message
    with brand_scope(brand_id):
        imports.fail_import(import_id=import_id, error=message)


@background(queue="default")
def judge_all_orders(brand_id: int, ref_id: int) -> Again | None:
    is_finished = order_rules.carry_rule_through(brand_id=brand_id)
    return None if is_finished else Again(0)


@background(queue="default")
def judge_buyers(brand_id: int, ref_id: int) -> Again | None:
    is_finished = order_rules.carry_category_through(brand_id=brand_id, product_id=ref_id)
    return None if is_finished else Again(0)


@background(queue="default")
def judge_guest_orders(brand_id: int, ref_id: int) -> None:
    """Orders of nobody we know come with no customer whose facts would take them along."""
    with brand_scope(brand_id):
        order_rules.settle_guest_orders()


@background(queue="imports")
def follow_feed(brand_id: int, ref_id: int) -> Again | None:
    """A feed with an address stays as work that is due again after its hours."""
    wait = feeds.follow_feed(brand_id=brand_id, feed_id=ref_id)
    return None if wait is None else Again(wait)


@background(queue="imports")
def run_bulk_job(brand_id: int, ref_id: int) -> Again | None:
    return None if jobs.run_job(brand_id=brand_id, job_id=ref_id) else Again(0)


@background(queue="default")
def audit_brand_facts(brand_id: int, ref_id: int) -> None:
    """`ref_id` is the customer up to whom everybody has been audited."""
    reached = audits.audit_from(brand_id=brand_id, after=ref_id)
    if reached is not None:
        with brand_scope(brand_id):
            enqueue(audit_brand_facts.kind, ref_id=reached)


@shared_task
def audit_facts() -> None:
    """Beat rings once a night."""
    for_each_brand(lambda _: enqueue(audit_brand_facts.kind, ref_id=0))


@background(queue="imports")
def forget_files(brand_id: int, ref_id: int) -> Again | None:
    is_finished = kept_files.forget_next_file(brand_id=brand_id, request_id=ref_id)
    return None if is_finished else Again(0)


@background(queue="plan")
def find_duplicates(brand_id: int, ref_id: int) -> None:
    """`ref_id` is what gave rise to it: an import, or the brand itself at night."""
    with brand_scope(brand_id):
        duplicates.find_duplicates()


@shared_task
def look_for_duplicates() -> None:
    """Beat rings once a night."""
    enqueue_for_each_brand(find_duplicates)


@background(queue="default")
def change_attribute(brand_id: int, ref_id: int) -> Again | None:
    is_finished = attribute_changes.carry_change_through(brand_id=brand_id, definition_id=ref_id)
    return None if is_finished else Again(0)


@background(queue="default")
def name_countries(brand_id: int, ref_id: int) -> Again | None:
    return None if countries.name_countries(brand_id=brand_id) else Again(0)


@shared_task
def name_all_countries() -> None:
    """Beat rings once a night."""
    enqueue_for_each_brand(name_countries)


@background(queue="segments")
def evaluate_segments(brand_id: int, ref_id: int) -> Again | None:
    """A turn of the brand: customers about whom something changed, or whose day has come."""
    wait = membership.take_turn(brand_id=brand_id)
    return None if wait is None else Again(wait)


@background(queue="plan")
def evaluate_segment(brand_id: int, ref_id: int) -> None:
    """Everybody against a rule that is new or was changed."""
    with brand_scope(brand_id):
        membership.evaluate_segment(segment_id=ref_id, cause=membership.Cause.RULE)
    # Its flips may be earlier than the turn that is foreseen.
    dirty.ring(brand_id)


@background(queue="plan")
def audit_segment(brand_id: int, ref_id: int) -> None:
    """One segment after the other, so that turns of the brand come in between."""
    with brand_scope(brand_id):
        membership.audit_segment(segment_id=ref_id)
        _audit_next(after=ref_id)
    dirty.ring(brand_id)


def _audit_next(*, after: int) -> None:
    following = membership.next_segment_id(after=after)
    if following:
        enqueue(audit_segment.kind, ref_id=following)


@shared_task
def audit_memberships() -> None:
    """Beat rings once a night."""
    for_each_brand(lambda _: _audit_next(after=0))


@shared_task
def look_for_dirty() -> None:
    """Beat rings each minute: for brands whose ring was lost with the process that was to ring."""
    for brand_id in Brand.objects.values_list("pk", flat=True):
        with brand_scope(brand_id):
            is_waiting = membership.has_waiting()
        if is_waiting:
            dirty.ring(brand_id)


@background(queue="default")
def run_bulk_action(brand_id: int, ref_id: int) -> Again | None:
    with brand_scope(brand_id):
        is_finished = bulk_actions.do_slice(action_id=ref_id)
    return None if is_finished else Again(0)


@background(queue="default")
def undo_bulk_action(brand_id: int, ref_id: int) -> Again | None:
    with brand_scope(brand_id):
        is_finished = bulk_actions.undo_slice(action_id=ref_id)
    return None if is_finished else Again(0)
