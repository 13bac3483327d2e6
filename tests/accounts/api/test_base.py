"""What holds for every endpoint: keys, scopes, brands apart, refusals, hostile bodies."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import get_resolver

from accounts.api import keys
from accounts.api.base import MAX_BODY, ApiView
from accounts.models.api_keys import ApiKey
from accounts.scope import brand_scope
from accounts.services.api_keys import revoke_api_key
from config.kit import ids
from customers.models.customers import Customer
from tests.api import Api, new_key
from tests.conftest import Cast


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["code"] == code
    assert body["status"] == status
    assert set(body) == {
        "type",
        "title",
        "status",
        "detail",
        "code",
        "errors",
        "instance",
        "request_id",
    }
    assert body["request_id"]
    return body


def test_every_endpoint_names_its_scopes() -> None:
    views = [pattern.callback.view_class for pattern in get_resolver("config.api").url_patterns]
    assert len(views) > 10
    for view in views:
        assert issubclass(view, ApiView)
        names = ("get", "post", "put", "patch", "delete")
        methods = {name.upper() for name in names if hasattr(view, name)}
        assert set(view.scopes) == methods


@pytest.mark.parametrize("key", ["", "rk_live_" + "x" * 32, "nonsense", "rk_live_é"])
def test_without_a_known_key_nothing_is_said(cast: Cast, key: str) -> None:
    response = Api(key).get("/customers")
    problem(response, 401, "not_authenticated" if not key else "authentication_failed")
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_is_no_key(cast: Cast, api: Api) -> None:
    with brand_scope(cast.floral):
        revoke_api_key(key=ApiKey.objects.get())
    problem(api.get("/customers"), 401, "authentication_failed")


def test_a_session_is_no_key(ana: Any, cast: Cast) -> None:
    assert ana.get("/api/v1/customers").status_code == 401


def test_a_key_without_the_scope_is_refused_and_nothing_happens(cast: Cast) -> None:
    reader = Api(new_key(cast.floral, cast.ana, "customers:read"))
    assert reader.get("/customers").status_code == 200
    problem(reader.post("/customers", {"email": "jo@example.com"}), 403, "scope_missing")
    with brand_scope(cast.floral):
        assert Customer.objects.count() == 1


def test_another_brands_rows_are_as_good_as_missing(cast: Cast) -> None:
    rae = ids.encode("cus", uid_of_rae(cast))
    stranger = Api(new_key(cast.other_brand, cast.cleo))
    hidden = problem(stranger.get(f"/customers/{rae}"), 404, "not_found")
    missing = problem(stranger.get("/customers/cus_" + "0" * 26), 404, "not_found")
    assert hidden["detail"].replace(rae, "x") == missing["detail"].replace("cus_" + "0" * 26, "x")
    assert stranger.get("/customers").json() == {
        "data": [],
        "has_more": False,
        "next_cursor": None,
    }
    problem(stranger.get("/customers", starting_after=rae), 404, "not_found")


def uid_of_rae(cast: Cast) -> Any:
    with brand_scope(cast.floral):
        return Customer.objects.get(pk=cast.rae.pk).uid


def test_a_key_has_so_many_requests_a_minute(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(keys, "REQUESTS_PER_MINUTE", 3)
    monkeypatch.setattr(keys, "_WINDOW_SECONDS", 100_000)
    left = [api.get("/customers")["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    response = api.get("/customers")
    problem(response, 429, "throttled")
    assert int(response["Retry-After"]) > 0
    cache.clear()


def test_a_method_that_is_not_there_is_refused(api: Api) -> None:
    problem(api.put("/customers", {}), 405, "method_not_allowed")


def test_a_refusal_points_at_each_place(api: Api) -> None:
    body = {
        "source_id": "1",
        "placed_at": "yesterday",
        "currency": "GBP",
        "lines": [{"sku": "a", "total": 1}, {"sku": "", "total": "2"}],
        "surprise": 1,
    }
    places = problem(api.post("/orders", body), 422, "invalid")["errors"]
    assert places == [{"pointer": "#/surprise", "detail": "There is no such field."}]
    del body["surprise"]
    places = problem(api.post("/orders", body), 422, "invalid")["errors"]
    assert sorted(place["pointer"] for place in places) == [
        "#/lines/1/sku",
        "#/lines/1/total",
        "#/placed_at",
    ]


_CONSENT_AT = b'{"email": "jo@example.com", "consent": {"status": "granted", "at": "%s"}}'


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"7",
        b'"text"',
        b"[" * 200_000,
        b'{"a":' * 40_000,
        b'{"email": NaN}',
        b'{"email": "a\\ud800@example.com"}',
        b'{"email": "a\\u0000@example.com"}',
        b'{"email": "a\x00@example.com"}',
        b'{"email": 1}',
        b'{"email": true}',
        b'{"email": null}',
        b'{"email": ["a@example.com"]}',
        b'{"email": 1e400}',
        b'{"email": ' + b"9" * 5000 + b"}",
        b'{"email": "jo@example.com", "first_name": "a\\u0007"}',
        b'{"email": "jo@example.com", "first_name": "' + b"x" * 81 + b'"}',
        b'{"email": "jo@example.com", "attributes": {"a": 1}}',
        b'{"email": "jo@example.com", "attributes": {"a\\u0000": "1"}}',
        b'{"email": "jo@example.com", "attributes": [1]}',
        b'{"email": "jo@example.com", "consent": {"status": "maybe"}}',
        _CONSENT_AT % b"0001-01-01T00:00:00+14:00",
        _CONSENT_AT % b"2999-01-01T00:00:00Z",
        _CONSENT_AT % b"2026-01-01T00:00:00",
        b'{"email": "jo@example.com", "first_name": "' + b"x" * MAX_BODY + b'"}',
        b'{"email": "' + b"x" * 1_000_000 + b'"}',
        b"x" * 6_000_000,
    ],
    ids=lambda raw: f"{raw[:40]!r}-{len(raw)}",
)
def test_a_body_that_cannot_be_used_is_a_refusal_and_changes_nothing(
    cast: Cast, api: Api, raw: bytes
) -> None:
    response = api.post("/customers", raw)
    assert 400 <= response.status_code < 500, response.content
    assert response["Content-Type"] == "application/problem+json"
    with brand_scope(cast.floral):
        assert Customer.objects.count() == 1


ORDER = {"source_id": "1", "placed_at": "2026-01-01T00:00:00Z", "currency": "GBP", "total": 1}


@pytest.mark.parametrize(
    "part",
    [
        {"total": 10**15 + 1},
        {"total": 2**63},
        {"total": 10**40},
        {"total": 1.5},
        {"total": "1"},
        {"total": True},
        {"total": -1},
        {"placed_at": 0},
        {"placed_at": "1899-12-31T00:00:00Z"},
        {"currency": "EUR"},
        {"source_id": ""},
        {"source": "x" * 31},
        {"customer": {}},
        {"customer": {"id": "cus_x"}},
        {"customer": {"id": "cus_x", "email": "a@example.com"}},
        {"lines": {}},
        {"lines": [[]]},
        {"lines": [{"sku": "a", "total": 1, "quantity": "NaN"}]},
        {"lines": [{"sku": "a", "total": 1, "quantity": "Infinity"}]},
        {"lines": [{"sku": "a", "total": 1, "quantity": 10**9}]},
        {"lines": [{"sku": "a", "total": 1, "quantity": "0.0001"}]},
        {"lines": [{"sku": "a\u0000", "total": 1}]},
        {"lines": [{"sku": "a", "total": 1}] * 501},
    ],
    ids=lambda part: json.dumps(part)[:50],
)
def test_an_order_out_of_range_is_a_refusal(api: Api, part: dict[str, Any]) -> None:
    response = api.post("/orders", {**ORDER, **part})
    assert 400 <= response.status_code < 500, response.content


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.0", "x", "", "9" * 50, "\u0661"])
def test_a_limit_out_of_range_is_a_refusal(api: Api, limit: str) -> None:
    body = problem(api.get("/customers", limit=limit), 422, "invalid")
    assert body["errors"][0]["pointer"] == "#/limit"


def test_hostile_ids_and_queries_are_refusals(api: Api) -> None:
    for path in ("/customers/cus_\x00", "/customers/%00", "/segments/seg_é/count", "/campaigns/x"):
        assert api.get(path).status_code == 404
    for query in ({"email": "\x00"}, {"email": "no address"}, {"starting_after": "\x00"}):
        assert 400 <= api.get("/customers", **query).status_code < 500
    assert api.put("/customers/external/%00", {}).status_code == 422


def test_a_failure_of_ours_is_a_problem_document_too(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("customers.api.customers.upsert_customer", fail)
    body = problem(api.post("/customers", {"email": "jo@example.com"}), 500, "failed")
    assert "secret" not in json.dumps(body)
