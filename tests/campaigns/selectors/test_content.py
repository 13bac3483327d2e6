"""The one value that says what a mail says: complete, and the same when read back."""

import pytest

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign
from campaigns.selectors import content
from campaigns.services import drafts
from customers.models.customers import CustomerFacts
from tests import factories

BLOCKS = [{"kind": "text", "html": "<p>Hello</p>"}, {"kind": "footer"}]


def _draft() -> Campaign:
    return drafts.create_campaign(name="May", subject="Hi", blocks=BLOCKS)


def test_frozen_content_reads_back_as_it_was_written(floral: Brand) -> None:
    campaign = _draft()
    written = content.content_of(campaign, floral)
    Campaign.objects.filter(pk=campaign.pk).update(frozen=written.stored())
    campaign.refresh_from_db()
    assert content.frozen_content(campaign) == written


def test_a_mail_fetches_nothing_from_elsewhere_by_itself(floral: Brand) -> None:
    html = content.rendered(content.content_of(_draft(), floral)).html
    assert "fonts.googleapis" not in html
    assert "@import" not in html


def test_recipients_carry_values_as_text_in_the_order_of_the_tags(floral: Brand) -> None:
    person = factories.customer(email="ada@example.com", first_name="Ada", city="Leeds")
    CustomerFacts.objects.filter(customer=person).update(
        orders_count=2, net_minor=1999, last_order_on="2026-05-01"
    )
    bare = factories.customer()
    first, second = content.recipients([bare.pk, person.pk])
    assert first.address == "ada@example.com"
    assert first.values == {
        "first_name": "Ada",
        "last_name": "",
        "name": "Ada",
        "email": "ada@example.com",
        "city": "Leeds",
        "country": "",
        "orders_count": "2",
        "total_spent": "1999",
        "first_order_on": "",
        "last_order_on": "2026-05-01",
        "coupon": "YOUR-CODE",
    }
    assert second.values["orders_count"] == "0"


@pytest.mark.parametrize(
    ("colour", "ink"), [("#ffffff", "#000000"), ("#0a5c36", "#ffffff"), ("green", "#ffffff")]
)
def test_the_ink_on_a_button_is_the_one_that_contrasts_more(colour: str, ink: str) -> None:
    assert content.ink_on(colour) == ink
