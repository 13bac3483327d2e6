"""A brand's own system puts gift packs together, sells them, and reads what became of them."""

import pytest

from accounts.models.brands import Brand
from config.kit import ids
from customers.models.products import Product
from partners.models.packs import Pack, PackPart
from partners.models.partnerships import Partnership
from partners.selectors.names import PACK, POOL
from partners.services.pack_sales import follow_orders
from tests.api import Api, new_key
from tests.partners.packing import give_back, items, sell, use, valentine
from tests.partners.vouchers import pool_of


@pytest.fixture
def api(floral: Brand, cast) -> Api:
    return Api(new_key(floral, cast.ana))


def _pack(**said: object) -> dict[str, object]:
    return {"name": "Valentine pack", "sku": "V", "price": 10_000, **said}


def test_a_pack_begins_with_its_gaps_and_is_filled_part_by_part(
    api: Api, dinner: Partnership
) -> None:
    made = api.post("/packs", _pack(occasion="Valentine's Day"))
    assert made.status_code == 201, made.content
    pack = made.json()["pack"]
    assert pack["wanted"] == ["flowers", "card", "sweets", "wine", "dinner"]
    path = f"/packs/{pack['id']}"

    roses = Product.objects.create(source="test", source_id="ROSES", title="Roses")
    pool = pool_of(dinner, kind="item", item="Dinner for two", makes_more=True)
    product, meal = (ids.encode("prd", _uid(roses)), ids.encode(POOL, pool.uid))
    both = api.put(f"{path}/needs/0", {"product": product, "pool": meal})
    assert (both.status_code, both.json()["errors"][0]["pointer"]) == (422, "#/pool")
    assert api.put(f"{path}/needs/0", {"product": product}).status_code == 200
    assert api.put(f"{path}/needs/4", {"pool": meal}).status_code == 200
    for position in (1, 2):
        assert api.delete(f"{path}/needs/{position}").status_code == 200
    added = api.post(f"{path}/needs", {"need": "champagne"})
    assert [part["position"] for part in added.json()["parts"]] == [0, 3, 4, 5]
    assert added.json()["pack"]["wanted"] == ["wine", "champagne"]

    early = api.post(f"{path}/start")
    assert (early.status_code, early.json()["code"]) == (409, "pack_without_split")
    wrong = api.put(f"{path}/split", {"shares": [{"position": 1, "weight": 5}]})
    assert wrong.json()["errors"][0]["pointer"] == "#/shares/0/position"
    shares = [{"position": 0, "weight": 2}, {"position": 4, "weight": 1, "keeper": "partner"}]
    split = api.put(f"{path}/split", {"shares": shares}).json()
    assert [part["share"] for part in split["parts"]] == [6_667, 0, 3_333, 0]
    assert split["parts"][2]["keeper"] == "partner"
    assert split["parts"][2]["kind"] == "partner"
    assert not split["is_in_use"]


def test_a_pack_is_changed_but_not_what_it_is_sold_as(api: Api, dinner: Partnership) -> None:
    pack = valentine(dinner)
    path = f"/packs/{ids.encode(PACK, _uid(pack))}"
    changed = api.patch(path, {"price": 12_000}).json()["pack"]
    assert (changed["price"], changed["name"], changed["version"]) == (12_000, "Valentine pack", 1)
    other = api.patch(path, {"sku": "OTHER"})
    assert (other.status_code, other.json()["code"]) == (409, "sku_fixed")
    assert api.post(f"{path}/end").json()["pack"]["state"] == "ended"
    assert Pack.objects.get().sku == "VALENTINE"


def test_what_was_sold_adds_up(api: Api, dinner: Partnership, cast) -> None:
    path = f"/packs/{ids.encode(PACK, _uid(valentine(dinner)))}"
    orders = [sell(cast.rae, number=number) for number in ("1", "2")]
    follow_orders([order.pk for order in orders])
    use(items(1)[0])
    give_back(orders[1], 10_000)

    newest = api.get(f"{path}/sales", limit=1).json()
    assert newest["next_cursor"] == newest["data"][0]["order"]
    assert newest["data"][0]["refunded"] == 10_000
    (first,) = api.get(f"{path}/sales", starting_after=newest["next_cursor"]).json()["data"]
    assert [item["state"] for item in first["items"] if item["code"]] == ["redeemed"]
    assert sum(item["amount"] for item in first["items"]) == first["money"] == 10_000
    told = api.get(f"{path}/results").json()
    assert (told["sold"], told["taken"], told["given_back"], told["difference"]) == (
        2,
        20_000,
        10_000,
        0,
    )
    held = sum(party["amount"] for party in told["parties"])
    assert held == told["taken"] - told["given_back"]


def test_a_list_of_packs_costs_the_same_for_one_and_for_ten(
    api: Api, floral: Brand, django_assert_num_queries
) -> None:
    for number in range(3):
        assert api.post("/packs", _pack(sku=f"S{number}", needs=["wine"])).status_code == 201
    listed = api.get("/packs").json()["data"]
    assert [each["wanted"] for each in listed] == [["wine"]] * 3
    assert PackPart.objects.count() == 3
    refused = api.post("/packs", _pack(occasion="Tuesday"))
    assert (refused.status_code, Pack.objects.count()) == (422, 3)


def _uid(row: Product | Pack):
    row.refresh_from_db(fields=["uid"])
    return row.uid
