"""What recipients choose, sending domains, a campaign that too many report: as people see them."""

import pytest
from playwright.sync_api import expect

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.domains import SendingDomain
from campaigns.models.messages import Delivery, Feedback
from campaigns.selectors.content import keyring
from campaigns.services.domains import add_domain
from config.kit.clock import now
from config.kit.tokens import Purpose, Ticket, sign_ticket
from customers.services.permissions import add_wording
from tests import factories
from tests.browser.conftest import page_checks
from tests.campaigns.mailing import customers, launched

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_recipient_chooses_topics_a_dial_and_a_pause(live_server, page, cast, look):
    with brand_scope(cast.floral):
        factories.consent(cast.rae)
        add_wording(purpose="surveys", version="1", text="May we ask you now and then?")
        campaign = Campaign.objects.create(name="May", state="done")
    ticket = Ticket(cast.floral.pk, campaign.pk, cast.rae.pk)
    token = sign_ticket(keyring(), Purpose.UNSUBSCRIBE, ticket)
    look(page, f"{live_server.url}/u/{token}", pictures="unsubscribe")
    page.get_by_role("link", name="Rather less often, or a pause?").click()
    page_checks(page, page.url, pictures="preferences")
    page.get_by_label("Questions and surveys").check()
    page.get_by_label("At most once a week").check()
    page.get_by_label("Pause until").fill("2001-01-01")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A pause ends on a day after today")).to_be_visible()
    page.get_by_label("Pause until").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It holds from now on.")).to_be_visible()
    expect(page.get_by_label("At most once a week")).to_be_checked()
    expect(page.get_by_label("Questions and surveys")).to_be_checked()


def test_sending_domains_hold_with_records_to_copy_and_verdicts(live_server, signed_in, cast, look):
    url = f"{live_server.url}/b/floral/settings/domains/"
    page = signed_in(cast.ana)
    look(page, url, pictures="domains-empty")
    with brand_scope(cast.floral):
        row = add_domain(domain="floral.example")
        found = {
            "spf": {"verdict": "ok", "words": "Our servers may send for this domain.", "found": ""},
            "dkim": {"verdict": "missing", "words": "There is no key here.", "found": ""},
            "dmarc": {"verdict": "weak", "words": "It watches only.", "found": ""},
        }
        SendingDomain.objects.filter(pk=row.pk).update(
            findings=found, checked_at=now(), state="failing"
        )
    page_checks(page, url, pictures="domains")
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_text("Looking at the records")).to_be_visible()


def test_a_campaign_that_too_many_report_says_so(live_server, signed_in, cast, look):
    with brand_scope(cast.floral):
        people = customers(1_000)
    campaign = launched(cast.floral)
    with brand_scope(cast.floral):
        Campaign.objects.update(state="paused")
        Delivery.objects.bulk_create(
            Delivery(campaign=campaign, customer=each, outcome="sent") for each in people
        )
        Feedback.objects.bulk_create(
            Feedback(campaign=campaign, customer=each, kind="complaint") for each in people[:4]
        )
        factories.order(people[0], source_id="1", on=cast.floral.today)
    page = signed_in(cast.ana)
    look(page, f"{live_server.url}/b/floral/campaigns/{campaign.pk}/", pictures="reported")
    expect(page.get_by_text("reported this campaign as spam")).to_be_visible()
    page.goto(f"{live_server.url}/b/floral/")
    expect(page.get_by_text("Many people report “Spring” as spam")).to_be_visible()
