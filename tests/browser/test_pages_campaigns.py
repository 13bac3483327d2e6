"""Campaigns in the browser: a draft is written, checked, launched and read about, by hand."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.models.messages import Delivery, Feedback
from campaigns.models.senders import Chunk
from campaigns.models.templates import EmailTemplate
from campaigns.selectors.content import content_of
from campaigns.services import drafts, launch, templates
from customers.models.customers import Customer
from customers.models.segments import Segment
from tests import factories
from tests.browser.conftest import page_checks

pytestmark = pytest.mark.django_db(transaction=True)

BLOCKS = [
    {"kind": "heading", "id": "h1", "text": 'Hello {{ first_name | default: "there" }}'},
    {"kind": "text", "id": "t1", "html": "<p>Tulips are in. <strong>Fresh</strong> today.</p>"},
    {"kind": "button", "id": "b1", "text": "See the tulips", "href": "https://floral.test/tulips"},
    {"kind": "footer", "id": "f1"},
]


def _people() -> list:
    rows = [("ada", "Ada", "Lane"), ("bea", "Bea", "Moss"), ("cal", "", "")]
    people = [
        factories.customer(email=f"{name}@example.com", first_name=first, last_name=last)
        for name, first, last in rows
    ]
    for person in people[:2]:
        factories.consent(person)
    return people


def _draft(brand) -> Campaign:
    with brand_scope(brand):
        _people()
        segment = Segment.objects.create(name="Everybody", rule={"all": []})
        return drafts.create_campaign(
            name="Tulip week",
            segment=segment,
            subject='Tulips for {{ first_name | default: "you" }}',
            preheader="Fresh from the field",
            blocks=BLOCKS,
        )


def _sent(brand) -> Campaign:
    """A finished campaign with one of each outcome, clicks and an order."""
    campaign = _draft(brand)
    with brand_scope(brand):
        content = content_of(campaign, brand)
        people = _ids()
        Campaign.objects.filter(pk=campaign.pk).update(
            state="done",
            frozen=content.stored(),
            planned=3,
            skipped={"no_consent": 1},
            launched_at=datetime(2026, 5, 1, 9, tzinfo=UTC),
            finished_at=datetime(2026, 5, 1, 9, 4, tzinfo=UTC),
        )
        CampaignLink.objects.create(campaign=campaign, number=1, url="https://floral.test/tulips")
        outcomes = [("sent", ""), ("sent", ""), ("failed", "refused")]
        for person, (outcome, reason) in zip(people, outcomes, strict=False):
            Delivery.objects.create(
                campaign=campaign, customer_id=person, outcome=outcome, reason=reason
            )
        clicked_at = datetime(2026, 5, 1, 12, tzinfo=UTC)
        Feedback.objects.create(
            campaign=campaign, customer_id=people[0], kind="click", link=1, at=clicked_at
        )
    return campaign


def _ids() -> list[int]:
    return list(Customer.objects.order_by("id").values_list("id", flat=True))


def _url(live_server, name: str, *args: object) -> str:
    return live_server.url + reverse(name, args=["floral", *args])


def test_the_list_teaches_while_it_is_empty(cast, live_server, signed_in):
    page = signed_in(cast.ben)
    page_checks(page, _url(live_server, "campaigns"), pictures="campaigns-empty")
    expect(page.get_by_role("link", name="New campaign").first).to_be_visible()


def test_the_list_holds(cast, live_server, signed_in):
    _sent(cast.floral)
    page = signed_in(cast.ben)
    page_checks(page, _url(live_server, "campaigns"), pictures="campaigns")


def test_the_new_campaign_page_holds(cast, live_server, signed_in):
    with brand_scope(cast.floral):
        templates.add_starters()
    page = signed_in(cast.ben)
    page_checks(page, _url(live_server, "campaign_new"), pictures="campaign-new")


def test_the_editor_holds(cast, live_server, signed_in):
    campaign = _draft(cast.floral)
    page = signed_in(cast.ben)
    page_checks(page, _url(live_server, "campaign_edit", campaign.pk), pictures="campaign-edit")


def test_the_report_holds(cast, live_server, signed_in):
    campaign = _sent(cast.floral)
    page = signed_in(cast.ben)
    page_checks(page, _url(live_server, "campaign", campaign.pk), pictures="campaign-report")


def test_the_running_page_holds(cast, live_server, signed_in):
    campaign = _draft(cast.floral)
    with brand_scope(cast.floral):
        launch.launch_campaign(campaign=campaign)
        Campaign.objects.filter(pk=campaign.pk).update(state="sending", planned=3)
        Chunk.objects.create(campaign=campaign, number=0, customer_ids=_ids())
        Delivery.objects.create(campaign=campaign, customer_id=_ids()[0], outcome="sent")
    page = signed_in(cast.ben)
    page_checks(page, _url(live_server, "campaign", campaign.pk), pictures="campaign-running")


def test_templates_hold(cast, live_server, signed_in):
    with brand_scope(cast.floral):
        templates.add_starters()
        template = EmailTemplate.objects.first()
    page = signed_in(cast.ben)
    page_checks(page, _url(live_server, "templates"), pictures="templates")
    page_checks(page, _url(live_server, "template_edit", template.pk), pictures="template-edit")
