"""A brand's rules of permission: legal grounds by country, sign-ups, wordings."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.countries import country_name
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text
from customers.events.permissions import PermissionRulesChanged
from customers.models.consents import ConsentWording, PermissionRule, SignUpRule
from customers.rules.permissions import check_purpose
from customers.selectors.audience import Reach, reachable
from customers.selectors.consents import ALL_BASES, IMPLIED_DAYS

MAX_DAYS = 3650
_EVERYBODY = {"all": list[object]()}


@dataclass(frozen=True, slots=True)
class Effect:
    """Whom a mail reaches now, and whom it would reach with a rule."""

    now: Reach
    then: Reach

    @property
    def lost(self) -> int:
        """How many fewer could be mailed; negative: how many more."""
        return self.now.mailable - self.then.mailable


def set_permission_rule(
    *, country: str, bases: Collection[str], implied_days: int = IMPLIED_DAYS
) -> PermissionRule:
    """Accept these legal grounds in a country, however its name is written; "" stands for all
    countries without a rule of their own. Raises Invalid."""
    name = country_name(clean_text(country, max_length=60))
    unknown = set(bases) - set(ALL_BASES)
    if unknown or not bases:
        raise Invalid.at("bases", "Choose at least one legal ground: " + ", ".join(ALL_BASES) + ".")
    if not 1 <= implied_days <= MAX_DAYS:
        raise Invalid.at("implied_days", f"Days are a whole number from 1 to {MAX_DAYS:,}.")
    ordered = [basis for basis in ALL_BASES if basis in bases]
    with transaction.atomic():
        rule, _ = PermissionRule.objects.update_or_create(
            country=name, defaults={"bases": ordered, "implied_days": implied_days}
        )
        record(PermissionRulesChanged(subject_id=current_brand_id()))
    return rule


def delete_permission_rule(rule: PermissionRule) -> None:
    with transaction.atomic():
        rule.delete()
        record(PermissionRulesChanged(subject_id=current_brand_id()))


def effect_of_rule(*, country: str, bases: Collection[str], implied_days: int) -> Effect:
    """Tried and taken back, so that it is judged exactly as it would be. Raises Invalid."""
    before = reachable(_EVERYBODY)
    with transaction.atomic():
        set_permission_rule(country=country, bases=bases, implied_days=implied_days)
        after = reachable(_EVERYBODY)
        transaction.set_rollback(True)
    return Effect(before, after)


def set_double_opt_in(*, is_double: bool) -> None:
    """Whether new sign-ups are asked to confirm by mail."""
    with transaction.atomic():
        SignUpRule.objects.update_or_create(
            defaults={"is_double": is_double, "updated_at": now()},
            brand_id=current_brand_id(),
        )
        record(PermissionRulesChanged(subject_id=current_brand_id()))


def add_wording(*, purpose: str, version: str, text: str) -> ConsentWording:
    """Keep the words of a version; the same again is no mistake. Raises Conflict for other words
    under a version that is taken: acts of the ledger point at it."""
    with naming("purpose"):
        check_purpose(purpose)
    row, created = ConsentWording.objects.get_or_create(
        purpose=purpose, version=version, defaults={"text": text}
    )
    if not created and row.text != text:
        raise Conflict(
            "This version has other words already. Give the new words a new version.",
            code="version_taken",
        )
    return row
