"""Lists put together by hand: made, filled, emptied, renamed."""

import pytest
from django.test import Client

from accounts.scope import brand_scope
from config.kit import ids
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.models.segments import Segment
from customers.selectors.segments import count
from customers.services.segments import create_segment
from tests import factories
from tests.conftest import Cast

BASE = "/b/floral/segments"
FRENCH = {"kind": "attribute", "field": "country", "op": "is", "values": ["France"]}


@pytest.fixture
def people(cast: Cast) -> list[Customer]:
    """Four of France; the first is also known as shop-1."""
    with brand_scope(cast.floral):
        rows = [factories.customer(email=f"p{n}@example.com", country="France") for n in range(4)]
        Identity.objects.create(
            customer=rows[0], kind="external", source="shop", value="shop-1", value_norm="shop-1"
        )
        for row in rows:
            row.refresh_from_db()
    return rows


def made(cast: Cast) -> Segment:
    with brand_scope(cast.floral):
        return Segment.objects.get(kind="list")


def size(cast: Cast) -> int:
    with brand_scope(cast.floral):
        return count(Segment.objects.get(kind="list").rule)


def test_a_list_is_made_of_names(cast: Cast, people: list[Customer], ben: Client) -> None:
    assert ben.get(f"{BASE}/lists/new/").status_code == 200
    named = f"P1@example.com, shop-1\nP0@EXAMPLE.com;{ids.encode('cus', people[3].uid)} nobody@x.y"
    page = ben.post(f"{BASE}/lists/new/", {"name": "Guests", "people": named}, follow=True)
    text = page.content.decode()
    assert "3 people were put on “Guests”." in text
    assert "Nobody is known by nobody@x.y." in text
    assert "Put together by hand." in text
    assert size(cast) == 3
    assert '<span class="badge">List</span>' in ben.get(f"{BASE}/").content.decode()


def test_a_list_begins_with_a_segment(cast: Cast, people: list[Customer], ben: Client) -> None:
    with brand_scope(cast.floral):
        french = create_segment(name="French", rule={"all": [FRENCH]})
    form = {"name": "Then", "segment": french.pk, "people": "rae@example.com"}
    page = ben.post(f"{BASE}/lists/new/", form, follow=True).content.decode()
    assert "5 people were put on “Then”." in page
    with brand_scope(cast.floral):
        Customer.objects.filter(pk=people[0].pk).update(country="Spain")
    assert size(cast) == 5


def test_people_come_and_go(cast: Cast, people: list[Customer], ben: Client) -> None:
    ben.post(f"{BASE}/lists/new/", {"name": "Guests", "people": "p0@example.com"})
    url = f"{BASE}/{ids.encode('seg', made(cast).uid)}"
    ben.post(f"{url}/add/", {"people": "p1@example.com p0@example.com"})
    assert size(cast) == 2
    again = ben.post(f"{url}/add/", {"people": " ,; "}, follow=True).content.decode()
    assert "Name at least one person" in again
    person = ids.encode("cus", people[0].uid)
    gone = ben.post(f"{url}/remove/", {"person": person}, follow=True).content.decode()
    assert "1 person was taken off “Guests”." in gone
    assert size(cast) == 1
    ben.post(f"{url}/rename/", {"name": "Visitors"})
    assert made(cast).name == "Visitors"
    ben.post(f"{url}/rename/", {"name": " "}, headers={"Referer": f"http://testserver{url}/"})
    assert made(cast).name == "Visitors"


@pytest.mark.parametrize("name", ["", "Taken"])
def test_a_list_without_a_good_name_is_refused_beside_it(
    cast: Cast, people: list[Customer], ben: Client, name: str
) -> None:
    with brand_scope(cast.floral):
        create_segment(name="Taken", rule={"all": []})
    page = ben.post(f"{BASE}/lists/new/", {"name": name, "people": "p0@example.com"})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.content.decode()
    with brand_scope(cast.floral):
        assert not Segment.objects.filter(kind="list").exists()


def test_a_segment_with_a_rule_takes_nobody_by_hand(
    cast: Cast, people: list[Customer], ben: Client
) -> None:
    with brand_scope(cast.floral):
        french = create_segment(name="French", rule={"all": [FRENCH]})
    url = f"{BASE}/{ids.encode('seg', french.uid)}"
    for act, form in (("add", {"people": "rae@example.com"}), ("remove", {"person": "x"})):
        assert ben.post(f"{url}/{act}/", form).status_code == 409
    with brand_scope(cast.floral):
        assert count(french.rule) == 4


def test_strangers_and_other_brands_change_no_list(
    cast: Cast, people: list[Customer], ben: Client, cleo: Client, ana: Client
) -> None:
    ben.post(f"{BASE}/lists/new/", {"name": "Guests", "people": "p0@example.com"})
    own = ids.encode("seg", made(cast).uid)
    for client, brand in ((cleo, "floral"), (ana, "grocer")):
        for act in ("add", "remove", "rename"):
            path = f"/b/{brand}/segments/{own}/{act}/"
            assert client.post(path, {"people": "p1@example.com", "name": "X"}).status_code == 404
    assert (size(cast), made(cast).name) == (1, "Guests")
