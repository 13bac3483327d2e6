"""What referrals ask for on the overview, and how this way of earning stands."""

from django.urls import reverse

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from config.kit import ids
from customers.models.credits import CreditSource
from customers.selectors.overview import Revenue
from customers.selectors.suggestions import Suggestion, WayToEarn, counted
from referrals.models.programmes import Programme
from referrals.selectors.programmes import has_begun
from referrals.selectors.report import PROGRAMME
from referrals.selectors.reviews import waiting
from referrals.selectors.reward_list import to_pay

_SHOWN = 2


def way_to_earn(revenue: Revenue) -> WayToEarn:
    """The third way: orders of people whom a customer brought."""
    brand = Brand.objects.get(pk=current_brand_id())
    url = reverse("referrals", args=[brand.slug])
    earned = revenue.earned.get(CreditSource.REFERRAL)
    if earned is not None:
        words = "Orders of people whom a customer brought"
        return WayToEarn("Referrals", "referral", words, earned.minor, earned.over_time, url)
    if has_begun():
        words = "Nobody whom a customer brought has ordered in this period"
        return WayToEarn("Referrals", "referral", words, 0, url=url)
    words = "Not measured yet: start “Give 10, get 10”"
    return WayToEarn("Referrals", "referral", words, url=url)


def to_look_at(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Suspicious friends, for who may decide."""
    if "referrals.review" not in permissions:
        return []
    return counted(
        brand,
        waiting().count(),
        one="1 friend looks suspicious",
        many="{count} friends look suspicious",
        detail="Their rewards wait for your word",
        url=reverse("referral_reviews", args=[brand.slug]),
        icon="shield-alert",
        tone="referral",
    )


def to_give_out(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Cash, cards and donations that customers have claimed."""
    if "referrals.pay" not in permissions:
        return []
    return counted(
        brand,
        to_pay(),
        one="1 reward to give out",
        many="{count} rewards to give out",
        detail="Customers have claimed them",
        url=f"{reverse('referral_rewards', args=[brand.slug])}?show=to_pay",
        icon="gift",
        tone="referral",
    )


def drafts(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Referral programmes that were begun and never started."""
    if "referrals.edit" not in permissions:
        return []
    rows = Programme.objects.filter(state=Programme.State.DRAFT).order_by("-pk")[:_SHOWN]
    return [
        Suggestion(
            title=f"“{row.name}” is not live yet",
            detail="Check the referral programme, and start it",
            url=reverse(
                "referral_programme_setup",
                args=[brand.slug, ids.encode(PROGRAMME, row.uid), "start"],
            ),
            icon="gift",
            tone="referral",
        )
        for row in rows
    ]
