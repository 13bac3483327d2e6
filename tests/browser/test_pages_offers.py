"""Pages of partners' offers: their own, and the brand's."""

import pytest
from playwright.sync_api import expect

from accounts.scope import brand_scope
from config.kit import ids
from partners.models.partnerships import OfferCategory
from partners.selectors.names import OFFER, PARTNERSHIP
from partners.services.replies import save_reply
from tests.browser.conftest import page_checks, violations
from tests.conftest import Cast
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.services.offering import days, live, submitted

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "Four courses by the river, with a table kept for you.\n\nDogs are welcome."


@pytest.fixture
def offers(cast: Cast) -> dict[str, object]:
    """A live, a coming and an exclusive offer, and two that wait."""
    lucia = make_partner("lucia@example.com", name="Lucia", business="Trattoria Lucia")
    otto = make_partner("otto@example.com", name="Otto", business="Otto's Wines")
    with brand_scope(cast.floral):
        kept = OfferCategory.objects.create(name="Dinner")
        dinner = make_partnership(lucia, category=kept)
        wines = make_partnership(otto, category=OfferCategory.objects.create(name="Wine"))
        running = live(dinner, text=TEXT, **days(-3, 25))
        live(dinner, headline="Lunch by the river", **days(30, 60))
        live(wines, headline="A case at cost", is_exclusive=True, **days(5, 40))
        waiting = submitted(dinner, headline="A glass on us", text=TEXT, link="https://x.example")
        submitted(wines, headline="Tasting", **days(50, 60))
        save_reply(name="Days", text="Dear {partner}, until when?")
        for row in (running, waiting):
            row.refresh_from_db()
    return {
        "lucia": lucia,
        "home": f"/partner/{ids.encode(PARTNERSHIP, dinner.uid)}/offers/",
        "running": ids.encode(OFFER, running.uid),
        "waiting": ids.encode(OFFER, waiting.uid),
    }


def test_a_partner_writes_looks_at_and_submits_an_offer(live_server, signed_in, offers, look):
    page = signed_in(offers["lucia"])
    home = f"{live_server.url}{offers['home']}"
    look(page, home, pictures="own-offers")
    look(page, f"{home}{offers['running']}/", pictures="own-offer")
    page_checks(page, f"{home}new/", pictures="own-offer-new")
    page.get_by_label("Headline").fill("Two courses for one")
    expect(page.locator("#preview .offer-headline")).to_have_text("Two courses for one")
    page.locator("summary").click()
    assert not violations(page)
    page.get_by_label("What the customer gets").fill("50% off the second course")
    page.get_by_role("button", name="Save and look at it").click()
    page.get_by_role("button", name="Submit it").click()
    expect(page.locator(".page")).to_contain_text("waits for Floral")


def test_the_brand_reviews_by_keyboard_and_sees_who_runs_when(
    live_server, signed_in, cast, offers, look
):
    page = signed_in(cast.ana)
    at = f"{live_server.url}/b/floral/partners/offers/"
    look(page, at, pictures="offers")
    look(page, f"{at}{offers['running']}/", pictures="offer")
    look(page, f"{at}replies/", pictures="offer-replies")
    page_checks(page, f"{at}review/", pictures="offer-review")
    page.keyboard.press("c")
    note = page.locator("#note-changes")
    page.locator("#reply-changes").select_option(label="Days")
    expect(note).to_have_value("Dear Trattoria Lucia, until when?")
    assert not violations(page, within="#changes")
    page.get_by_role("button", name="Ask for changes").last.click()
    expect(page.locator("h2.offer-headline").first).to_have_text("Tasting")
    page.goto(f"{at}review/")
    page.keyboard.press("a")
    expect(page.locator(".main")).to_contain_text("Nothing waits for you")
