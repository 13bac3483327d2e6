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
from campaigns.selectors.content import content_of, keyring
from campaigns.services import drafts, launch, templates
from config.kit.tokens import Purpose, Ticket, sign_ticket
from customers.models.customers import Customer
from customers.models.segments import Segment
from tests import factories
from tests.browser.conftest import page_checks, violations

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


def test_the_list_teaches_while_it_is_empty(cast, live_server, signed_in, look):
    page = signed_in(cast.ben)
    look(page, _url(live_server, "campaigns"), pictures="campaigns-empty")
    expect(page.get_by_role("link", name="New campaign").first).to_be_visible()


def test_the_list_holds(cast, live_server, signed_in, look):
    _sent(cast.floral)
    page = signed_in(cast.ben)
    look(page, _url(live_server, "campaigns"), pictures="campaigns")


def test_the_new_campaign_page_holds(cast, live_server, signed_in, look):
    with brand_scope(cast.floral):
        templates.add_starters()
    page = signed_in(cast.ben)
    look(page, _url(live_server, "campaign_new"), pictures="campaign-new")


def test_the_editor_holds(cast, live_server, signed_in):
    campaign = _draft(cast.floral)
    page = signed_in(cast.ben)
    page_checks(page, _url(live_server, "campaign_edit", campaign.pk), pictures="campaign-edit")


def test_the_report_holds(cast, live_server, signed_in):
    campaign = _sent(cast.floral)
    page = signed_in(cast.ben)
    page_checks(page, _url(live_server, "campaign", campaign.pk), pictures="campaign-report")


def test_the_running_page_holds(cast, live_server, signed_in, look):
    campaign = _draft(cast.floral)
    with brand_scope(cast.floral):
        launch.launch_campaign(campaign=campaign)
        Campaign.objects.filter(pk=campaign.pk).update(state="sending", planned=3)
        Chunk.objects.create(campaign=campaign, number=0, customer_ids=_ids())
        Delivery.objects.create(campaign=campaign, customer_id=_ids()[0], outcome="sent")
    page = signed_in(cast.ben)
    look(page, _url(live_server, "campaign", campaign.pk), pictures="campaign-running")


def test_templates_hold(cast, live_server, signed_in, look):
    with brand_scope(cast.floral):
        templates.add_starters()
        template = EmailTemplate.objects.first()
    page = signed_in(cast.ben)
    look(page, _url(live_server, "templates"), pictures="templates")
    look(page, _url(live_server, "template_edit", template.pk), pictures="template-edit")


def _frame(page):
    return page.frame_locator("iframe.preview")


def test_words_save_themselves_and_the_true_mail_follows(cast, live_server, signed_in):
    with brand_scope(cast.floral):
        _people()
        Segment.objects.create(name="Everybody", rule={"all": []})
    page = signed_in(cast.ben)
    page.goto(_url(live_server, "campaign_new"))
    page.get_by_label("Name").fill("Tulip week")
    page.get_by_role("button", name="Write the mail").click()

    expect(page.locator("#checks")).to_contain_text("Choose who should get this mail.")
    page.get_by_label("Segment").select_option("Everybody")
    expect(page.locator("#audience")).to_contain_text("2 of 4 can be written to now")
    page.get_by_label("Subject").fill("Tulips for ")
    page.get_by_label("Insert").select_option(label="First name")
    expect(page.get_by_label("Subject")).to_have_value(
        'Tulips for {{ first_name | default: "there" }}'
    )
    expect(page.locator("#save-state")).to_have_text("Saved")

    # A block is added open, written in place, and seen in the true mail.
    page.get_by_role("button", name="Text", exact=True).click()
    # Not by its role: the plain textarea has the same one until the page to write on replaces it.
    page.locator(".rich-page").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("Fresh from the field, ")
    page.get_by_label("Insert").select_option(label="First name")
    expect(_frame(page).get_by_text("Fresh from the field, Rae")).to_be_visible()
    expect(page.locator(".preview-head")).to_contain_text("Tulips for Rae")
    page.get_by_role("link", name="Next person").click()
    expect(_frame(page).get_by_text("Fresh from the field, Ada")).to_be_visible()
    assert violations(page) == []
    with brand_scope(cast.floral):
        [text, footer] = Campaign.objects.get().blocks
    assert text["html"] == '<p>Fresh from the field, {{ first_name | default: "there" }}</p>'
    assert footer["kind"] == "footer"


def test_the_launch_dialog_says_exactly_who_gets_it(cast, live_server, signed_in):
    campaign = _draft(cast.floral)
    page = signed_in(cast.ben)
    page.goto(_url(live_server, "campaign_edit", campaign.pk))
    expect(page.locator("#launch-line")).to_contain_text("It goes to 2 people")
    page.get_by_role("button", name="Launch", exact=True).click()
    dialog = page.get_by_role("dialog", name="Launch this campaign?")
    expect(dialog).to_contain_text("goes to 2 people of “Everybody”")
    expect(dialog).to_contain_text("Has not agreed to news and offers")
    expect(dialog).to_contain_text("Tulips for Rae as Rae Winter reads it")
    assert violations(page) == []
    dialog.get_by_role("button", name="Launch it").click()
    expect(page.get_by_text("Getting ready").first).to_be_visible()
    with brand_scope(cast.floral):
        campaign.refresh_from_db()
    assert campaign.state == "launching"


