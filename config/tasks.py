"""Background work of the composition itself: the larger sample brands load behind the sign-in."""

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.work import background
from config.samples.brands import SAMPLES, check_and_start, upload_orders
from customers.models.imports import Import


@background(queue="imports")
def load_sample(brand_id: int, ref_id: int) -> None:
    """`ref_id` is the brand again. A second run goes on where a killed one stopped."""
    brand = Brand.objects.get(pk=brand_id)
    sample = next(sample for sample in SAMPLES if sample.slug == brand.slug)
    with brand_scope(brand):
        imported = Import.objects.filter(simulated=True, error="").first()
    check_and_start(brand, imported or upload_orders(sample, brand))
