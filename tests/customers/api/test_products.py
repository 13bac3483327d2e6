"""Products and spend through the API."""

from accounts.scope import brand_scope
from customers.models.credits import Spend
from customers.models.products import Product, ProductCost
from tests.api import Api, new_key
from tests.conftest import Cast

ROSE = {
    "source_id": "R",
    "title": "Red rose",
    "category": "Roses",
    "tags": ["red"],
    "price": 450,
    "is_replenishable": False,
}


def test_a_product_is_described_and_shown(cast: Cast) -> None:
    api = Api(new_key(cast.floral, cast.ana))
    made = api.post("/products", ROSE)
    assert made.status_code == 201
    again = api.post("/products", {"source_id": "R", "stock": 3})
    assert again.status_code == 200
    shown = again.json()
    assert shown["id"] == made.json()["id"]
    assert {name: shown[name] for name in (*ROSE, "stock", "source", "costs")} == {
        **ROSE,
        "stock": 3,
        "source": "api",
        "costs": [],
    }
    assert api.get(f"/products/{shown['id']}").json() == shown
    assert [row["id"] for row in api.get("/products").json()["data"]] == [shown["id"]]


def test_a_cost_holds_from_a_day_on(cast: Cast) -> None:
    api = Api(new_key(cast.floral, cast.ana))
    rose = api.post("/products", ROSE).json()["id"]
    api.post(f"/products/{rose}/costs", {"valid_from": "2026-01-01", "cost": 125})
    answer = api.post(f"/products/{rose}/costs", {"valid_from": "2026-01-01", "cost": 130})
    assert answer.json()["costs"] == [{"valid_from": "2026-01-01", "cost": 130}]
    refused = api.post(f"/products/{rose}/costs", {"valid_from": "2026-01-01", "cost": -1})
    assert refused.status_code == 422
    with brand_scope(cast.floral):
        assert ProductCost.objects.get().cost_minor == 130


def test_what_no_product_can_be_is_refused_and_nothing_is_kept(cast: Cast) -> None:
    api = Api(new_key(cast.floral, cast.ana))
    for wrong in ({"price": -1}, {"url": "javascript:x"}, {"colour": "red"}, {"source_id": ""}):
        assert api.post("/products", {**ROSE, **wrong}).status_code == 422
    with brand_scope(cast.floral):
        assert not Product.objects.exists()


def test_another_brands_product_is_missing(cast: Cast) -> None:
    rose = Api(new_key(cast.floral, cast.ana)).post("/products", ROSE).json()["id"]
    other = Api(new_key(cast.grocer, cast.ana))
    assert other.get(f"/products/{rose}").status_code == 404
    cost = {"valid_from": "2026-01-01", "cost": 1}
    assert other.post(f"/products/{rose}/costs", cost).status_code == 404
    assert other.get("/products").json()["data"] == []
    with brand_scope(cast.floral):
        assert not ProductCost.objects.exists()


def test_spend_is_said_by_month_and_listed(cast: Cast) -> None:
    api = Api(new_key(cast.floral, cast.ana))
    line = {"month": "2026-05", "kind": "acquisition", "channel": "Ads", "amount": 1250}
    api.post("/spend", {**line, "amount": 1})
    answer = api.post("/spend", line)
    assert {name: answer.json()[name] for name in line} == line
    api.post("/spend", {**line, "month": "2026-06"})
    listed = api.get("/spend", **{"from": "2026-05", "to": "2026-05"}).json()["data"]
    assert [(row["month"], row["amount"]) for row in listed] == [("2026-05", 1250)]
    assert api.get("/spend", **{"from": "May"}).status_code == 422
    for wrong in ({"month": "May"}, {"kind": "fun"}, {"amount": -1}, {"month": "1920-01"}):
        assert api.post("/spend", {**line, **wrong}).status_code == 422
    with brand_scope(cast.floral):
        assert Spend.objects.count() == 2
