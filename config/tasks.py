"""Background work of the composition itself: the larger sample brands load behind the sign-in."""

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.work import Again, background, enqueue
from config.samples.brands import GROCER, SAMPLES, check_and_start, upload_orders
from config.samples.households import describe_households
from customers.imports.registry import GENERIC
from customers.models.imports import Import


@background(queue="imports", is_long=True)
def load_sample(brand_id: int, ref_id: int) -> None:
    """`ref_id` is the brand again. A second run goes on where a killed one stopped."""
    brand = Brand.objects.get(pk=brand_id)
    sample = next(sample for sample in SAMPLES if sample.slug == brand.slug)
    with brand_scope(brand):
        imported = Import.objects.filter(simulated=True, error="").first()
    check_and_start(brand, imported or upload_orders(sample, brand))
    if sample.slug == GROCER.slug:
        with brand_scope(brand):
            enqueue(describe_sample.kind, ref_id=brand.pk)


@background(queue="imports")
def describe_sample(brand_id: int, ref_id: int) -> Again | None:
    """Behind the import, which runs meanwhile: what is known of the households."""
    with brand_scope(brand_id):
        imported = Import.objects.filter(simulated=True).latest("id")
    if imported.state not in {Import.State.DONE, Import.State.FAILED}:
        return Again(15)
    describe_households(Brand.objects.get(pk=brand_id), source=GENERIC.source)
    return None
