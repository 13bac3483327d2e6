"""The mail editor by hand: languages, undo, kept blocks, pictures, products."""

import io

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.editor import MailImage, SavedBlock
from campaigns.services import drafts, editing, translating
from customers.models.products import Product
from tests.browser.conftest import page_checks, violations

pytestmark = pytest.mark.django_db(transaction=True)

BLOCKS = [
    {"kind": "heading", "id": "h1", "text": "Tulips are in"},
    {"kind": "image", "id": "i1", "src": "https://img.test/a.png", "alt": "Describe the picture"},
    {"kind": "products", "id": "p1", "rule": "newest", "count": 2},
    {"kind": "columns", "id": "c1", "left_html": "<p>Left</p>", "right_html": "<p>Right</p>"},
    {"kind": "order", "id": "o1"},
    {"kind": "footer", "id": "f1"},
]


@pytest.fixture
def campaign(cast):
    with brand_scope(cast.floral):
        for name in ("Rose", "Lily"):
            Product.objects.create(
                source="shop",
                source_id=name,
                title=name,
                url=f"https://floral.test/{name}",
                price_minor=1250,
            )
        draft = drafts.create_campaign(name="Tulip week", subject="Tulips", blocks=BLOCKS)
        translating.add_language(draft, "de", main="en")
        return draft


def _url(live_server, campaign, query=""):
    return live_server.url + reverse("campaign_edit", args=["floral", campaign.pk]) + query


def test_the_editor_of_a_translation_holds(cast, campaign, live_server, signed_in, look):
    with brand_scope(cast.floral):
        editing.remove_block(campaign, block_id="i1")  # nothing is fetched from elsewhere
    page = signed_in(cast.ben)
    look(page, _url(live_server, campaign, "?lang=de"), pictures="campaign-german")


def test_a_translation_is_written_and_seen_beside(cast, campaign, live_server, signed_in):
    page = signed_in(cast.ben)
    page.goto(_url(live_server, campaign, "?lang=de"))
    page.get_by_label("Subject", exact=True).fill("Tulpen")
    expect(page.locator("#save-state")).to_have_text("Saved")
    expect(page.locator(".preview-head")).to_contain_text("Tulpen")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_label("Subject", exact=True)).to_have_value("Tulips")
    with brand_scope(cast.floral):
        campaign.refresh_from_db()
    assert campaign.subject == "Tulips"
    assert campaign.translations["de"]["subject"] == "Tulpen"


def test_a_removed_block_comes_back(cast, campaign, live_server, signed_in):
    page = signed_in(cast.ben)
    page.goto(_url(live_server, campaign))
    page.get_by_role("button", name="Remove heading").click()
    expect(page.locator("#blocks > .block")).to_have_count(5)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#blocks > .block")).to_have_count(6)
    page.wait_for_load_state()  # the page was drawn anew, and its keys are not listened to before
    page.locator("h1").click()
    page.keyboard.press("Control+Y")
    expect(page.locator("#blocks > .block")).to_have_count(5)
    with brand_scope(cast.floral):
        assert len(Campaign.objects.get().blocks) == 5


def test_a_block_is_kept_and_put_in_again(cast, campaign, live_server, signed_in):
    page = signed_in(cast.ben)
    page.goto(_url(live_server, campaign))
    page.get_by_role("button", name="Keep heading").click()
    page.get_by_role("button", name="Heading: Tulips are in", exact=True).click()
    expect(page.locator("#blocks > .block")).to_have_count(7)
    assert violations(page) == []
    page.get_by_role("button", name="out of the kept blocks").click()
    expect(page.locator(".kept-block")).to_have_count(0)
    with brand_scope(cast.floral):
        assert not SavedBlock.objects.exists()


def test_a_picture_is_uploaded_and_chosen(cast, campaign, live_server, signed_in, tmp_path):
    rose = io.BytesIO()
    Image.new("RGB", (600, 400), "#aa3355").save(rose, "PNG")
    page = signed_in(cast.ben)
    page.goto(_url(live_server, campaign))
    page.locator("#details-i1 summary").click()
    page.locator("#details-i1").get_by_role("button", name="Choose or upload").click()
    dialog = page.locator("#choose-picture")
    file = {"name": "rose.png", "mimeType": "image/png", "buffer": rose.getvalue()}
    dialog.get_by_label("Picture").set_input_files(file)  # type: ignore[arg-type]
    dialog.get_by_label("Description").fill("A red square")
    dialog.get_by_role("button", name="Upload").click()
    picture = dialog.get_by_role("button", name="A red square")
    expect(picture).to_be_visible()
    assert violations(page) == []
    picture.click()
    expect(page.locator("#save-state")).to_have_text("Saved")
    with brand_scope(cast.floral):
        image = MailImage.objects.get()
        campaign.refresh_from_db()
    assert campaign.blocks[1]["src"].endswith(f"/i/{image.name}")
    assert campaign.blocks[1]["alt"] == "A red square"


def test_the_look_of_mails_is_set_and_seen(cast, campaign, live_server, signed_in):
    page = signed_in(cast.ana)
    url = live_server.url + reverse("mail_look", args=["floral"])
    page_checks(page, url, pictures="mail-look")
    page.get_by_label("Letters").select_option("book")
    page.get_by_label("Around the card").fill("#ffffff")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Letters")).to_have_value("book")
    heading = page.frame_locator("iframe.preview").get_by_role("heading")
    expect(heading).to_have_css("font-family", 'Georgia, "Times New Roman", Times, serif')
