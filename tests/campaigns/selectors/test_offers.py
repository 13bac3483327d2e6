"""Which products a mail may show, and that price and stock are those of the moment it is sent."""

from datetime import date

import pytest
from django.db import connection

from accounts.models.brands import Brand
from campaigns.blocks.registry import parse_blocks
from campaigns.models.campaigns import Campaign
from campaigns.selectors.checks import check_content
from campaigns.selectors.content import content_of, rendered
from campaigns.selectors.offers import looked_at_again, offers_of
from campaigns.services import drafts
from config.kit import ids
from customers.models.orders import OrderLine
from customers.models.products import Product
from tests import factories

TODAY = date(2026, 11, 1)


def product(code: str, **fields) -> Product:
    values = {"title": code.title(), "url": f"https://shop.example/{code}", "price_minor": 500}
    row = Product.objects.create(source="shop", source_id=code, **{**values, **fields})
    row.refresh_from_db(fields=["uid"])
    return row


def sold(item: Product, *, pieces: int, on: date = date(2026, 10, 1)) -> None:
    buyer = factories.customer()
    order = factories.order(buyer, source_id=f"{item.source_id}-{on}", on=on)
    OrderLine.objects.create(
        order=order, product=item, position=1, quantity=pieces, total_minor=100
    )


def titles(**block) -> list[str]:
    (found,) = offers_of(
        parse_blocks([{"kind": "products", "id": "p", **block}]), today=TODAY
    ).values()
    return [card.title for card in found]


def test_best_sellers_are_those_of_the_last_90_days(floral: Brand) -> None:
    rose, lily, moss = product("rose"), product("lily"), product("moss")
    product("fern")
    sold(rose, pieces=2)
    sold(lily, pieces=5)
    sold(moss, pieces=50, on=date(2026, 1, 1))
    assert titles(rule="best") == ["Lily", "Rose"]


def test_newest_come_first_and_a_category_narrows(floral: Brand) -> None:
    product("rose", category="Roses")
    product("lily", category="Lilies")
    product("moss", category="Roses")
    assert titles(rule="newest") == ["Moss", "Lily", "Rose"]
    assert titles(rule="newest", category="Roses") == ["Moss", "Rose"]


def test_chosen_products_keep_their_order_and_others_brands_are_not_found(
    floral: Brand, cast
) -> None:
    rose, lily = product("rose"), product("lily")
    named = [ids.encode("prd", each.uid) for each in (lily, rose)]
    assert titles(rule="chosen", chosen=[*named, "prd_nonsense"]) == ["Lily", "Rose"]


def test_products_without_name_or_address_cannot_be_shown(floral: Brand) -> None:
    product("rose", title="")
    product("lily", url="")
    product("moss", url="javascript:alert(1)")
    assert titles(rule="newest") == []


def test_price_and_stock_are_looked_at_again(floral: Brand) -> None:
    rose, lily, moss = product("rose"), product("lily"), product("moss")
    block = {"kind": "products", "id": "p", "rule": "newest"}
    offers = offers_of(parse_blocks([block]), today=TODAY)
    Product.objects.filter(pk=rose.pk).update(price_minor=700, url="https://shop.example/new")
    Product.objects.filter(pk=lily.pk).update(stock=0)
    Product.objects.filter(pk=moss.pk).delete()
    with connection.cursor() as cursor:
        again = looked_at_again(cursor, floral.pk, offers)["p"]
    assert [(card.id, card.price_minor, card.is_available) for card in again] == [
        (moss.pk, 500, False),
        (lily.pk, 500, False),
        (rose.pk, 700, True),
    ]
    assert again[2].url == "https://shop.example/rose"


def _draft(count: int) -> Campaign:
    block = {"kind": "products", "id": "p", "rule": "newest", "count": count}
    return drafts.create_campaign(
        name="May", subject="Hi", preheader="x", blocks=[block, {"kind": "footer"}]
    )


@pytest.mark.parametrize(
    ("stock", "count", "says"),
    [
        ([None, 0], 1, "1 sold out, the next took their place"),
        ([None, 0], 2, "shows 1 of 2"),
        ([0, 0], 1, "has nothing to show and is left out"),
    ],
)
def test_the_checks_say_what_is_sold_out(floral: Brand, stock, count, says) -> None:
    for number, left in enumerate(stock):
        product(f"rose {number}", stock=left)
    report = check_content(content_of(_draft(count), floral))
    assert report.can_launch
    (problem,) = report.problems
    assert says in problem.text


def test_frozen_content_keeps_the_spare_products_and_their_links(floral: Brand) -> None:
    product("rose")
    product("lily")
    content = content_of(_draft(1), floral)
    assert rendered(content).slots.targets == [
        "https://shop.example/lily",
        "https://shop.example/rose",
    ]
