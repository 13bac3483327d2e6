"""The pages of products, feeds and spend: what is shown, what is kept, who may."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models.brands import Brand
from accounts.models.members import Membership, Role
from accounts.scope import brand_scope
from config.kit import ids
from customers.models.credits import Spend
from customers.models.products import (
    CategoryMapping,
    MarginAssumption,
    Product,
    ProductCost,
    ProductFeed,
)
from customers.services.products import ProductDetails, describe_product
from customers.services.spend import SpendLine, set_spend
from tests.conftest import Cast

FEED = b"id,title,price\nR,Rose,4.50\n,x,1\n"


@pytest.fixture
def rose(cast: Cast) -> Product:
    with brand_scope(cast.floral):
        details = ProductDetails(title="Red rose", category="Roses", price_minor=450)
        return describe_product(source="shop", source_id="R", details=details).product


def page_of(product: Product) -> str:
    return f"/b/floral/products/{ids.encode('prd', product.uid)}/"


def test_a_products_buyers_become_a_segment_with_one_link(
    rose: Product, ana: Client, ben: Client
) -> None:
    url = ana.get(page_of(rose)).context["buyers_url"]
    builder = ana.get(url).content.decode()
    assert 'value="R"' in builder
    Membership.objects.filter(user__email="ben@northlight.example").update(role=Role.VIEWER)
    assert "Make a segment of its buyers" not in ben.get(page_of(rose)).content.decode()


def test_the_list_is_searched_and_walked(rose: Product, cast: Cast, ben: Client) -> None:
    page = ben.get("/b/floral/products/?q=red&category=Roses").content.decode()
    assert "Red rose" in page
    assert "1 product" in page
    assert "No product fits" in ben.get("/b/floral/products/?q=blue").content.decode()
    assert ben.get("/b/floral/products/?after=x&before=y&q=%00").status_code == 200
    with brand_scope(cast.floral):
        Product.objects.all().delete()
    assert "No products yet" in ben.get("/b/floral/products/").content.decode()


def test_one_product_and_ten_cost_the_same_queries(rose: Product, cast: Cast, ben: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            ben.get("/b/floral/products/")
        return len(caught)

    queries()
    one = queries()
    with brand_scope(cast.floral):
        for number in range(9):
            describe_product(source="shop", source_id=str(number), details=ProductDetails())
    assert queries() == one


def test_a_cost_is_written_and_taken_back(rose: Product, cast: Cast, ben: Client) -> None:
    saved = ben.post(f"{page_of(rose)}cost/", {"valid_from": "2026-01-01", "cost": "1.25"})
    assert saved.status_code == 302
    assert "£1.25" in ben.get(page_of(rose)).content.decode()
    wrong = ben.post(f"{page_of(rose)}cost/", {"valid_from": "soon", "cost": "-1"})
    assert "Enter a valid date" in wrong.content.decode()
    with brand_scope(cast.floral):
        assert ProductCost.objects.get().cost_minor == 125
    ben.post(f"{page_of(rose)}cost/remove/", {"valid_from": "2026-01-01"})
    with brand_scope(cast.floral):
        assert not ProductCost.objects.exists()


def test_an_assumed_cost_is_marked_so(rose: Product, cast: Cast, ben: Client) -> None:
    settings = "/b/floral/products/settings/"
    ben.post(settings, {"form": "margin", "margin": "60"})
    page = ben.get(page_of(rose)).content.decode()
    assert "£1.80" in page
    assert "assumed" in page
    assert (
        "less than or equal to 100"
        in ben.post(settings, {"form": "margin", "margin": "101"}).content.decode()
    )
    with brand_scope(cast.floral):
        assert MarginAssumption.objects.get().margin_bp == 6000


def test_categories_are_mapped_on_one_page(rose: Product, cast: Cast, ben: Client) -> None:
    settings = "/b/floral/products/settings/"
    ben.post(settings, {"form": "categories", "category_0": " Flowers "})
    assert 'value="Flowers"' in ben.get(settings).content.decode()
    with brand_scope(cast.floral):
        mapped = CategoryMapping.objects.get()
        assert (mapped.shop_category, mapped.category) == ("Roses", "Flowers")


def test_a_feed_is_added_and_fed_by_hand(cast: Cast, ben: Client) -> None:
    added = ben.post("/b/floral/products/feeds/", {"name": "Shop", "kind": "google_csv"})
    page = added["Location"]
    file = SimpleUploadedFile("products.csv", FEED)
    shown = ben.post(page, {"file": file}, follow=True).content.decode()
    assert "There is no code (SKU or id)" in shown
    assert "Writing the products" in shown
    part = ben.get(page, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div class="stack" id="feed-state"')
    bad = ben.post(page, {"file": SimpleUploadedFile("p.csv", b"a,b\n1,2\n")})
    assert "A column is missing" in bad.content.decode()
    with brand_scope(cast.floral):
        assert ProductFeed.objects.get().counts["rows"] == 1
    assert ben.post(f"{page}read/").status_code == 302
    assert ben.post(f"{page}delete/").status_code == 302
    with brand_scope(cast.floral):
        assert not ProductFeed.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": "Shop", "kind": "google_csv", "url": "https://127.0.0.1/"}, ""),
        ({"name": "Shop", "kind": "google_csv", "url": "ftp://shop.example/"}, "https://"),
        ({"name": "Taken", "kind": "google_csv"}, "Another feed has this name."),
    ],
)
def test_a_feed_that_cannot_be_is_said_beside_its_field(
    cast: Cast, ben: Client, data: dict[str, str], words: str
) -> None:
    ben.post("/b/floral/products/feeds/", {"name": "Taken", "kind": "google_csv"})
    answer = ben.post("/b/floral/products/feeds/", data)
    if words:
        assert words in answer.content.decode()
    with brand_scope(cast.floral):
        # Where an address leads is looked at when it is read, not when it is typed.
        assert ProductFeed.objects.count() == (1 if words else 2)


def test_spend_is_typed_uploaded_and_downloaded(cast: Cast, ana: Client) -> None:
    line = {"month": "2026-05", "kind": "acquisition", "channel": "=Ads", "amount": "12.50"}
    ana.post("/b/floral/spend/set/", line)
    file = b"".join(ana.get("/b/floral/spend/spend.csv").streaming_content)  # type: ignore[attr-defined]
    assert file.decode() == (
        "\ufeffmonth,kind,channel,amount\r\n2026-05,acquisition,'=Ads,12.50\r\n"
    )
    ana.post("/b/floral/spend/upload/", {"file": SimpleUploadedFile("s.csv", file)})
    page = ana.get("/b/floral/spend/").content.decode()
    assert "=Ads" in page
    with brand_scope(cast.floral):
        assert Spend.objects.get().amount_minor == 1250
    wrong = ana.post("/b/floral/spend/set/", {**line, "month": "May"})
    assert "is not a month such as 2026-05" in wrong.content.decode()
    bad = ana.post("/b/floral/spend/upload/", {"file": SimpleUploadedFile("s.csv", b"x")})
    assert "The first line has to be" in bad.content.decode()
    ana.post("/b/floral/spend/remove/", line)
    with brand_scope(cast.floral):
        assert not Spend.objects.exists()


def test_who_may_only_read_spend_changes_nothing(cast: Cast, ben: Client) -> None:
    with brand_scope(cast.floral):
        set_spend(SpendLine(date(2026, 5, 1), "retention", "Letters", 100))
    page = ben.get("/b/floral/spend/").content.decode()
    assert "Letters" in page
    assert "Add a line" not in page
    line = {"month": "2026-05", "kind": "retention", "channel": "Letters", "amount": "9"}
    assert ben.post("/b/floral/spend/set/", line).status_code == 404
    assert ben.post("/b/floral/spend/remove/", line).status_code == 404
    with brand_scope(cast.floral):
        assert Spend.objects.get().amount_minor == 100


def test_brands_do_not_see_each_other(rose: Product, cast: Cast, cleo: Client, ana: Client) -> None:
    assert cleo.get(page_of(rose)).status_code == 404
    assert ana.get(page_of(rose).replace("floral", "grocer")).status_code == 404
    assert Brand.objects.filter(slug="grocer").exists()
