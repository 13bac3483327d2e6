"""Which brands a person may reach, and in which roles."""

from dataclasses import dataclass

from django.db.models import Q

from accounts.models.brands import Brand
from accounts.models.members import Grant, Membership
from accounts.models.organisations import Organisation
from accounts.models.users import User
from accounts.permissions import permissions_of
from accounts.scope import current_brand_id


@dataclass(frozen=True, slots=True)
class Access:
    """One person's standing with one brand."""

    brand: Brand
    roles: frozenset[str]
    permissions: frozenset[str]


def currency_in_scope() -> str:
    """ISO 4217, of the brand in scope."""
    return Brand.objects.values_list("currency", flat=True).get(pk=current_brand_id())


def reachable_brands(user: User) -> list[Access]:
    """Every brand the person may open, by name: their organisations', and those granted to them.

    A membership of a single brand opens only this one, and like all others ends with the grant.
    Who signs in for a partner reaches none by that: partners have pages of their own."""
    memberships = list(
        Membership.objects.filter(user=user)
        .exclude(organisation__kind=Organisation.Kind.PARTNER)
        .values_list("organisation_id", "brand_id", "role")
    )
    everywhere = {organisation for organisation, brand, _ in memberships if brand is None}
    single = {brand for _, brand, _ in memberships if brand is not None}
    if not memberships:
        return []
    granted = Q(grants__organisation__in=everywhere, grants__withdrawn_at__isnull=True)
    brands = (
        Brand.objects.filter(Q(organisation__in=everywhere) | granted | Q(pk__in=single))
        .select_related("organisation")
        .distinct()
    )
    reached = {brand.pk: {brand.organisation_id} for brand in brands}
    for brand_id, organisation_id in Grant.objects.filter(
        brand__in=reached, withdrawn_at__isnull=True
    ).values_list("brand_id", "organisation_id"):
        reached[brand_id].add(organisation_id)
    result = []
    for brand in brands:
        roles = frozenset(
            role
            for organisation, only, role in memberships
            if only in {None, brand.pk} and organisation in reached[brand.pk]
        )
        if roles:
            result.append(Access(brand, roles, permissions_of(set(roles))))
    return result


def is_only_partner(user: User) -> bool:
    """Whether the person signs in for partners, and for nobody else."""
    return _kinds(user) == {Organisation.Kind.PARTNER.value}


def is_partner(user: User) -> bool:
    """Whether the person signs in for a partner, maybe beside brands of their own."""
    return Organisation.Kind.PARTNER.value in _kinds(user)


def _kinds(user: User) -> set[str]:
    return set(Membership.objects.filter(user=user).values_list("organisation__kind", flat=True))
