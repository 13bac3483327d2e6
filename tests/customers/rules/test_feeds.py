"""Product feeds as shops write them, and files that are none."""

import pytest

from customers.rules.feeds import FeedProblem, FeedProduct, FeedUnreadable, read_feed

OLD_SHOPIFY = """\
Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Variant SKU,\
Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Cost per item,Status
red-rose,Red rose,<p>Nice</p>,Green Ltd,Home > Flowers > Roses,Roses,"red, gift",true,R-1,\
12,4.50,6.00,https://cdn.example/r.jpg,1.20,active
red-rose,,,,,,,,'R-12,0,45.00,,,11.00,
red-rose,,,,,,,,,,,,https://cdn.example/r2.jpg,,
card,Card,,,,,,true,,,2.50,,,,active
"""
NEW_SHOPIFY = """\
Title,URL handle,Vendor,Product category,Type,Tags,SKU,Price,Compare-at price,Cost per item,\
Inventory quantity,Product image URL
Tulip,tulip,Green Ltd,Plants > Tulips,,spring,T-1,"1,299.00",,,3,https://cdn.example/t.jpg
"""
GOOGLE = """\
<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>
<title>Shop</title><link>https://shop.example</link>
<item>
  <g:id>R-1</g:id><title>Red rose</title><link>https://shop.example/r</link>
  <g:shipping><g:country>GB</g:country><g:price>9.99 GBP</g:price></g:shipping>
  <g:price>6.00 GBP</g:price><g:sale_price>4.50 GBP</g:sale_price>
  <g:product_type>Home &gt; Flowers &gt; Roses</g:product_type>
  <g:product_type>Gifts</g:product_type>
  <g:availability>out_of_stock</g:availability><g:brand>Green &amp; Co</g:brand>
  <g:image_link><![CDATA[https://shop.example/r.jpg]]></g:image_link>
</item>
<item><g:id>E-1</g:id><title>Euro</title><g:price>5.00 EUR</g:price></item>
<item><title>No code</title><g:price>5.00 GBP</g:price></item>
<item><g:id>R-1</g:id><title>Twice</title><g:price>5.00 GBP</g:price></item>
</channel></rss>
"""


def test_shopify_fills_the_cells_of_a_product_down_to_its_variants() -> None:
    feed = read_feed("shopify_products", OLD_SHOPIFY.encode(), currency="GBP")
    first, second = feed.products
    assert first == FeedProduct(
        code="R-1",
        title="Red rose",
        category="Roses",
        tags=("red", "gift"),
        vendor="Green Ltd",
        price_minor=450,
        compare_at_minor=600,
        cost_minor=120,
        image_url="https://cdn.example/r.jpg",
        stock=12,
    )
    assert (second.code, second.title, second.price_minor, second.stock) == (
        "R-12",
        "Red rose",
        4500,
        0,
    )
    reason = "There is no code (SKU or id), so orders could not name it."
    assert feed.problems == [FeedProblem(3, "", reason)]


def test_shopifys_newer_headers_are_read_too() -> None:
    (tulip,) = read_feed("shopify_products", NEW_SHOPIFY.encode(), currency="USD").products
    assert (tulip.code, tulip.price_minor, tulip.category, tulip.stock) == (
        "T-1",
        129_900,
        "Tulips",
        3,
    )


def test_google_takes_an_items_own_price_and_not_the_one_of_shipping() -> None:
    feed = read_feed("google_xml", GOOGLE.encode(), currency="GBP")
    assert feed.products == [
        FeedProduct(
            code="R-1",
            title="Red rose",
            category="Roses",
            vendor="Green & Co",
            price_minor=450,
            compare_at_minor=600,
            image_url="https://shop.example/r.jpg",
            url="https://shop.example/r",
            stock=0,
        )
    ]
    assert [(problem.row, problem.code) for problem in feed.problems] == [
        (2, "E-1"),
        (3, ""),
        (4, "R-1"),
    ]
    assert feed.problems[0].reason == "The price is in EUR; the brand keeps its books in GBP."


@pytest.mark.parametrize("mark", [",", "\t"])
def test_google_as_a_table_has_the_same_columns(mark: str) -> None:
    lines = ["id title price product_type quantity", "R-1 Rose GBP5.00 Roses 7"]
    data = "\ufeff" + "\n".join(line.replace(" ", mark) for line in lines)
    (rose,) = read_feed("google_csv", data.encode(), currency="GBP").products
    assert rose == FeedProduct(code="R-1", title="Rose", category="Roses", price_minor=500, stock=7)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1,234.50 GBP", "GBP", 123_450),
        ("1.234,50", "EUR", 123_450),
        ("1 234,5 EUR", "EUR", 123_450),
        ("1,234", "GBP", 123_400),
        ("12", "GBP", 1200),
        ("1500 JPY", "JPY", 1500),
        ("1.250 KWD", "KWD", 1250),
    ],
)
def test_amounts_are_read_as_the_world_writes_them(text: str, currency: str, minor: int) -> None:
    data = f'id,title,price\nR,Rose,"{text}"\n'
    (rose,) = read_feed("google_csv", data.encode(), currency=currency).products
    assert rose.price_minor == minor


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("google_xml", b"", "empty"),
        ("google_xml", b"<rss><channel>", "breaks off"),
        ("google_xml", b"<rss/>", "no product"),
        ("google_xml", b'<!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>', "entities"),
        ("google_xml", b"<!DOCTYPE rss><rss/>", "document type"),
        ("google_csv", b"id,title\n1,Rose\n", "missing: price"),
        ("google_csv", b"id,title,price\n1,\0,2\n", "not a text file"),
        ("google_csv", b"id,title,price\n1," + b"x" * 200_000 + b",2\n", "breaks off in line 2"),
        ("shopify_products", b"Name,SKU\na,b\n", "missing: title"),
        ("google_csv", b"x" * 20_000_001, "at most 20 MB"),
        ("google_csv", b"id,title,price\n" + b",a,1\n" * 300, "No row can be used. Row 201"),
    ],
)
def test_a_file_that_is_no_feed_is_refused_with_what_to_do(
    kind: str, data: bytes, words: str
) -> None:
    with pytest.raises(FeedUnreadable, match=words):
        read_feed(kind, data, currency="GBP")


def test_a_row_with_an_impossible_cell_is_left_out_and_the_others_are_used() -> None:
    rows = [
        "id,title,price,link",
        "A,Rose,much,",
        f"B,{'x' * 301},1,",
        "C,Rose,1,javascript:x",
        "D,Rose,1.50,https://shop.example/d",
    ]
    feed = read_feed("google_csv", "\n".join(rows).encode(), currency="GBP")
    assert [product.code for product in feed.products] == ["D"]
    assert [problem.reason.split(" ")[1] for problem in feed.problems] == ["price", "title", "url"]
