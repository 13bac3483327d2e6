"""Which brands a person may reach."""

from accounts.models.brands import Brand
from accounts.models.members import Grant, Membership, Role
from accounts.models.organisations import Organisation
from accounts.selectors.brands import is_only_partner, is_partner, reachable_brands
from accounts.selectors.members import members_of
from config.kit import clock
from tests.conftest import Cast


def _slugs(cast: Cast, who: str) -> list[str]:
    return [access.brand.slug for access in reachable_brands(getattr(cast, who))]


def test_an_agency_owner_reaches_the_agencys_brands_and_no_others(cast: Cast) -> None:
    assert _slugs(cast, "ana") == ["floral", "grocer"]


def test_a_brand_member_reaches_that_brand_only(cast: Cast) -> None:
    assert _slugs(cast, "ben") == ["floral"]
    assert reachable_brands(cast.ben)[0].roles == frozenset({Role.MARKETER})


def test_another_agency_and_a_partner_reach_nothing_of_ours(cast: Cast) -> None:
    assert _slugs(cast, "cleo") == ["rival"]
    assert _slugs(cast, "pia") == []


def test_a_grant_opens_a_brand_to_an_agency_until_it_is_withdrawn(cast: Cast) -> None:
    grant = Grant.objects.create(brand=cast.floral, organisation=cast.other_agency)
    assert _slugs(cast, "cleo") == ["floral", "rival"]

    grant.withdrawn_at = clock.now()
    grant.save()
    assert _slugs(cast, "cleo") == ["rival"]


def test_a_single_brand_role_does_not_open_the_agencys_other_brands(cast: Cast) -> None:
    Membership.objects.create(
        user=cast.pia, organisation=cast.agency, brand=cast.grocer, role=Role.VIEWER
    )
    assert _slugs(cast, "pia") == ["grocer"]
    assert "campaigns.send" not in reachable_brands(cast.pia)[0].permissions


def test_a_single_brand_role_ends_with_its_agencys_grant(cast: Cast) -> None:
    owner = Organisation.objects.create(kind=Organisation.Kind.BRAND, name="Floral Ltd")
    Brand.objects.filter(pk=cast.floral.pk).update(organisation=owner)
    assert _slugs(cast, "ben") == ["floral"]

    Grant.objects.filter(brand=cast.floral).update(withdrawn_at=clock.now())

    assert _slugs(cast, "ben") == []
    assert not members_of(Brand.objects.get(pk=cast.floral.pk)).exists()


def test_who_signs_in_for_a_partner_reaches_no_brand_by_that(cast: Cast) -> None:
    bakery = cast.pia.memberships.get().organisation
    Grant.objects.create(brand=cast.grocer, organisation=bakery)
    assert reachable_brands(cast.pia) == []
    assert (is_only_partner(cast.pia), is_partner(cast.pia)) == (True, True)
    assert (is_only_partner(cast.ana), is_partner(cast.ana)) == (False, False)
    Membership.objects.create(user=cast.ana, organisation=bakery, role=Role.OWNER)
    assert (is_only_partner(cast.ana), is_partner(cast.ana)) == (False, True)
    assert {access.brand for access in reachable_brands(cast.ana)} == {cast.floral, cast.grocer}
