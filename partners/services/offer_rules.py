"""Which partners' offers the brand sends at all."""

from django.db import transaction

from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Invalid
from config.kit.money import MAX_MINOR
from partners.events import OfferRulesChanged
from partners.models.offers import OfferRules

MOST_SILENT = 50


def set_offer_rules(*, floor_minor: int, silent_after: int) -> OfferRules:
    """What an offer must be expected to bring, in minor units for 1,000 recipients (0: anything),
    and after how many mails without a click somebody gets no more (0: never). The same again is no
    change. Raises Invalid."""
    if not 0 <= floor_minor <= MAX_MINOR:
        raise Invalid.at("floor", "Give an amount of 0 or more.")
    if not 0 <= silent_after <= MOST_SILENT:
        raise Invalid.at("silent_after", f"Give a number from 0 to {MOST_SILENT}.")
    said = {"floor_minor": floor_minor, "silent_after": silent_after}
    with transaction.atomic():
        row = OfferRules.objects.select_for_update(no_key=True).first()
        if row is not None and said == {name: getattr(row, name) for name in said}:
            return row
        row, _ = OfferRules.objects.update_or_create(defaults={**said, "updated_at": now()})
        record(OfferRulesChanged(subject_id=row.pk, **said))
    return row
