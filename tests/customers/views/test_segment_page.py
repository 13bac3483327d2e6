"""The page of one segment, and its people as a file."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit import clock, ids
from customers.models.customers import Customer
from customers.models.segments import Segment, SegmentChange
from customers.services.facts import refresh_facts
from customers.services.segments import create_segment
from tests import factories
from tests.conftest import Cast

FRENCH = {"kind": "attribute", "field": "country", "op": "is", "values": ["France"]}


@pytest.fixture
def french(cast: Cast) -> Segment:
    """Thirty people of France: number n has n % 3 orders of 25.00; the first has bad habits."""
    with brand_scope(cast.floral):
        for number in range(30):
            person = factories.customer(
                email=f"p{number}@example.com" if number else "",
                first_name="=cmd()" if number == 1 else "Person",
                last_name=str(number),
                country="France",
            )
            if number > 1:
                factories.consent(person)
            for order in range(number % 3):
                factories.order(
                    person, source_id=f"{number}-{order}", on=date(2026, 5, order + 1), minor=2500
                )
        refresh_facts(customer_ids=None)
        return create_segment(name="The French", rule={"all": [FRENCH]})


def url_of(segment: Segment) -> str:
    return f"/b/floral/segments/{ids.encode('seg', segment.uid)}/"


def test_the_page_says_size_value_ladder_and_reach(french: Segment, ben: Client) -> None:
    page = ben.get(url_of(french)).content.decode()
    assert '<span class="figure figure-large">' not in page
    for figure in ("30", "£750", "£25.00", "50%"):
        assert f'<span class="figure">{figure}</span>' in page
    assert "30% to 70%, with 95% certainty" in page
    assert "Can be mailed now 28 (93%)" in page
    assert "No address 1 (3%)" in page


def test_people_come_a_page_at_a_time(french: Segment, ben: Client) -> None:
    first = ben.get(url_of(french)).content.decode()
    assert first.count('data-label="Orders"') == 25
    with brand_scope(french.brand):
        place = Customer.objects.filter(country="France").order_by("-pk")[24].pk
    assert f'href="?after={place}#people"' in first
    second = ben.get(url_of(french), {"after": place}).content.decode()
    assert second.count('data-label="Orders"') == 5
    assert "Person 4" in second
    assert "Person 5" not in second
    nonsense = ben.get(url_of(french), {"after": "9" * 30}).content.decode()
    assert nonsense.count('data-label="Orders"') == 25


def test_moves_are_drawn_and_told_with_their_cause(french: Segment, ben: Client) -> None:
    with brand_scope(french.brand):
        Segment.objects.filter(pk=french.pk).update(members_count=30)
        for ago, entered, left, cause in ((9, 28, 0, "rule"), (3, 4, 1, "data"), (0, 0, 1, "time")):
            SegmentChange.objects.create(
                segment=french,
                cause=cause,
                entered=entered,
                left=left,
                at=clock.now() - timedelta(days=ago),
            )
    page = ben.get(url_of(french)).content.decode()
    assert "28 came" in page
    assert "4 came, 1 left" in page
    assert "Something about the customer changed" in page
    assert page.count('class="bars-column"') == 10


def test_the_file_has_everybody_and_no_formula(french: Segment, cast: Cast, ben: Client) -> None:
    answer = ben.get(f"{url_of(french)}export.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="the-french.csv"'
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    with brand_scope(cast.floral):
        uids = {row.last_name: row.uid for row in Customer.objects.filter(country="France")}
        event = DomainEvent.objects.get(type="segment.exported")
    assert len(rows) == 31
    assert rows[0][-1] == "May be mailed"
    assert rows[-1] == [
        ids.encode("cus", uids["0"]), "Person 0", "", "0", "0.00", "", "no: No address",
    ]  # fmt: skip
    assert rows[-2][1] == "'=cmd() 1"
    assert rows[-3] == [
        ids.encode("cus", uids["2"]), "Person 2", "p2@example.com", "2", "50.00", "2026-05-02",
        "yes",
    ]  # fmt: skip
    assert (event.subject_id, event.payload) == (french.pk, {"customers": 30})


def test_nobody_takes_the_file_without_the_permission(
    french: Segment, cast: Cast, cleo: Client
) -> None:
    assert cleo.get(f"{url_of(french)}export.csv").status_code == 404
    with brand_scope(cast.floral):
        assert not DomainEvent.objects.filter(type="segment.exported").exists()


def test_the_page_says_why_somebody_is_in_or_not(french: Segment, cast: Cast, ben: Client) -> None:
    why = f"{url_of(french)}why/"
    assert "e-mail address to see each rule" in ben.get(why).content.decode()
    inside = ben.get(why, {"customer": " P7@example.com "}).content.decode()
    assert "is in “The French”." in inside
    assert "Live in France" in inside
    outside = ben.get(why, {"customer": ids.encode("cus", cast.rae.uid)}).content.decode()
    assert "is not in “The French”." in outside
    for nobody in ("nobody@example.com", "cus_x", "@", "\x00", "9" * 300):
        page = ben.get(why, {"customer": nobody})
        assert page.status_code == 200
        assert "There is no customer" in page.content.decode()


def test_a_segment_whose_rule_is_broken_says_so_and_can_be_changed(cast: Cast, ben: Client) -> None:
    with brand_scope(cast.floral):
        broken = Segment.objects.create(name="Old", rule={"all": [{"kind": "moon"}]})
        broken.refresh_from_db()
    page = ben.get(url_of(broken)).content.decode()
    assert "This segment cannot be used" in page
    assert f'href="{url_of(broken)}edit/"' in page
    assert ben.get(f"{url_of(broken)}edit/").status_code == 200
    assert "cannot be used" in ben.get("/b/floral/segments/").content.decode()
