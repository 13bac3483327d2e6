"""The front door, and the first brand of somebody new."""

import pytest
from django.test import Client

from accounts.models.brands import Brand
from accounts.models.users import User
from tests.conftest import Cast

NEW_BRAND = {
    "name": "Tulip & Co",
    "slug": "",
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "locale": "de",
    "country": "DE",
    "postal_address": "Tulpenweg 1\n10115 Berlin",
    "colour": "#0B6E4F",
    "sender_name": "Tulip",
    "sender_email": "hallo@tulip.example",
    "reply_to": "",
}


@pytest.fixture
def dee(client: Client, db: None) -> Client:
    """Somebody who has just signed up."""
    client.force_login(User.objects.create_user("dee@example.com", "a long enough password"))
    return client


def test_a_stranger_is_led_to_sign_in(client: Client, db: None) -> None:
    page = client.get("/").content.decode()
    assert 'href="/accounts/login/"' in page
    assert "floral" not in page


def test_somebody_new_is_led_to_their_first_brand(dee: Client) -> None:
    assert 'href="/brands/new/"' in dee.get("/").content.decode()


def test_each_person_sees_their_own_brands(cast: Cast, ana: Client, ben: Client) -> None:
    both, one = ana.get("/").content.decode(), ben.get("/").content.decode()
    assert 'href="/b/floral/"' in both
    assert 'href="/b/grocer/"' in both
    assert 'href="/b/floral/"' in one
    assert 'href="/b/grocer/"' not in one
    assert "rival" not in both + one


def test_the_first_brand_is_made_and_opened(dee: Client) -> None:
    answer = dee.post("/brands/new/", NEW_BRAND)
    assert (answer.status_code, answer["Location"]) == (302, "/b/tulip-co/")
    brand = Brand.objects.get()
    assert (brand.name, brand.currency, brand.locale) == ("Tulip & Co", "EUR", "de")
    assert brand.theme == {"colour": "#0b6e4f"}
    assert dee.get("/b/tulip-co/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "required"),
        ("name", "Tu\x07lip", "control character"),
        ("currency", "XXX", "valid choice"),
        ("time_zone", "Mars/Olympus", "valid choice"),
        ("colour", "#ffee00", "too light"),
        ("colour", "red", "# and six signs"),
        ("slug", "a b", "letters, numbers"),
        ("sender_email", "nobody", "valid email"),
        ("postal_address", "x" * 401, "at most 400"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    dee: Client, field: str, value: str, says: str
) -> None:
    answer = dee.post("/brands/new/", {**NEW_BRAND, field: value})
    assert answer.status_code == 200
    assert says in answer.context["form"].errors[field][0]
    assert Brand.objects.count() == 0


def test_a_taken_address_is_said_and_nothing_is_made(cast: Cast, ana: Client) -> None:
    answer = ana.post("/brands/new/", {**NEW_BRAND, "slug": "rival"})
    assert "taken" in answer.content.decode()
    assert Brand.objects.count() == 3


def test_a_brand_is_not_made_without_signing_in(client: Client, db: None) -> None:
    assert client.post("/brands/new/", NEW_BRAND).status_code == 302
    assert Brand.objects.count() == 0


def test_a_new_brand_begins_in_britain_and_needs_no_address(dee: Client) -> None:
    form = dee.get("/brands/new/").context["form"]
    chosen = [form[name].value() for name in ("currency", "time_zone", "locale", "country")]
    assert chosen == ["GBP", "Europe/London", "en-gb", "GB"]
    assert not form.fields["slug"].required


def test_a_name_that_makes_no_address_asks_for_one(dee: Client) -> None:
    answer = dee.post("/brands/new/", {**NEW_BRAND, "name": "花屋"})
    assert "none can be made" in answer.context["form"].errors["slug"][0]
    assert Brand.objects.count() == 0
