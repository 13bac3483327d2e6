"""Undo and redo: each change of a mail can be taken back, and done again."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign
from campaigns.models.editor import ContentVersion
from campaigns.services import drafts, editing, history, translating
from config.kit.errors import Conflict


@pytest.fixture
def later(monkeypatch):
    """Move the clock on, by a minute before each change."""
    at = [datetime(2026, 11, 1, 9, tzinfo=UTC)]

    def tick(seconds: int = 60) -> None:
        at[0] += timedelta(seconds=seconds)

    for module in (history, editing):
        monkeypatch.setattr(module, "now", lambda: at[0])
    return tick


def _kinds(campaign: Campaign) -> list[str]:
    campaign.refresh_from_db()
    return [block["kind"] for block in campaign.blocks]


def test_changes_are_taken_back_one_by_one_and_done_again(floral: Brand, later) -> None:
    campaign = drafts.create_campaign(name="May", subject="One")
    editing.add_block(campaign, kind="heading")
    editing.change_words(campaign, subject="Two")
    editing.add_block(campaign, kind="divider")
    editing.undo(campaign)
    assert (_kinds(campaign), campaign.subject) == (["heading", "footer"], "Two")
    editing.undo(campaign)
    assert campaign.subject == "One"
    editing.undo(campaign)
    assert _kinds(campaign) == ["footer"]
    assert history.steps(campaign) == (False, True)
    for _ in range(3):
        editing.undo(campaign, back=False)
    assert (_kinds(campaign), campaign.subject) == (["heading", "divider", "footer"], "Two")
    assert history.steps(campaign) == (True, False)


def test_a_new_change_ends_what_could_be_done_again(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May")
    editing.add_block(campaign, kind="heading")
    editing.undo(campaign)
    editing.add_block(campaign, kind="spacer")
    with pytest.raises(Conflict, match="nothing to redo"):
        editing.undo(campaign, back=False)
    assert _kinds(campaign) == ["spacer", "footer"]


def test_the_letters_of_a_sentence_are_one_step(floral: Brand, later) -> None:
    campaign = drafts.create_campaign(name="May")
    for words in ("H", "He", "Hello"):
        later(2)
        editing.change_words(campaign, subject=words)
    later(60)
    editing.change_words(campaign, subject="Hello you")
    editing.undo(campaign)
    assert campaign.subject == "Hello"
    editing.undo(campaign)
    assert campaign.subject == ""


def test_translations_come_back_too(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May")
    translating.add_language(campaign, "de", main="en")
    editing.undo(campaign)
    campaign.refresh_from_db()
    assert campaign.translations == {}


def test_only_so_many_steps_are_kept(floral: Brand, monkeypatch) -> None:
    monkeypatch.setattr(history, "MOST_STEPS", 3)
    campaign = drafts.create_campaign(name="May")
    for _ in range(5):
        editing.add_block(campaign, kind="spacer")
    assert ContentVersion.objects.count() == 3


def test_a_change_that_changes_nothing_is_no_step(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May", subject="Hi")
    editing.change_words(campaign, subject="Hi")
    assert history.steps(campaign) == (False, False)


def test_a_launched_campaign_cannot_go_back(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May")
    editing.add_block(campaign, kind="heading")
    Campaign.objects.filter(pk=campaign.pk).update(state="sending")
    with pytest.raises(Conflict):
        editing.undo(campaign)
    assert _kinds(campaign) == ["heading", "footer"]
