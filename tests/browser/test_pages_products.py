"""Products, feeds, spend and the rule of orders that count, in the browser."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from accounts.scope import brand_scope
from config.kit import ids
from customers.models.products import ProductFeed
from customers.services.facts import refresh_facts
from customers.services.feeds import save_feed, take_file
from customers.services.orders import record_order
from customers.services.products import NewLine, ProductDetails, describe_product, set_cost
from customers.services.spend import SpendLine, set_spend
from tests.browser.conftest import Look, page_checks
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

FEED = b"id,title,price\nR,Rose,4.50\n,x,1\nQ,Quince,much\n"


@pytest.fixture
def shop(cast: Cast) -> Cast:
    """Orders over a year in three categories, some of staff, some spend, a feed with problems."""
    with brand_scope(cast.floral):
        today = cast.floral.today
        refresh_facts(customer_ids=None)
        for number, (name, category) in enumerate(
            [("Red roses, a dozen", "Roses"), ("Glass vase", "Vases"), ("Card", "Cards")]
        ):
            details = ProductDetails(
                title=name, category=category, price_minor=1000 * (number + 1), vendor="Green Ltd"
            )
            product = describe_product(
                source="shop", source_id=f"SKU-{number}", details=details
            ).product
            set_cost(product=product, cost_minor=400, valid_from=today - timedelta(days=300))
        for number in range(12):
            line = NewLine(
                sku=f"SKU-{number % 3}", quantity=Decimal(2), total_minor=2000 + 900 * number
            )
            at = cast.floral.created_at - timedelta(days=30 * number + 1)
            record_order(
                source="shop",
                source_id=str(number),
                customer=cast.rae if number % 4 else None,
                placed_at=at,
                lines=[line],
                tags=["staff"] if number % 5 == 1 else [],
            )
        for month in (1, 2, 3, 4):
            for kind, minor in (("acquisition", 125_000), ("retention", 31_000)):
                set_spend(SpendLine(date(today.year, month, 1), kind, "Google Ads", minor * month))
        feed = save_feed(name="Web shop", kind="google_csv")
        take_file(brand=cast.floral, feed=feed, data=FEED)
    return cast


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("products/", "products"),
        ("products/settings/", "product-settings"),
        ("products/feeds/", "product-feeds"),
        ("spend/", "spend"),
        ("settings/orders/", "order-rule"),
        ("?period=12m", "overview-ways"),
    ],
)
def test_the_pages_hold_in_every_width_and_theme(
    live_server,
    signed_in,
    shop: Cast,
    path: str,
    name: str,
    look: Look,
) -> None:
    page = signed_in(shop.ana)
    look(page, f"{live_server.url}/b/floral/{path}", pictures=name)


def test_a_feed_and_a_product_hold_in_every_width_and_theme(
    live_server,
    signed_in,
    shop: Cast,
    look: Look,
) -> None:
    with brand_scope(shop.floral):
        feed = ids.encode("fed", ProductFeed.objects.get().uid)
    page = signed_in(shop.ana)
    look(page, f"{live_server.url}/b/floral/products/feeds/{feed}/", pictures="feed")
    page.goto(f"{live_server.url}/b/floral/products/?q=roses")
    page.get_by_role("link", name="Red roses, a dozen").click()
    page_checks(page, page.url, pictures="product")


def test_the_effect_of_a_rule_is_seen_before_it_is_saved(
    live_server, signed_in, shop: Cast
) -> None:
    page: Page = signed_in(shop.ana)
    page.goto(f"{live_server.url}/b/floral/settings/orders/")
    page.get_by_label("Leave out orders tagged").fill("staff")
    effect = page.locator("#effect")
    expect(effect).to_contain_text("1 customer would have more or fewer orders")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The new rule goes through the orders")).to_be_visible()
    expect(page.get_by_label("Leave out orders tagged")).to_have_value("staff")
