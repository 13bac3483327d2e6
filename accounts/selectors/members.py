"""Who may act for a brand, through which organisation, and whose role can be changed by whom."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.models.brands import Brand
from accounts.models.members import Grant, Membership, Role
from accounts.models.users import User


def members_of(brand: Brand) -> QuerySet[Membership]:
    """Everybody who may open the brand: of its own organisation and of its agencies."""
    organisations = [
        brand.organisation_id,
        *Grant.objects.filter(brand=brand, withdrawn_at__isnull=True).values_list(
            "organisation_id", flat=True
        ),
    ]
    return (
        Membership.objects.filter(
            Q(brand=brand) | Q(brand__isnull=True), organisation__in=organisations
        )
        .select_related("user", "organisation")
        .order_by("organisation__name", "user__name", "id")
    )


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """What pages call these people; who is gone is missing."""
    wanted = {user_id for user_id in user_ids if user_id}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}


def may_change(membership: Membership, *, brand: Brand, by: User) -> bool:
    """True when `by` owns what the membership opens: this one brand, or the organisation."""
    if membership.user_id == by.pk:
        return False
    owns = Membership.objects.filter(user=by, role=Role.OWNER)
    if owns.filter(organisation=membership.organisation_id, brand__isnull=True).exists():
        return True
    return membership.brand_id == brand.pk and owns.filter(brand=brand).exists()
