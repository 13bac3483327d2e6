"""Brands are made by people, renamed with a redirect, and keep the currency of their orders."""

from datetime import date
from typing import Any

import pytest

from accounts.models.brands import Brand, BrandSlug
from accounts.models.events import DomainEvent
from accounts.models.members import Membership, Role
from accounts.models.organisations import Organisation
from accounts.models.users import User
from accounts.scope import brand_scope
from accounts.selectors.brands import reachable_brands
from accounts.services.brands import create_brand, update_brand
from config.kit.errors import Conflict
from tests import factories
from tests.conftest import Cast

VALUES: dict[str, Any] = {"name": "Tulip", "slug": "tulip", "currency": "EUR"}


def events(brand: Brand) -> list[str]:
    with brand_scope(brand):
        return list(DomainEvent.objects.values_list("type", flat=True))


def test_the_first_brand_of_a_person_makes_them_owner_of_its_company(db: None) -> None:
    dee = User.objects.create_user("dee@example.com", "a long enough password")
    brand = create_brand(by=dee, **VALUES)
    (access,) = reachable_brands(dee)
    assert (access.brand, access.roles) == (brand, {Role.OWNER})
    assert (brand.organisation.name, brand.organisation.kind) == ("Tulip", "brand")
    assert events(brand) == ["brand.created"]


def test_an_agencys_owner_adds_to_the_agency(cast: Cast) -> None:
    brand = create_brand(by=cast.ana, **VALUES)
    assert brand.organisation == cast.agency
    assert Organisation.objects.count() == 3


def test_a_marketers_own_brand_is_not_the_agencys(cast: Cast) -> None:
    brand = create_brand(by=cast.ben, **VALUES)
    assert brand.organisation not in {cast.agency, cast.other_agency}
    assert brand not in [access.brand for access in reachable_brands(cast.ana)]


def test_a_partner_does_not_put_a_brand_into_the_partner(cast: Cast) -> None:
    brand = create_brand(by=cast.pia, **VALUES)
    assert brand.organisation.kind == Organisation.Kind.BRAND


def test_a_taken_slug_is_refused_and_leaves_nothing_behind(cast: Cast) -> None:
    dee = User.objects.create_user("dee@example.com", "a long enough password")
    with pytest.raises(Conflict, match="taken"):
        create_brand(by=dee, name="Floral", slug="floral")
    assert Brand.objects.count() == 3
    assert not Membership.objects.filter(user=dee).exists()
    assert not Organisation.objects.filter(kind="brand").exists()


def test_a_renamed_brand_is_still_found_by_its_old_links(cast: Cast, ana: Any) -> None:
    with brand_scope(cast.floral):
        update_brand(brand=cast.floral, slug="flowers")
    answer = ana.get("/b/floral/customers/?q=a")
    assert (answer.status_code, answer["Location"]) == (302, "/b/flowers/customers/?q=a")
    assert events(cast.floral) == ["brand.changed"]


def test_nobody_can_take_a_name_that_still_redirects(cast: Cast) -> None:
    with brand_scope(cast.floral):
        update_brand(brand=cast.floral, slug="flowers")
    with pytest.raises(Conflict):
        create_brand(by=cast.cleo, name="Mine now", slug="floral")
    assert Brand.objects.count() == 3


def test_a_brand_can_take_back_its_old_name(cast: Cast) -> None:
    with brand_scope(cast.floral):
        update_brand(brand=cast.floral, slug="flowers")
        update_brand(brand=cast.floral, slug="floral")
    assert Brand.objects.get(pk=cast.floral.pk).slug == "floral"
    assert list(BrandSlug.objects.values_list("slug", flat=True)) == ["flowers"]


def test_the_currency_can_be_changed_before_the_first_order_only(cast: Cast) -> None:
    with brand_scope(cast.floral):
        update_brand(brand=cast.floral, currency="USD")
        factories.order(cast.rae, source_id="1", on=date(2026, 1, 1))
        with pytest.raises(Conflict, match="USD") as refused:
            update_brand(brand=cast.floral, currency="EUR", name="Other")
    assert refused.value.code == "currency_locked"
    stored = Brand.objects.get(pk=cast.floral.pk)
    assert (stored.currency, stored.name) == ("USD", "Floral")
