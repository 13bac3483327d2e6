"""A brand's own system makes pools of vouchers, fills them and closes them."""

import pytest

from accounts.models.brands import Brand
from config.kit import ids
from partners.models.partnerships import Partnership
from partners.models.vouchers import Voucher, VoucherPool
from partners.selectors.names import PARTNERSHIP
from tests.api import Api, new_key
from tests.partners.vouchers import given, pool_of


@pytest.fixture
def api(floral: Brand, cast) -> Api:
    return Api(new_key(floral, cast.ana))


def _asked(partnership: Partnership, **said: object) -> dict[str, object]:
    name = ids.encode(PARTNERSHIP, partnership.uid)
    return {"partnership": name, "name": "Ten off", "kind": "amount", "value": 1_000, **said}


def test_a_pool_is_made_filled_twice_over_and_closed(api: Api, dinner: Partnership, cast) -> None:
    made = api.post("/voucher-pools", _asked(dinner))
    assert (made.status_code, made.json()["codes"]) == (201, 0)
    path = f"/voucher-pools/{made.json()['id']}"
    codes = {"codes": ["DINE-1", "dine-1 ", "CAFÉ?"], "make": {"count": 3, "prefix": "LUCIA-"}}
    assert api.post(f"{path}/codes", codes).status_code == 400
    for _ in range(2):
        added = api.post(f"{path}/codes", codes, idempotency="first")
        assert added.json() == {"added": 4, "known": 1, "refused": 1}
    read = api.get(path).json()
    assert (read["codes"], read["free"]) == (4, 4)

    first = api.get(f"{path}/codes", limit=3).json()
    assert (first["data"][0]["code"], first["has_more"]) == ("dine-1", True)
    rest = api.get(f"{path}/codes", limit=3, starting_after=first["next_cursor"]).json()
    assert [each["state"] for each in rest["data"]] == ["free"]

    theirs = given(VoucherPool.objects.get(), cast.rae)
    void = {"code": theirs.code.lower(), "reason": "Sent twice"}
    assert api.post(f"{path}/void", void).json()["ended"] == 1
    assert api.post(f"{path}/void", void).status_code == 404
    closed = api.post(f"{path}/close").json()
    assert (closed["free"], closed["ended"], closed["closed_at"] is None) == (0, 4, False)
    late = api.post(f"{path}/codes", {"codes": ["LATE-1"]}, idempotency="late")
    assert (late.status_code, late.json()["code"]) == (409, "pool_closed")
    assert Voucher.objects.count() == 4


def test_a_tills_list_is_taken_as_it_is(api: Api, dinner: Partnership, wines: Partnership) -> None:
    pool_of(wines, "WINE-1")
    pool = pool_of(dinner)
    path = f"/api/v1/voucher-pools/{ids.encode('vpl', pool.uid)}/codes"
    answer = api._client.post(
        path,
        "Table;Code\n1;DINE-1\n2;WINE-1\n",
        content_type="text/csv",
        headers={"Authorization": f"Bearer {api.key}", "Idempotency-Key": "a"},
    )
    assert answer.json() == {"added": 1, "known": 0, "refused": 1}
    assert [row.code for row in Voucher.objects.filter(pool=pool)] == ["DINE-1"]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"kind": "percent", "value": 101}, "#/value"),
        ({"kind": "item", "value": 0}, "#/item"),
        ({"expires_on": "2020-01-01"}, "#/expires_on"),
        ({"valid_days": 0}, "#/valid_days"),
        ({"offer": "off_x"}, "#/offer"),
    ],
)
def test_a_pool_that_makes_no_sense_is_refused(
    api: Api, dinner: Partnership, said: dict[str, object], place: str
) -> None:
    answer = api.post("/voucher-pools", _asked(dinner, **said))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [place]
    assert not VoucherPool.objects.exists()


def test_a_partner_who_rests_gets_no_pool(api: Api, dinner: Partnership) -> None:
    Partnership.objects.filter(pk=dinner.pk).update(state="suspended")
    assert api.post("/voucher-pools", _asked(dinner)).status_code == 404
    assert not VoucherPool.objects.exists()
