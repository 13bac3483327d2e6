"""Switching the brand's control group on and off, and changing its size."""

import secrets

from django.db import transaction

from accounts.models.brands import Brand
from accounts.scope import current_actor, current_brand_id
from accounts.services.events import record
from config.kit.errors import Invalid
from customers.events.experiments import BrandControlChanged
from customers.models.experiments import BrandControl
from customers.selectors.experiments import brand_control

MAX_PERCENT = 50
_SALT_BYTES = 32


def set_brand_control(percent: int) -> BrandControl | None:
    """Hold out this share of the brand's customers from now on; 0 switches the group off.

    The same customers are held out again, or more or fewer of them in the same order. None: nothing
    changed. Raises Invalid."""
    if not 0 <= percent <= MAX_PERCENT:
        raise Invalid.at("percent", f"Hold out 0 to {MAX_PERCENT} per cent.")
    with transaction.atomic():
        # Two people at once: the second sees what the first one set.
        Brand.objects.select_for_update(no_key=True).get(pk=current_brand_id())
        before = brand_control()
        if percent == (before.percent if before else 0):
            return None
        actor = current_actor()
        control = BrandControl.objects.create(
            percent=percent,
            salt=bytes(before.salt) if before else secrets.token_bytes(_SALT_BYTES),
            by_id=actor.id if actor.kind == "user" else None,
        )
        record(BrandControlChanged(subject_id=control.pk, percent=percent))
    return control
