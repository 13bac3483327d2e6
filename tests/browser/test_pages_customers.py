"""The pages of accounts and customers in a real browser: every width, both themes."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models.brands import Brand
from accounts.models.users import User
from accounts.scope import brand_scope
from accounts.services.api_keys import create_api_key
from config.kit import ids
from customers.models.customers import Customer
from customers.services.facts import refresh_facts
from tests import factories
from tests.browser.conftest import Look, page_checks, violations
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[User], Page]
AS_OF = date(2026, 3, 31)


@pytest.fixture
def shop(cast: Cast) -> Cast:
    """Floral with half a year of orders of sixty customers, the k-th of whom came k % 5 times."""
    Brand.objects.filter(pk=cast.floral.pk).update(
        as_of=AS_OF, is_sample=True, sample_note="Made for this test."
    )
    with brand_scope(cast.floral):
        for number in range(60):
            customer = factories.customer(
                email=f"person{number:02}@example.com",
                first_name=f"Person {number:02}",
                last_name="Longname-Featherstonehaugh",
                simulated=True,
            )
            if number % 3:
                factories.consent(customer, granted=number % 3 == 1)
            for visit in range(number % 5):
                on = AS_OF - timedelta(days=3 * number - 35 * visit + 5)
                on = min(on, AS_OF)
                factories.order(
                    customer, source_id=f"{number}-{visit}", on=on, minor=1000 + 37 * number
                )
        refresh_facts(customer_ids=None)
        create_api_key(brand=cast.floral, name="Web shop", scopes=["orders:write"], by=cast.ana)
    return cast


def busiest(brand: Brand) -> str:
    with brand_scope(brand):
        return ids.encode("cus", Customer.objects.get(email="person59@example.com").uid)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("home", "/"),
        ("brand-create", "/brands/new/"),
        ("overview", "/b/floral/"),
        ("overview-all", "/b/floral/?period=all"),
        ("overview-empty", "/b/grocer/"),
        ("customers", "/b/floral/customers/"),
        ("customers-none-found", "/b/floral/customers/?q=zzz"),
        ("customers-empty", "/b/grocer/customers/?q="),
        ("profile", "/b/floral/customers/{customer}/"),
        ("settings", "/b/floral/settings/"),
        ("team", "/b/floral/settings/team/"),
        ("keys", "/b/floral/settings/keys/"),
    ],
)
def test_page_holds_in_every_width_and_theme(
    shop: Cast,
    live_server: LiveServer,
    signed_in: SignIn,
    name: str,
    path: str,
    look: Look,
) -> None:
    url = live_server.url + path.format(customer=busiest(shop.floral))
    look(signed_in(shop.ana), url, pictures=name)


def test_the_landing_page_holds_in_every_width_and_theme(
    db: None, live_server: LiveServer, page: Page
) -> None:
    page_checks(page, live_server.url, pictures="landing")


def test_the_definitions_and_tables_behind_the_figures_open(
    shop: Cast, live_server: LiveServer, signed_in: SignIn
) -> None:
    page = signed_in(shop.ana)
    page.goto(f"{live_server.url}/b/floral/")
    page.get_by_role("button", name="What does Repurchase ladder mean?").press("Enter")
    expect(page.get_by_text("Kaplan-Meier")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("Show as table, with who is likely to climb").click()
    expect(page.get_by_role("columnheader", name="In 365 days")).to_be_visible()
    assert violations(page) == []


def test_somebody_is_found_by_typing_and_opened_by_keyboard(
    shop: Cast, live_server: LiveServer, signed_in: SignIn
) -> None:
    page = signed_in(shop.ana)
    page.goto(f"{live_server.url}/b/floral/customers/")
    search = page.get_by_role("searchbox")
    search.fill("person 5")
    search.press("Enter")
    expect(page.get_by_role("row")).to_have_count(11)
    page.get_by_role("link", name="Person 57").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Person 57")
    page.get_by_role("link", name="Consent", exact=True).click()
    expect(page.get_by_text("Nothing of this kind has happened yet.")).to_be_visible()


def test_a_key_is_made_copied_once_and_revoked(
    shop: Cast, live_server: LiveServer, signed_in: SignIn
) -> None:
    page = signed_in(shop.ana)
    page.goto(f"{live_server.url}/b/floral/settings/keys/")
    page.get_by_label("Name").fill("Till")
    page.get_by_label("Record orders").check()
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("#new-key")).to_contain_text("rk_live_")
    assert violations(page) == []
    page.get_by_role("button", name="Revoke Till").click()
    assert violations(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Revoke", exact=True).click()
    expect(page.get_by_text("“Till” is revoked")).to_be_visible()
    expect(page.locator("#new-key")).to_have_count(0)
