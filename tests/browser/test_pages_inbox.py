"""The inbox pages of the demo, in every width and theme."""

from datetime import UTC, datetime

import pytest

from campaigns.channels.email.inbox import Inbox
from campaigns.rules.program import Recipient, mail_date
from campaigns.selectors.content import Content, program_of
from tests.browser.conftest import page_checks

CONTENT = Content(
    subject="{{ first_name | default: 'Hello' }}, a spring hello 🌷",
    preheader="Ten stems, one good reason",
    blocks=[
        {"kind": "heading", "text": "Spring is early this year"},
        {
            "kind": "text",
            "html": "<p>Dear {{ first_name }},</p><p>The first <b>tulips</b> are in.</p>",
        },
        {"kind": "button", "text": "See what is fresh", "href": "https://shop.example/spring"},
        {"kind": "divider"},
        {"kind": "text", "html": "<p>Thank you for your order.</p><ul><li>Cut the stems</li></ul>"},
        {"kind": "footer"},
    ],
    accent="#3b5bdb",
    brand_name="Floral",
    postal_address="Floral, 1 High Street, London N1 1AA",
    language="en",
    currency="GBP",
    sender_name="Floral",
    sender_email="hello@floral.example",
    reply_to="",
    list_id="floral.floral.example",
)


@pytest.fixture
def inbox(settings, tmp_path, live_server):
    settings.RAPPORT_HOME = tmp_path
    settings.BASE_URL = live_server.url
    kept = Inbox(tmp_path / "inbox")
    program = program_of(CONTENT, brand_id=1, campaign_id=1)
    date = mail_date(datetime(2026, 2, 14, tzinfo=UTC))
    for number in range(1, 53):
        person = Recipient(number, f"rae.winter{number}@example.com", {"first_name": "Rae"})
        mail = program.render(person, date=date)
        kept.add(sender="hello@floral.example", recipients=[mail.address], content=mail.content)
    return kept


def test_the_list_and_its_second_page_hold(page, live_server, inbox):
    page_checks(page, f"{live_server.url}/inbox/", pictures="inbox-list")
    page.get_by_role("link", name="Next").click()
    page.get_by_text("rae.winter2@example.com").wait_for()


def test_an_empty_list_holds(page, live_server, settings, tmp_path, look):
    settings.RAPPORT_HOME = tmp_path
    look(page, f"{live_server.url}/inbox/", pictures="inbox-empty")


def test_a_mail_holds_and_its_links_lead_out_of_the_frame(page, live_server, inbox, look):
    look(page, f"{live_server.url}/inbox/52/", pictures="inbox-mail")
    frame = page.frame_locator("iframe")
    frame.get_by_text("Dear Rae").wait_for()
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="See what is fresh").click()
    assert opened.value.url.startswith(f"{live_server.url}/c/")
    page.get_by_role("link", name="Source").click()
    page.get_by_text("List-Unsubscribe-Post: List-Unsubscribe=One-Click").wait_for()
