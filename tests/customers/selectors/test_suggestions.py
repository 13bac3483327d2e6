"""What to do next: measured facts only, for those who may act on them."""

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

from accounts.models.brands import Brand
from accounts.models.members import Role
from accounts.permissions import PERMISSIONS
from config.kit import ids
from customers.models.imports import Import
from customers.selectors.overview import revenue, span_of
from customers.selectors.segments import count
from customers.selectors.suggestions import (
    rows_to_fix,
    segment_url,
    settings_missing,
    suggestions,
    waiting_for_second_order,
    ways_to_earn,
)
from customers.services.facts import refresh_facts
from tests import factories
from tests.conftest import Cast

MARKETER = PERMISSIONS[Role.MARKETER]
OWNER = PERMISSIONS[Role.OWNER]
VIEWER = PERMISSIONS[Role.VIEWER]


def test_a_brand_without_customers_has_nothing_to_do(floral: Brand) -> None:
    assert suggestions(floral, OWNER) == []


def test_those_who_bought_once_are_counted(floral: Brand, cast: Cast) -> None:
    tom = factories.customer(email="tom@example.com")
    for number, customer in enumerate([cast.rae, tom, tom]):
        factories.order(customer, source_id=str(number), on=date(2026, 1, 1 + number))
    refresh_facts(customer_ids=None)
    (found,) = waiting_for_second_order(floral, MARKETER)
    assert (found.title, found.count) == ("1 customer bought once", 1)
    assert waiting_for_second_order(floral, VIEWER) == []


def test_the_link_makes_a_segment_the_compiler_understands(floral: Brand) -> None:
    query = parse_qs(urlsplit(segment_url(floral.slug, rung=1)).query)
    rule = json.loads(query["rule"][0])
    assert rule == {"all": [{"kind": "rung", "op": "exactly", "value": 1}]}
    assert count(rule, as_of=date(2026, 1, 1)) == 0


def test_what_stops_every_mail_comes_first(floral: Brand, cast: Cast) -> None:
    factories.order(cast.rae, source_id="1", on=date(2026, 1, 1))
    refresh_facts(customer_ids=None)
    floral.postal_address = ""
    titles = [found.title for found in suggestions(floral, OWNER)]
    assert titles == ["Add your postal address", "1 customer bought once"]
    assert settings_missing(floral, MARKETER) == []


def test_ways_that_cannot_be_measured_say_so_instead_of_nought(floral: Brand, cast: Cast) -> None:
    for number in range(2):
        factories.order(cast.rae, source_id=str(number), on=date(2026, 1, 1 + number), minor=300)
    refresh_facts(customer_ids=None)
    taken = revenue(span=span_of("4w"), as_of=date(2026, 1, 28))
    assert taken is not None
    repeat, *others = ways_to_earn(taken)
    assert (repeat.minor, repeat.over_time) == (300, (300, 0, 0, 0))
    assert [way.minor for way in others] == [None] * 4
    assert [way.next.partition(": ")[0] for way in others] == [
        "Not measurable",
        *["Not measured yet"] * 3,
    ]


def test_rows_that_an_import_left_out_lead_to_them(floral: Brand) -> None:
    common = {"kind": "generic", "file": "a.csv", "size": 1, "state": Import.State.DONE}
    Import.objects.create(file_name="old.csv", counts={"lines_rejected": 9}, **common)
    imported = Import.objects.create(file_name="new.csv", counts={"lines_rejected": 1204}, **common)
    (found,) = rows_to_fix(floral, MARKETER)
    assert (found.title, found.count) == ("1,204 rows to fix", 1204)
    imported.refresh_from_db()
    assert ids.encode("imp", imported.uid) in found.url
    assert rows_to_fix(floral, VIEWER) == []
    Import.objects.create(file_name="clean.csv", counts={"lines_rejected": 0}, **common)
    assert rows_to_fix(floral, MARKETER) == []
