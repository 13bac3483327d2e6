"""What the brand's shop can do with rewards, and how long a debt is waited for."""

from collections.abc import Collection

from django.db import transaction

from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Invalid
from referrals.events import RewardSettingsChanged
from referrals.models.programmes import RewardSettings
from referrals.rules.obstacles import SPENT_IN_SHOP

MAX_POINT_MINOR = 1_000_000
MAX_WRITE_OFF_DAYS = 3_650
MAX_DOMAINS = 1_000


def reward_settings() -> RewardSettings:
    """The brand's, or those it begins with, which are not stored."""
    return RewardSettings.objects.first() or RewardSettings(brand_id=current_brand_id())


def change_reward_settings(
    *,
    spends: Collection[str],
    point_minor: int,
    write_off_days: int | None,
    free_domains: Collection[str] = (),
    throwaway_domains: Collection[str] = (),
) -> RewardSettings:
    """Keep them; the same again changes nothing. Raises Invalid.

    What was promised before in a kind that the shop no longer takes becomes a coupon at the
    claim."""
    unknown = set(spends) - set(SPENT_IN_SHOP)
    if unknown:
        raise Invalid.at("spends", f"No shop takes {min(unknown)}.")
    if not 1 <= point_minor <= MAX_POINT_MINOR:
        raise Invalid.at("point", "A point is worth something, and not a fortune.")
    values = {
        "spends": sorted(spends),
        "point_minor": point_minor,
        "write_off_days": write_off_days,
        "extra_free_domains": _domains("free_domains", free_domains),
        "extra_throwaway_domains": _domains("throwaway_domains", throwaway_domains),
    }
    with transaction.atomic():
        row, _ = RewardSettings.objects.select_for_update(no_key=True).get_or_create()
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.updated_at = now()
            row.save()
            record(RewardSettingsChanged(subject_id=row.pk, spends=sorted(spends)))
    return row


def _domains(field: str, typed: Collection[str]) -> list[str]:
    domains = sorted({domain.strip().casefold().lstrip("@") for domain in typed} - {""})
    if len(domains) > MAX_DOMAINS:
        raise Invalid.at(field, f"At most {MAX_DOMAINS} domains.")
    for domain in domains:
        if "." not in domain or len(domain) > 253 or any(sign in domain for sign in " @/,"):
            raise Invalid.at(field, f"“{domain[:60]}” is no domain, such as example.com.")
    return domains
