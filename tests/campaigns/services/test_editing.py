"""Blocks are edited one at a time, on top of whatever another window has done."""

import pytest

from accounts.models.brands import Brand
from campaigns.blocks.registry import BadBlocks
from campaigns.models.campaigns import Campaign
from campaigns.rules.arranging import UnknownBlock
from campaigns.services import drafts, editing
from config.kit.errors import Conflict


def _kinds(campaign: Campaign) -> list[str]:
    campaign.refresh_from_db()
    return [block["kind"] for block in campaign.blocks]


def test_a_new_block_is_ready_to_be_sent_as_it_is(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May")
    for kind in ("heading", "text", "image", "button", "divider", "spacer"):
        editing.add_block(campaign, kind=kind)
    assert _kinds(campaign) == [
        *("heading", "text", "image", "button", "divider", "spacer", "footer")
    ]
    assert len({block["id"] for block in campaign.blocks}) == 7


def test_two_windows_add_to_the_same_mail(floral: Brand) -> None:
    mine = drafts.create_campaign(name="May")
    theirs = Campaign.objects.get(pk=mine.pk)
    editing.add_block(mine, kind="heading")
    editing.add_block(theirs, kind="button")
    assert _kinds(mine) == ["heading", "button", "footer"]


def test_changing_a_block_cleans_its_html(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May")
    block_id = editing.add_block(campaign, kind="text")
    html = "<p onclick=x()>Hi <script>alert(1)</script><strong>you</strong></p>"
    editing.change_block(campaign, block_id=block_id, values={"html": html, "align": "center"})
    campaign.refresh_from_db()
    assert campaign.blocks[0] == {
        "kind": "text",
        "id": block_id,
        "html": "<p>Hi <strong>you</strong></p>",
        "align": "center",
    }


def test_a_field_that_does_not_fit_changes_nothing(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May")
    block_id = editing.add_block(campaign, kind="heading")
    before = campaign.blocks
    with pytest.raises(BadBlocks):
        editing.change_block(campaign, block_id=block_id, values={"text": "", "level": 1})
    campaign.refresh_from_db()
    assert campaign.blocks == before


def test_blocks_move_and_go(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May")
    heading = editing.add_block(campaign, kind="heading")
    editing.add_block(campaign, kind="button")
    editing.move_block(campaign, block_id=heading, to=1)
    assert _kinds(campaign) == ["button", "heading", "footer"]
    editing.remove_block(campaign, block_id=heading)
    assert _kinds(campaign) == ["button", "footer"]
    with pytest.raises(UnknownBlock):
        editing.remove_block(campaign, block_id=heading)


def test_a_launched_campaign_refuses_new_blocks(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May")
    Campaign.objects.update(state=Campaign.State.SENDING)
    with pytest.raises(Conflict):
        editing.add_block(campaign, kind="heading")
    assert _kinds(campaign) == ["footer"]


@pytest.mark.parametrize(
    "block",
    [
        {"kind": "heading", "text": "a\0b"},
        {"kind": "button", "text": "Go", "href": "https://shop.example/\r\nSet-Cookie: a=1"},
        {"kind": "text", "html": "<p>\x07</p>"},
    ],
)
def test_control_characters_are_refused_in_every_text_of_a_block(
    floral: Brand, block: dict[str, str]
) -> None:
    with pytest.raises(BadBlocks):
        drafts.create_campaign(name="May", blocks=[block])
    assert not Campaign.objects.exists()
