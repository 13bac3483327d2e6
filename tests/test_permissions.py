"""Every route x every role, generated from the resolver."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models.brands import Brand
from accounts.models.members import Membership, Role
from accounts.models.users import User
from accounts.permissions import API_SCOPES, PARTNER_SCOPES, PERMISSIONS
from accounts.scope import brand_scope
from accounts.services.api_keys import create_api_key
from tests import world
from tests.conftest import Cast, _signed_in, make_cast
from tests.routes import (
    API,
    BRAND_PAGES,
    PARTNER_API,
    PARTNER_PAGES,
    PUBLIC,
    SIGNED_IN,
    Route,
    routes,
)

ROUTES = list(routes())
BRAND_ROUTES = [route for route in ROUTES if route.path.startswith("b/<slug:brand_slug>/")]
EVERY_API_ROUTE = [route for route in ROUTES if route.path.startswith("api/v1/")]
API_ROUTES = [route for route in EVERY_API_ROUTE if route.name not in PARTNER_API]
PARTNER_ROUTES = [r for r in ROUTES if r.path.startswith("partner/<str:partnership_id>/")]


def test_every_route_stands_in_the_table_once() -> None:
    names = [route.name for route in ROUTES]
    table = [*BRAND_PAGES, *PARTNER_PAGES, *API, *PARTNER_API, *PUBLIC, *SIGNED_IN]
    assert sorted(names) == sorted(table)


def test_every_page_of_a_brand_names_the_permission_of_its_row() -> None:
    named = {route.name: getattr(route.callback, "permission", None) for route in BRAND_ROUTES}
    assert named == BRAND_PAGES


def test_every_api_route_asks_for_the_scopes_of_its_row() -> None:
    assert {route.name: dict(route.callback.cls.scopes) for route in API_ROUTES} == API
    assert {scope for methods in API.values() for scope in methods.values()} <= set(API_SCOPES)


def test_every_page_of_a_partner_is_looked_up_for_those_who_sign_in_for_it() -> None:
    guarded = {r.name for r in PARTNER_ROUTES if getattr(r.callback, "is_of_partner", False)}
    assert guarded == {route.name for route in PARTNER_ROUTES} == PARTNER_PAGES


def test_a_partners_scopes_are_no_brands() -> None:
    asked = {r.name: dict(r.callback.cls.scopes) for r in EVERY_API_ROUTE if r.name in PARTNER_API}
    assert asked == PARTNER_API
    scopes = {scope for methods in PARTNER_API.values() for scope in methods.values()}
    assert scopes <= set(PARTNER_SCOPES)
    assert not set(PARTNER_SCOPES) & set(API_SCOPES)


def arguments(route: Route, objects: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The path's arguments: those of the object whose name the route's name begins with."""
    wanted = {part.split(":")[-1] for part in route.path.replace("<", ">").split(">")[1::2]}
    wanted.discard("brand_slug")
    for prefix in sorted(objects, key=len, reverse=True):
        if route.name.startswith(prefix):
            return {name: objects[prefix][name] for name in wanted}
    assert not wanted, f"tests/world.py has no object for {route.name}"
    return {}


@pytest.fixture(scope="module")
def cast(lasting: Any) -> Cast:
    """The usual cast, once for all routes."""
    with lasting():
        return make_cast()


@pytest.fixture(scope="module")
def objects(lasting: Any, cast: Cast) -> dict[str, dict[str, Any]]:
    with lasting():
        return world.build(cast)


@pytest.fixture
def address(objects: dict[str, dict[str, Any]]) -> Callable[[Route, Brand], str]:
    """The path of a route at a brand, with Floral's objects in it."""

    def of(route: Route, brand: Brand) -> str:
        return reverse(route.name, kwargs={"brand_slug": brand.slug, **arguments(route, objects)})

    return of


@pytest.fixture(scope="module")
def role_clients(lasting: Any, cast: Cast) -> dict[str, Client]:
    """One signed-in person of Floral per role."""
    clients = {}
    with lasting():
        for role in Role:
            user = User.objects.create_user(f"{role}@northlight.example", "a long password")
            Membership.objects.create(
                user=user, organisation=cast.agency, brand=cast.floral, role=role
            )
            clients[role.value] = Client()
            clients[role.value].force_login(user)
    return clients


@pytest.fixture(scope="module")
def strangers(lasting: Any, cast: Cast) -> list[Client]:
    """Cleo of another agency, and Pia, a partner."""
    with lasting():
        return [_signed_in(cast.cleo), _signed_in(cast.pia)]


@pytest.mark.django_db
@pytest.mark.parametrize("route", BRAND_ROUTES, ids=lambda route: route.name)
def test_a_page_opens_for_the_roles_that_may_and_for_nobody_else(
    cast: Cast,
    route: Route,
    address: Callable[[Route, Brand], str],
    role_clients: dict[str, Client],
    strangers: list[Client],
) -> None:
    path = address(route, cast.floral)

    signed_out = Client().get(path)
    assert (signed_out.status_code, signed_out["Location"].split("?")[0]) == (
        302,
        "/accounts/login/",
    )
    for role, client in role_clients.items():
        status = client.get(path).status_code
        if BRAND_PAGES[route.name] in PERMISSIONS[role]:
            # 405: the route only takes a POST; it was found and allowed.
            assert status in {200, 302, 405}, (role, status)
        else:
            assert status == 404, (role, status)
            assert client.post(path).status_code == 404, role
    for stranger in strangers:
        assert stranger.get(path).status_code == 404
        assert stranger.post(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("route", API_ROUTES, ids=lambda route: route.name)
def test_the_api_answers_a_key_with_the_scope_and_no_other(cast: Cast, route: Route) -> None:
    names = [part.split(":")[-1] for part in route.path.replace("<", ">").split(">")[1::2]]
    path = reverse(route.name, kwargs=dict.fromkeys(names, "x"))
    for method, scope in API[route.name].items():
        others = sorted(set(API_SCOPES) - {scope})
        with brand_scope(cast.floral):
            _, right = create_api_key(brand=cast.floral, name="a", scopes=[scope], by=cast.ana)
            _, wrong = create_api_key(brand=cast.floral, name="b", scopes=others, by=cast.ana)
        client = Client()

        def ask(key: str, method: str = method, client: Client = client) -> int:
            headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"{key}{method}"}
            answer = client.generic(
                method, path, b"{}", content_type="application/json", headers=headers
            )
            return answer.status_code

        assert client.generic(method, path, b"{}").status_code == 401
        assert ask("rk_live_unknown") == 401
        assert ask(wrong) == 403
        # 409: there is nothing to do.
        assert ask(right) in {200, 201, 404, 409, 422}
