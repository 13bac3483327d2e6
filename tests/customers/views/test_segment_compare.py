"""Two segments side by side."""

from datetime import date

import pytest
from django.test import Client

from accounts.scope import brand_scope
from config.kit import ids
from customers.models.segments import Segment
from customers.selectors.comparison import compared
from customers.services.facts import refresh_facts
from customers.services.segments import create_segment
from tests import factories
from tests.conftest import Cast

URL = "/b/floral/segments/compare/"


@pytest.fixture
def pair(cast: Cast) -> tuple[Segment, Segment]:
    """Nine people: 1 to 6 are French, 4 to 9 bought, 8 and 9 twice; an order is 10.00."""
    with brand_scope(cast.floral):
        for number in range(1, 10):
            country = "France" if number <= 6 else "Spain"
            person = factories.customer(email=f"p{number}@example.com", country=country)
            for at in range((number >= 4) + (number >= 8)):
                factories.order(person, source_id=f"{number}-{at}", on=date(2026, 5, at + 1))
        refresh_facts(customer_ids=None)
        french = {"kind": "attribute", "field": "country", "op": "is", "values": ["France"]}
        bought = {"kind": "rung", "op": "at_least", "value": 1}
        return (
            create_segment(name="French", rule={"all": [french]}),
            create_segment(name="Bought", rule={"all": [bought]}),
        )


def test_the_overlap_and_both_sides_are_exact(cast: Cast, pair: tuple[Segment, Segment]) -> None:
    with brand_scope(cast.floral):
        found = compared(pair[0].rule, pair[1].rule, cast.floral, as_of=cast.floral.today)
    assert (found.first_only, found.both, found.second_only) == (3, 3, 3)
    assert (found.first.net_minor, found.second.net_minor) == (3000, 8000)
    assert (found.first.average_minor, found.second.average_minor) == (500, 1333)
    assert found.first.came_back.share == 0
    assert found.second.came_back.share == pytest.approx(1 / 3)
    assert found.second.orders_each == pytest.approx(8 / 6)


def test_an_earlier_day_leaves_out_what_came_later(
    cast: Cast, pair: tuple[Segment, Segment]
) -> None:
    with brand_scope(cast.floral):
        found = compared({"all": []}, pair[1].rule, cast.floral, as_of=date(2026, 5, 1))
    assert found.first.ladder == (6, 0, 0, 0, 0)
    assert (found.first.orders, found.first.net_minor) == (6, 6000)
    assert (found.second.size, found.second.net_minor) == (6, 6000)


def test_the_page_draws_both(cast: Cast, pair: tuple[Segment, Segment], ben: Client) -> None:
    assert "Choose two segments" in ben.get(URL).content.decode()
    a, b = (ids.encode("seg", segment.uid) for segment in pair)
    page = ben.get(URL, {"a": a, "b": b}).content.decode()
    assert "Only French 3 (33%)" in page
    assert "£13.33" in page
    assert "10% to 70%, with 95% certainty" in page
    assert page.count('class="compare-fill"') == 10
    assert ben.get(URL, {"a": a, "b": "seg_x"}).status_code == 404


def test_one_segment_is_not_compared(cast: Cast, ben: Client) -> None:
    assert "Two segments make a comparison" in ben.get(URL).content.decode()