def test_a_campaign_is_set_to_go_out_on_each_persons_clock(cast, live_server, signed_in, look):
    campaign = _draft(cast.floral)
    page = signed_in(cast.ben)
    page.goto(_url(live_server, "campaign_edit", campaign.pk))
    expect(page.locator("#launch-line")).to_contain_text("It goes to 2 people")
    page.get_by_role("button", name="Launch", exact=True).click()
    dialog = page.get_by_role("dialog", name="Launch this campaign?")
    expect(dialog.get_by_label("Day and time")).to_be_hidden()
    dialog.get_by_label("At a time on each person\u2019s own clock").check()
    dialog.get_by_label("Day and time").fill("2091-12-01T09:00")
    assert violations(page) == []
    dialog.get_by_role("button", name="Launch it").click()
    expect(page.get_by_text("own clock shows 1 Dec 2091, 09:00")).to_be_visible()
    look(page, page.url, pictures="campaign-scheduled")
    page.get_by_role("button", name="Back to draft").click()
    expect(page.get_by_text("It is a draft again")).to_be_visible()
    with brand_scope(cast.floral):
        campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_blocks_move_by_keyboard_and_the_focus_stays(cast, live_server, signed_in):
    campaign = _draft(cast.floral)
    page = signed_in(cast.ben)
    page.goto(_url(live_server, "campaign_edit", campaign.pk))
    page.locator("#blocks > li").nth(1).locator("summary").click()
    up = page.get_by_role("button", name="Move button up")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#blocks > li").nth(1)).to_contain_text("See the tulips")
    expect(up).to_be_focused()
    # The block that was being written stays open.
    expect(page.get_by_role("textbox", name="Text")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#blocks > li").first).to_contain_text("See the tulips")
    with brand_scope(cast.floral):
        campaign.refresh_from_db()
    assert [block["id"] for block in campaign.blocks] == ["b1", "h1", "t1", "f1"]


def test_blocks_are_dragged_to_their_place(cast, live_server, signed_in):
    campaign = _draft(cast.floral)
    page = signed_in(cast.ben)
    page.goto(_url(live_server, "campaign_edit", campaign.pk))
    # The count of the audience moves what stands below it once, when it arrives.
    expect(page.locator("#audience")).to_contain_text("2 of 4")
    blocks = page.locator("#blocks > li")
    blocks.nth(2).locator(".block-handle").drag_to(blocks.nth(0), target_position={"x": 60, "y": 4})
    expect(blocks.nth(0)).to_contain_text("See the tulips")
    with brand_scope(cast.floral):
        campaign.refresh_from_db()
    assert [block["id"] for block in campaign.blocks] == ["b1", "h1", "t1", "f1"]


def test_a_refused_change_is_told_in_place_and_nothing_typed_is_lost(cast, live_server, signed_in):
    campaign = _draft(cast.floral)
    page = signed_in(cast.ben)
    page.goto(_url(live_server, "campaign_edit", campaign.pk))
    page.get_by_role("textbox", name="Name").fill("")
    expect(page.locator("#save-state")).to_contain_text("Not saved. Name: This field is required.")
    with brand_scope(cast.floral):
        campaign.refresh_from_db()
    assert campaign.name == "Tulip week"


def test_a_bad_link_is_told_beside_its_field_and_stays_typed(cast, live_server, signed_in):
    campaign = _draft(cast.floral)
    page = signed_in(cast.ben)
    page.goto(_url(live_server, "campaign_edit", campaign.pk))
    page.locator("#blocks > li").nth(2).locator("summary").click()
    link = page.get_by_role("textbox", name="Link", exact=True)
    link.fill("not a link")
    beside = page.locator("#b1-href-problem")
    expect(beside).to_contain_text("It should start with https:// and a domain.")
    assert violations(page) == []
    # The list is drawn anew around what is being written.
    page.get_by_role("button", name="Divider", exact=True).click()
    expect(page.locator("#blocks > li")).to_have_count(5)
    expect(link).to_have_value("not a link")
    link.fill("https://floral.test/roses")
    expect(beside).to_be_empty()
    expect(page.locator("#save-state")).to_have_text("Saved")
    with brand_scope(cast.floral):
        campaign.refresh_from_db()
    assert campaign.blocks[2]["href"] == "https://floral.test/roses"


def test_anybody_can_be_looked_up_for_the_preview(cast, live_server, signed_in):
    campaign = _draft(cast.floral)
    page = signed_in(cast.ben)
    page.goto(_url(live_server, "campaign_edit", campaign.pk))
    page.get_by_role("button", name="Rae Winter").click()
    search = page.get_by_label("Find a customer by e-mail or name")
    search.fill("zz")
    expect(page.get_by_text("address or name begins like this.")).to_be_visible()
    search.fill("bea")
    page.get_by_role("link", name="Bea Moss").click()
    expect(page.locator(".preview-head")).to_contain_text("bea@example.com")
    expect(_frame(page).get_by_text("Hello Bea")).to_be_visible()
    page.get_by_role("link", name="Plain text").click()
    expect(_frame(page).locator("pre")).to_contain_text(
        "See the tulips: https://floral.test/tulips"
    )
    page.get_by_role("link", name="Phone").click()
    expect(page.locator("iframe.preview-phone")).to_be_visible()


def test_the_unsubscribe_page_holds_and_works(cast, live_server, page):
    campaign = _sent(cast.floral)
    with brand_scope(cast.floral):
        factories.consent(cast.rae)
    ticket = Ticket(cast.floral.pk, campaign.pk, cast.rae.pk)
    url = f"{live_server.url}/u/{sign_ticket(keyring(), Purpose.UNSUBSCRIBE, ticket)}"
    page_checks(page, url, pictures="unsubscribe")
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    assert violations(page) == []
    with brand_scope(cast.floral):
        assert cast.rae.consent_states.get().status == "withdrawn"
