"""A brand's settings are for those who may, and each change does what it says."""

from datetime import date

import pytest
from django.test import Client

from accounts.models.api_keys import ApiKey
from accounts.models.brands import Brand
from accounts.models.members import Membership, Role
from accounts.scope import brand_scope
from accounts.services.api_keys import authenticate_key, create_api_key
from tests import factories
from tests.accounts.views.test_home import NEW_BRAND
from tests.conftest import Cast

PAGES = ["/b/floral/settings/", "/b/floral/settings/team/", "/b/floral/settings/keys/"]


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("who", ["ben", "cleo", "pia"])
def test_settings_are_not_there_for_others(
    request: pytest.FixtureRequest, url: str, who: str
) -> None:
    assert request.getfixturevalue(who).get(url).status_code == 404


@pytest.mark.parametrize("url", PAGES)
def test_settings_open_for_the_owner(ana: Client, url: str) -> None:
    assert ana.get(url).status_code == 200


def test_a_brand_is_changed(cast: Cast, ana: Client) -> None:
    answer = ana.post("/b/floral/settings/", {**NEW_BRAND, "slug": "tulip"})
    assert (answer.status_code, answer["Location"]) == (302, "/b/tulip/settings/")
    brand = Brand.objects.get(pk=cast.floral.pk)
    assert (brand.name, brand.slug, brand.currency) == ("Tulip & Co", "tulip", "EUR")


def test_others_change_nothing(cast: Cast, cleo: Client, ben: Client) -> None:
    for client in (cleo, ben):
        assert client.post("/b/floral/settings/", NEW_BRAND).status_code == 404
    assert Brand.objects.get(pk=cast.floral.pk).name == "Floral"


def test_the_currency_stays_once_there_are_orders(cast: Cast, ana: Client) -> None:
    with brand_scope(cast.floral):
        factories.order(cast.rae, source_id="1", on=date(2026, 1, 1))
    assert "Fixed: the brand has orders" in ana.get("/b/floral/settings/").content.decode()
    ana.post("/b/floral/settings/", {**NEW_BRAND, "slug": "floral"})
    brand = Brand.objects.get(pk=cast.floral.pk)
    assert (brand.name, brand.currency) == ("Tulip & Co", "GBP")


def test_a_key_is_shown_once(cast: Cast, ana: Client) -> None:
    answer = ana.post("/b/floral/settings/keys/", {"name": "Shop", "scopes": ["orders:write"]})
    text = answer.context["new_key"]
    assert text in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    key = authenticate_key(text)
    assert key is not None
    assert (key.brand, key.scopes, key.created_by) == (cast.floral, ["orders:write"], cast.ana)
    again = ana.get("/b/floral/settings/keys/").content.decode()
    assert text not in again
    assert key.hint in again


def test_a_key_without_scopes_is_not_made(cast: Cast, ana: Client) -> None:
    answer = ana.post("/b/floral/settings/keys/", {"name": "Shop"})
    assert "at least one thing" in answer.content.decode()
    assert ApiKey.objects.count() == 0


def test_a_key_is_revoked_in_its_own_brand_only(cast: Cast, ana: Client, cleo: Client) -> None:
    with brand_scope(cast.floral):
        key, text = create_api_key(
            brand=cast.floral, name="Shop", scopes=["orders:write"], by=cast.ana
        )
    for client, slug in ((ana, "grocer"), (cleo, "floral"), (cleo, "rival")):
        url = f"/b/{slug}/settings/keys/{key.pk}/revoke/"
        assert client.post(url).status_code == 404
    assert authenticate_key(text) is not None
    assert ana.get(f"/b/floral/settings/keys/{key.pk}/revoke/").status_code == 405
    assert ana.post(f"/b/floral/settings/keys/{key.pk}/revoke/").status_code == 302
    assert authenticate_key(text) is None


def test_the_team_lists_who_may_act_and_offers_what_may_be_changed(cast: Cast, ana: Client) -> None:
    page = ana.get("/b/floral/settings/team/")
    roles = {member.user: bool(form) for member, form in page.context["members"]}
    assert roles == {cast.ana: False, cast.ben: True}
    grocer = ana.get("/b/grocer/settings/team/")
    assert [member.user for member, _ in grocer.context["members"]] == [cast.ana]


def test_an_owner_changes_a_role(cast: Cast, ana: Client) -> None:
    member = Membership.objects.get(user=cast.ben)
    url = f"/b/floral/settings/team/{member.pk}/role/"
    assert ana.post(url, {"role": "emperor"}).status_code == 302
    assert Membership.objects.get(pk=member.pk).role == Role.MARKETER
    assert ana.post(url, {"role": "viewer"}).status_code == 302
    assert Membership.objects.get(pk=member.pk).role == Role.VIEWER


def test_a_role_is_not_changed_through_another_brand(
    cast: Cast, ana: Client, cleo: Client, ben: Client
) -> None:
    member = Membership.objects.get(user=cast.ben)
    for client, slug in ((ana, "grocer"), (cleo, "rival"), (cleo, "floral"), (ben, "floral")):
        url = f"/b/{slug}/settings/team/{member.pk}/role/"
        assert client.post(url, {"role": "owner"}).status_code == 404
    assert Membership.objects.get(pk=member.pk).role == Role.MARKETER
