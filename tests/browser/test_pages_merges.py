"""The duplicates queue, the comparison and the attributes page in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models.users import User
from accounts.scope import brand_scope
from customers.models.customers import Customer
from customers.services.attribute_kinds import change_attribute
from customers.services.attributes import define_attribute
from customers.services.customers import Details, upsert_customer
from customers.services.duplicates import find_duplicates
from tests.browser.conftest import Look, page_checks
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[User], Page]


@pytest.fixture
def twins(cast: Cast) -> Cast:
    """Ana Roy twice, with attributes of several kinds, and another pair behind them."""
    with brand_scope(cast.floral):
        born = define_attribute(name="birthday", label="Date of birth", kind="date")
        change_attribute(definition=born, is_promoted=True)
        define_attribute(name="size", label="Vase", kind="choice", choices=["Small", "Large"])
        people = [
            ("ana.roy@gmail.com", "Ana", "Roy", "Leeds", {"birthday": "1990-05-01"}),
            (
                "anaroy+shop@googlemail.com",
                "Ana",
                "Roy",
                "York",
                {"birthday": "1990-05-01", "size": "Large"},
            ),
            ("bo@example.com", "Bo", "Chen", "Leeds", {"size": "Small"}),
            ("bo.chen@example.com", "Chen", "Bo", "Leeds", {"pet": "cat"}),
        ]
        for email, first, last, city, attributes in people:
            details = Details(
                first_name=first,
                last_name=last,
                city=city,
                phone="020 7946 0958" if first == "Ana" else None,
                attributes=attributes,
            )
            upsert_customer(email=email, details=details)
        find_duplicates()
    return cast


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("duplicates", "/b/floral/duplicates/"),
        ("attributes", "/b/floral/settings/attributes/"),
    ],
)
def test_a_page_holds_in_every_width_and_theme(
    live_server: LiveServer,
    signed_in: SignIn,
    twins: Cast,
    name: str,
    path: str,
    look: Look,
) -> None:
    look(signed_in(twins.ana), f"{live_server.url}{path}", pictures=name)


def test_pairs_are_worked_off_by_keyboard_and_a_merge_is_undone(
    live_server: LiveServer,
    signed_in: SignIn,
    twins: Cast,
    look: Look,
) -> None:
    page = signed_in(twins.ana)
    page.goto(f"{live_server.url}/b/floral/duplicates/")
    page.get_by_role("link", name="Look at the first").click()
    page_checks(page, page.url, pictures="compare")
    page.get_by_role("row", name="Town (differs)").get_by_label("York").check()
    page.keyboard.press("m")
    expect(page.get_by_text("Merged into Ana Roy")).to_be_visible()
    expect(page.get_by_role("heading", name="One person, or two?")).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_text("Nobody is here twice")).to_be_visible()
    with brand_scope(twins.floral):
        kept = Customer.objects.get(merged_into=None, first_name="Ana")
        assert (kept.city, kept.attributes["size"]) == ("York", "Large")
    look(page, page.url, pictures="merged")
    page.get_by_role("button", name="Undo the merge into Ana Roy").click()
    expect(page.get_by_text("They are two customers again.")).to_be_visible()


def test_an_attribute_shows_what_is_in_the_way_of_another_kind(
    live_server: LiveServer, signed_in: SignIn, twins: Cast
) -> None:
    page = signed_in(twins.ana)
    page.goto(f"{live_server.url}/b/floral/settings/attributes/")
    page.get_by_role("link", name="pet").click()
    page.get_by_label("Kind").select_option("number")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Write a number such as 1234.5.")).to_be_visible()
