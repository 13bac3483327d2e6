"""Several names of a customer through the API."""

from accounts.scope import brand_scope
from config.kit import ids
from customers.models.identities import Identity
from tests.api import Api
from tests.conftest import Cast


def test_names_are_added_listed_and_taken_away(cast: Cast, api: Api) -> None:
    path = f"/customers/{ids.encode('cus', cast.rae.uid)}/identities"
    work = {"kind": "email", "value": "Rae@Work.example", "is_primary": True}
    assert api.post(path, work).status_code == 200
    api.post(path, {"kind": "phone", "value": "020 7946 0958"})
    api.post(path, {"kind": "external", "value": "77", "source": "till"})
    listed = api.get(path).json()["data"]
    assert [(row["kind"], row["normal_form"], row["is_primary"]) for row in listed] == [
        ("email", "rae@example.com", False),
        ("email", "rae@work.example", True),
        ("phone", "+442079460958", True),
        ("external", "77", False),
    ]
    left = api.delete(f"{path}?kind=email&value=rae@work.example").json()["data"]
    assert [row["normal_form"] for row in left if row["is_primary"]] == [
        "rae@example.com",
        "+442079460958",
    ]
    assert api.delete(f"{path}?kind=email&value=rae@work.example").status_code == 404


def test_names_that_cannot_be_kept_are_refused(cast: Cast, api: Api) -> None:
    path = f"/customers/{ids.encode('cus', cast.rae.uid)}/identities"
    api.post("/customers", {"email": "jo@example.com"})
    taken = api.post(path, {"kind": "email", "value": "JO@example.com"})
    assert (taken.status_code, taken.json()["code"]) == (409, "belongs_to_another")
    odd = api.post(path, {"kind": "phone", "value": "12"})
    assert (odd.status_code, odd.json()["errors"][0]["pointer"]) == (422, "#/phone")
    last = api.delete(f"{path}?kind=email&value=rae@example.com")
    assert (last.status_code, last.json()["code"]) == (409, "last_identity")
    with brand_scope(cast.floral):
        assert Identity.objects.filter(customer=cast.rae).count() == 1
