"""A draft changes until it is launched, and not a moment longer."""

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from campaigns.models.campaigns import Campaign
from campaigns.rules.merge import UnsafeValue
from campaigns.services import drafts
from config.kit.errors import Conflict, Invalid


def test_a_new_campaign_is_a_draft_with_a_footer(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="  May  ")
    campaign.refresh_from_db()
    assert (campaign.name, campaign.state, campaign.planned) == ("May", "draft", 0)
    assert [block["kind"] for block in campaign.blocks] == ["footer"]


def test_a_campaign_needs_a_name(floral: Brand) -> None:
    with pytest.raises(Invalid) as refusal:
        drafts.create_campaign(name="   ")
    assert refusal.value.fields == {"name": "Give it a name."}
    assert not Campaign.objects.exists()


def test_a_subject_with_a_line_break_is_refused(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May", subject="Hello")
    with pytest.raises(UnsafeValue):
        drafts.update_campaign(campaign, subject="Hello\r\nBcc: all@example.com")
    campaign.refresh_from_db()
    assert campaign.subject == "Hello"


def test_only_what_is_given_changes(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May", subject="Hello", preheader="There")
    drafts.update_campaign(campaign, subject="Good morning")
    campaign.refresh_from_db()
    assert (campaign.name, campaign.subject, campaign.preheader) == (
        "May",
        "Good morning",
        "There",
    )


def test_a_subject_that_is_too_long_says_how_long_it_may_be(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May")
    with pytest.raises(Invalid, match="At most 200 characters"):
        drafts.update_campaign(campaign, subject="x" * 201)


def test_a_launched_campaign_can_neither_change_nor_go(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May", subject="Hello")
    Campaign.objects.update(state=Campaign.State.SENDING)
    with pytest.raises(Conflict):
        drafts.update_campaign(campaign, subject="Too late")
    with pytest.raises(Conflict):
        drafts.delete_campaign(campaign)
    campaign.refresh_from_db()
    assert campaign.subject == "Hello"
    assert not DomainEvent.objects.exists()


def test_a_draft_can_be_thrown_away(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May")
    drafts.delete_campaign(campaign)
    assert not Campaign.objects.exists()
    assert DomainEvent.objects.get().type == "campaign.deleted"
