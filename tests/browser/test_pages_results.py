"""What a campaign caused, its variants and its coupons, in every width and theme."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery, Feedback
from campaigns.models.senders import Chunk
from campaigns.models.variants import CampaignVariant
from campaigns.services.coupons import add_codes, create_batch
from campaigns.services.drafts import create_campaign
from campaigns.services.launch import launch_campaign
from campaigns.services.planning import plan
from campaigns.services.variants import add_variant, set_test_percent, update_variant
from config.kit import ids
from customers.models.segments import Segment
from tests import factories
from tests.browser.conftest import page_checks
from tests.campaigns.mailing import BLOCKS, EVERYBODY, customers

pytestmark = pytest.mark.django_db(transaction=True)

LAUNCHED = datetime(2024, 5, 1, 9, tzinfo=UTC)


def _draft(**fields) -> Campaign:
    segment = Segment.objects.create(name="Everybody", rule=EVERYBODY)
    campaign = create_campaign(
        name="Tulip week", segment=segment, subject="A", preheader="a", blocks=BLOCKS, **fields
    )
    update_variant(add_variant(campaign), subject="Tulips, and more of them")
    return campaign


def _launched() -> Campaign:
    """Planned; whoever has no chunk waits for the winner."""
    campaign = _draft(control_percent=50)
    set_test_percent(campaign, 50)
    launch_campaign(campaign=campaign)
    plan(campaign.pk)
    return campaign


def _finished() -> Campaign:
    """All of it sent in May, with clicks, orders and somebody who complained."""
    campaign = _launched()
    chunks = list(Chunk.objects.filter(campaign=campaign))
    people = [each for chunk in chunks for each in chunk.customer_ids]
    Delivery.objects.bulk_create(
        Delivery(campaign=campaign, customer_id=each, outcome="sent", variant="AB"[each % 2])
        for each in people
    )
    Chunk.objects.update(state="done", variant="A")
    Campaign.objects.update(state="done", launched_at=LAUNCHED, finished_at=LAUNCHED, winner="A")
    noon = LAUNCHED.replace(hour=12)
    for kind in ("click", "complaint"):
        Feedback.objects.create(
            campaign=campaign, customer_id=people[0], kind=kind, link=1, at=noon
        )
    buyer = Delivery.objects.select_related("customer").get(customer_id=people[0]).customer
    factories.order(buyer, source_id="1", on=date(2024, 5, 2), minor=4200)
    return campaign


def test_the_report_says_what_a_campaign_caused(live_server, signed_in, cast, look):
    with brand_scope(cast.floral):
        customers(40)
        campaign = _finished()
    page = signed_in(cast.ana)
    url = f"{live_server.url}/b/floral/campaigns/"
    page_checks(page, f"{url}{campaign.pk}/", pictures="results")
    expect(page.get_by_role("heading", name="What it caused")).to_be_visible()
    expect(page.get_by_text("Fewer than 100 people in one of the groups")).to_be_visible()
    page.get_by_text("Count another number of days").click()
    page.get_by_label("Days after a click in which orders count").fill("1")
    page.get_by_role("button", name="Count again").click()
    expect(page.get_by_text("Counted again.")).to_be_visible()
    look(page, url, pictures="results-list")
    look(page, f"{url}calendar/?month=2024-05", pictures="calendar")
    expect(page.get_by_role("link", name="Tulip week")).to_be_visible()


def test_the_winner_is_chosen_in_the_report(live_server, signed_in, cast):
    with brand_scope(cast.floral):
        customers(60)
        campaign = _launched()
    page = signed_in(cast.ana)
    page.goto(f"{live_server.url}/b/floral/campaigns/{campaign.pk}/")
    page.get_by_role("button", name="Send the rest B").click()
    expect(page.get_by_text("The rest get variant B.")).to_be_visible()
    with brand_scope(cast.floral):
        assert Campaign.objects.get().winner == "B"


def test_a_variant_has_an_editor_of_its_own(live_server, signed_in, cast, look):
    with brand_scope(cast.floral):
        factories.consent(cast.rae)
        campaign = _draft()
        variant = CampaignVariant.objects.get()
    page = signed_in(cast.ana)
    url = f"{live_server.url}/b/floral"
    look(page, f"{url}/variants/{variant.pk}/edit/", pictures="variant")
    look(page, f"{url}/campaigns/{campaign.pk}/edit/", pictures="variant-main")
    page.get_by_role("button", name="Add a variant").click()
    expect(page.get_by_role("heading", name="Tulip week: variant C")).to_be_visible()


def test_the_coupons_hold_in_every_width_and_theme(live_server, signed_in, cast, look):
    page = signed_in(cast.ana)
    url = f"{live_server.url}/b/floral/coupons/"
    look(page, url, pictures="coupons-none")
    with brand_scope(cast.floral):
        batch = create_batch(name="Spring", kind="percent", value=10, minimum_minor=2000)
        add_codes(batch, ["A-1", "A-2"])
        batch.refresh_from_db()
    page_checks(page, url, pictures="coupons")
    look(page, f"{url}{ids.encode('cpb', batch.uid)}/", pictures="coupon-batch")
