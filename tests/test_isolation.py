"""Nothing of one brand can be reached through another, by whatever id."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models.base import BrandOwned
from accounts.models.brands import Brand
from accounts.permissions import API_SCOPES
from accounts.scope import brand_scope
from accounts.services.api_keys import create_api_key
from tests.conftest import Cast, _signed_in
from tests.routes import API, Route
from tests.test_permissions import API_ROUTES, BRAND_ROUTES, address, cast, objects

__all__ = ["address", "cast", "objects"]

pytestmark = pytest.mark.django_db

WITH_OBJECT = [route for route in BRAND_ROUTES if route.path.count("<") > 1]
TABLES = [model._meta.db_table for model in apps.get_models() if issubclass(model, BrandOwned)]


def _everything(brand: Brand) -> dict[str, list[tuple[object, ...]]]:
    """All rows of a brand, as text."""
    found = {}
    with brand_scope(brand), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT t.id, t::text FROM {table} t ORDER BY t.id")
            found[table] = cursor.fetchall()
    return found


_SUMMED_UP = " UNION ALL ".join(
    f"SELECT '{table}', count(*), md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t"
    for table in TABLES
)


def _summed_up(brand: Brand) -> list[tuple[str, int, str | None]]:
    """Table, how many rows and a digest of their text: equal only when each row is."""
    with brand_scope(brand), connection.cursor() as cursor:
        cursor.execute(_SUMMED_UP)
        return sorted(cursor.fetchall())


@pytest.fixture(scope="module")
def before(lasting: Any, cast: Cast, objects: dict[str, dict[str, Any]]) -> Any:
    """Floral's rows, which no request of these tests may change."""
    with lasting():
        return _summed_up(cast.floral)


@pytest.fixture(scope="module")
def ana(lasting: Any, cast: Cast) -> Client:
    with lasting():
        return _signed_in(cast.ana)


@pytest.mark.parametrize("route", WITH_OBJECT, ids=lambda route: route.name)
def test_a_brands_page_does_not_open_another_brands_object(
    cast: Cast, route: Route, address: Callable[[Route, Brand], str], ana: Client, before: Any
) -> None:
    path = address(route, cast.grocer)

    statuses = {ana.get(path).status_code, ana.post(path).status_code}
    assert statuses <= {404, 405}
    assert 404 in statuses
    assert _summed_up(cast.floral) == before


# An external id is a brand's own word; the same word is another customer at another brand.
WITH_PUBLIC_ID = [r for r in API_ROUTES if "<" in r.path and "external_id" not in r.path]


@pytest.mark.parametrize("route", WITH_PUBLIC_ID, ids=lambda route: route.name)
def test_another_brands_key_does_not_find_an_object(
    cast: Cast, route: Route, objects: dict[str, dict[str, Any]], before: Any
) -> None:
    with brand_scope(cast.grocer):
        _, key = create_api_key(brand=cast.grocer, name="k", scopes=API_SCOPES, by=cast.ana)
    name, *rest = [part.split(":")[-1] for part in route.path.replace("<", ">").split(">")[1::2]]
    found = objects[name.removesuffix("_id")]
    public_id = found["public_id"]
    places = {name: public_id, **{each: found[each] for each in rest}}

    for method in API[route.name]:
        answer = Client().generic(
            method,
            reverse(route.name, kwargs=places),
            b"{}",
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}", "Idempotency-Key": method},
        )
        assert answer.status_code == 404
        assert public_id in answer.json()["detail"] or answer.json()["code"] == "not_found"
    assert _summed_up(cast.floral) == before


def test_no_table_shows_a_row_of_another_brand(cast: Cast, objects: Any) -> None:
    seen = _everything(cast.grocer)
    assert {table: rows for table, rows in seen.items() if rows} == {}
    assert _everything(cast.floral)["customers_customer"]
