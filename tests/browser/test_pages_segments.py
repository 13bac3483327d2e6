"""Segments in the browser, by mouse and by keyboard, and the API's page."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from accounts.scope import brand_scope
from config.kit import ids
from customers.models.segments import Segment
from customers.services.facts import refresh_facts
from customers.services.segments import create_segment
from tests import factories
from tests.browser.conftest import Look, page_checks, violations

pytestmark = pytest.mark.django_db(transaction=True)

RULE = {
    "all": [
        {"kind": "orders", "measure": "net", "op": "at_least", "value": 4990, "days": 36500},
        {
            "any": [
                {
                    "kind": "attribute",
                    "field": "country",
                    "op": "is",
                    "values": ["France", "Spain"],
                },
                {"none": [{"kind": "consent", "status": "withdrawn"}]},
            ]
        },
    ]
}


@pytest.fixture
def people(cast) -> None:
    with brand_scope(cast.floral):
        for number in range(8):
            person = factories.customer(
                email=f"p{number}@example.com" if number else "",
                first_name="Person",
                last_name=str(number),
                country="France" if number % 2 else "Spain",
            )
            if number % 3:
                factories.consent(person, granted=number != 4)
            for order in range(number):
                factories.order(
                    person, source_id=f"{number}-{order}", on=date(2026, 5, order + 1), minor=2500
                )
        refresh_facts(customer_ids=None)


@pytest.fixture
def segment(cast, people) -> str:
    """The public id of a saved segment."""
    with brand_scope(cast.floral):
        row = create_segment(name="Good customers of France and Spain", rule=RULE)
    return ids.encode("seg", row.uid)


def test_the_pages_hold_in_every_width_and_theme(
    signed_in, live_server, cast, segment, look: Look
) -> None:
    page = signed_in(cast.ben)
    base = f"{live_server.url}/b/floral/segments/"
    look(page, base, pictures="segments")
    page_checks(page, f"{base}{segment}/", pictures="segment")
    page_checks(page, f"{base}{segment}/edit/", pictures="segment-edit")
    look(page, f"{base}{segment}/why/?customer=p5@example.com", pictures="segment-why")
    look(page, f"{base}new/", pictures="segment-new")


def test_gallery_and_comparison_hold_in_every_width_and_theme(
    signed_in,
    live_server,
    cast,
    segment,
    look: Look,
) -> None:
    with brand_scope(cast.floral):
        bought = {"kind": "rung", "op": "at_least", "value": 2}
        other = create_segment(name="Came back", rule={"all": [bought]})
    page = signed_in(cast.ben)
    base = f"{live_server.url}/b/floral/segments/"
    look(page, f"{base}ready/", pictures="segment-ready")
    never_bought = page.locator(".ready-card", has_text="Permitted, never bought")
    never_bought.scroll_into_view_if_needed()
    expect(never_bought.locator(".ready-figures .figure").first).to_have_text("0")
    pair = f"a={segment}&b={ids.encode('seg', other.uid)}"
    look(page, f"{base}compare/?{pair}", pictures="segment-compare")


def test_an_empty_list_teaches(signed_in, live_server, cast, look: Look) -> None:
    page = signed_in(cast.ben)
    look(page, f"{live_server.url}/b/floral/segments/", pictures="segments-empty")
    page.get_by_role("link", name="New segment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New segment")


def count(page: Page) -> object:
    return expect(page.locator("#panel .figure-large"))


def test_the_count_follows_each_change(signed_in, live_server, cast, people) -> None:
    page = signed_in(cast.ben)
    page.goto(f"{live_server.url}/b/floral/segments/new/")
    count(page).to_have_text("7")
    page.get_by_label("Number of orders").fill("3")
    count(page).to_have_text("5")
    expect(page.locator("[id='note:r-0']")).to_contain_text("5 match; this rule removes 4")
    page.get_by_role("button", name="Add a rule").click()
    subject = page.get_by_label("What the rule is about").nth(1)
    expect(subject).to_be_focused()
    subject.select_option("attribute.country")
    expect(page.locator("#panel")).to_contain_text("Complete the marked rule")
    page.get_by_label("Values, separated by commas").fill("France")
    count(page).to_have_text("3")
    expect(page.locator("#words")).to_contain_text(
        "Customers who placed at least 3 orders and live in France."
    )
    assert violations(page) == []
    page.get_by_label("Name", exact=True).fill("French regulars")
    page.get_by_role("button", name="Save segment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("French regulars")
    with brand_scope(cast.floral):
        assert Segment.objects.get().name == "French regulars"


def test_a_segment_is_built_with_the_keyboard_alone(signed_in, live_server, cast, people) -> None:
    page = signed_in(cast.ben)
    page.goto(f"{live_server.url}/b/floral/segments/new/")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Keyboard")
    page.get_by_role("button", name="Add a group").focus()
    page.keyboard.press("Enter")
    inner = page.get_by_label("What the rule is about").nth(1)
    expect(inner).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("6")
    count(page).to_have_text("2")
    page.get_by_label("Number of orders").nth(1).press("Enter")
    expect(page.get_by_label("Number of orders").nth(1)).to_have_value("6")
    page.get_by_role("button", name="Remove this group").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[id='add-rule:r']")).to_be_focused()
    count(page).to_have_text("7")


def test_a_rule_is_written_as_text_and_a_mistake_is_placed(
    signed_in, live_server, cast, people
) -> None:
    page = signed_in(cast.ben)
    page.goto(f"{live_server.url}/b/floral/segments/new/")
    page.get_by_text("Advanced: write the rule yourself").click()
    page.get_by_label("As text").fill("all(\n  orders.count >= 3,\n  moon\n)")
    page.get_by_role("button", name="Use this text").click()
    expect(page.locator("#written-text-error")).to_contain_text("Line 3, column 3")
    expect(page.get_by_label("As text")).to_have_value("all(\n  orders.count >= 3,\n  moon\n)")
    assert violations(page) == []
    page.get_by_label("As text").fill('all(orders.count >= 3, profile.country is "France")')
    page.get_by_role("button", name="Use this text").click()
    count(page).to_have_text("3")
    expect(page.get_by_label("What the rule is about")).to_have_count(2)
    page.get_by_label("Count as of").fill("2026-05-02")
    count(page).to_have_text("0")
    expect(page.locator("#panel")).to_contain_text("As of 2 May 2026")


def test_a_list_is_put_together_by_hand(signed_in, live_server, cast, people, look: Look) -> None:
    page = signed_in(cast.ben)
    look(page, f"{live_server.url}/b/floral/segments/lists/new/", pictures="list-new")
    page.get_by_label("Name", exact=True).fill("Guests")
    page.get_by_role("textbox", name="People").fill(
        "p1@example.com, p2@example.com nobody@example.com"
    )
    page.get_by_role("button", name="Make the list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Guests")
    expect(page.get_by_text("Nobody is known by nobody@example.com.")).to_be_visible()
    page_checks(page, page.url, pictures="list")
    page.get_by_role("button", name="Take off Person 1").click()
    expect(page.get_by_text("1 person was taken off “Guests”.")).to_be_visible()
    page.get_by_role("button", name="Add people").click()
    page.get_by_role("textbox", name="People").fill("p3@example.com")
    page.get_by_role("button", name="Put on the list").click()
    expect(page.get_by_role("link", name="Person 3")).to_be_visible()


def test_the_api_page_asks_nothing_of_other_hosts(page: Page, live_server, cast) -> None:
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "request",
        lambda r: (
            None
            if r.url.startswith((live_server.url, "data:", "blob:"))
            else problems.append(r.url)
        ),
    )
    page.goto(f"{live_server.url}/api/docs/", wait_until="networkidle")
    expect(page.get_by_role("heading", name="Rapport API")).to_be_visible()
    # Of so many operations the page shows those that are looked at.
    page.get_by_text("Let a customer take part").first.click()
    expect(page.get_by_text("Idempotency-Key").first).to_be_visible()
    assert problems == []
