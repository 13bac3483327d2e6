"""What the worker does for customers: imports, and the nightly audit of the facts."""

from celery import shared_task

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.work import Again, background, enqueue
from config.kit.errors import DomainError
from customers.services import facts, imports


@background(queue="imports")
def check_import(brand_id: int, ref_id: int) -> Again | None:
    try:
        is_finished = imports.check_import(brand_id=brand_id, import_id=ref_id)
    except DomainError as error:
        with brand_scope(brand_id):
            imports.fail_import(import_id=ref_id, error=error.message)
        return None
    return None if is_finished else Again(0)


@background(queue="imports")
def run_import(brand_id: int, ref_id: int) -> Again | None:
    try:
        is_finished = imports.run_import(brand_id=brand_id, import_id=ref_id)
    except DomainError as error:
        with brand_scope(brand_id):
            imports.fail_import(import_id=ref_id, error=error.message)
        return None
    return None if is_finished else Again(0)


@background(queue="default")
def audit_brand_facts(brand_id: int, ref_id: int) -> None:
    with brand_scope(brand_id):
        facts.audit_facts()


@shared_task
def audit_facts() -> None:
    """Beat rings once a night; each brand's audit is work of its own."""
    for brand_id in Brand.objects.values_list("pk", flat=True):
        with brand_scope(brand_id):
            enqueue(audit_brand_facts.kind, ref_id=brand_id)
