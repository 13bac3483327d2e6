"""A mail in several languages: written text by text, and read by each in their own."""

import pytest

from accounts.models.brands import Brand
from campaigns.blocks.registry import BadBlocks
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.rules.program import Recipient
from campaigns.selectors.checks import check_content
from campaigns.selectors.content import (
    content_of,
    editions,
    frozen_content,
    program_of,
    recipients,
    targets_of,
)
from campaigns.selectors.preview import preview_of
from campaigns.services import drafts, translating
from campaigns.services.launch import launch_campaign
from config.kit.errors import Conflict, Invalid, NotFound
from customers.models.segments import Segment
from tests import factories
from tests.campaigns.rules.test_program import DATE, read

BLOCKS = [
    {"kind": "heading", "id": "h", "text": "Hello {{ first_name | default: 'you' }}"},
    {"kind": "text", "id": "t", "html": '<p><a href="https://shop.example/en">Shop</a></p>'},
    {"kind": "divider", "id": "d"},
    {"kind": "footer", "id": "f"},
]


def _draft(**fields) -> Campaign:
    values = {"name": "May", "subject": "Spring", "preheader": "News", "blocks": BLOCKS}
    return drafts.create_campaign(**{**values, **fields})


def _german(campaign: Campaign) -> Campaign:
    translating.add_language(campaign, "de", main="en")
    translating.translate_words(campaign, "de", subject="Frühling")
    html = '<p><a href="https://shop.example/de">Laden</a></p>'
    translating.translate_block(campaign, "de", block_id="t", values={"html": html})
    return campaign


def test_what_is_not_translated_is_read_in_the_main_language(floral: Brand) -> None:
    content = content_of(_german(_draft()), floral)
    german = Recipient(1, "a@example.com", {"first_name": "Ada"}, language="de-AT")
    seen = preview_of(content, german)
    assert seen.subject == "Frühling"
    assert seen.text.startswith(
        "Hello Ada\n====================\n\nLaden (https://shop.example/de)"
    )
    assert '<html lang="de"' in seen.html
    for language in ("", "en-GB", "fr"):
        english = preview_of(content, Recipient(1, "a@example.com", {}, language=language))
        assert english.subject == "Spring"
        assert "Shop (https://shop.example/en)" in english.text


def test_all_languages_share_one_link_table_and_each_copy_is_in_its_readers_language(
    floral: Brand,
) -> None:
    content = content_of(_german(_draft()), floral)
    targets = ["https://shop.example/en", "https://shop.example/de"]
    assert targets_of(content) == targets
    assert list(editions(content)) == ["en", "de"]
    mailing = program_of(content, brand_id=floral.pk, campaign_id=7)
    signers = mailing.main.signers
    for language, number, word in (("de", 2, "Laden"), ("en", 1, "Shop"), ("", 1, "Shop")):
        person = Recipient(5, "a@example.com", {"first_name": "A"}, language=language)
        message, text, _ = read(mailing.render(person, date=DATE))
        assert f"{word} (http" in text
        assert f"/c/{signers.click(5, number)}" in text
        assert str(message["Subject"]) == ("Frühling" if language == "de" else "Spring")


def test_recipients_carry_their_language(floral: Brand) -> None:
    person = factories.customer(email="ada@example.com", language="de-CH")
    assert recipients([person.pk])[0].language == "de-CH"


def test_a_launch_freezes_all_languages_and_their_links(floral: Brand) -> None:
    factories.consent(factories.customer(email="ada@example.com"))
    segment = Segment.objects.create(name="All", rule={"all": []})
    campaign = _german(_draft(segment=segment))
    launch_campaign(campaign=campaign)
    links = CampaignLink.objects.filter(campaign=campaign).order_by("number")
    assert [link.url for link in links] == ["https://shop.example/en", "https://shop.example/de"]
    assert frozen_content(campaign).translations["de"].subject == "Frühling"
    with pytest.raises(Conflict):
        translating.translate_words(campaign, "de", subject="Zu spät")
    campaign.refresh_from_db()
    assert campaign.translations["de"]["subject"] == "Frühling"


def test_the_checks_name_what_is_not_translated(floral: Brand) -> None:
    campaign = _german(_draft())
    texts = [problem.text for problem in check_content(content_of(campaign, floral)).problems]
    assert texts == [
        "German: block 1 (Heading), block 4 (Footer) are not translated; readers see English there."
    ]


def test_a_mistake_in_a_translation_stops_a_launch(floral: Brand) -> None:
    campaign = _german(_draft())
    translating.translate_words(campaign, "de", subject="{{ vorname }}")
    report = check_content(content_of(campaign, floral))
    assert not report.can_launch
    assert report.errors[0].place == "languages"
    assert 'German: Line 1, column 1: there is no personal field "vorname"' in report.errors[0].text


def test_words_equal_to_the_main_ones_are_not_kept(floral: Brand) -> None:
    campaign = _german(_draft())
    values = {"text": BLOCKS[0]["text"], "level": "3"}
    translating.translate_block(campaign, "de", block_id="h", values=values)
    campaign.refresh_from_db()
    assert campaign.translations["de"]["texts"]["h"] == {}
    assert campaign.blocks[0]["level"] == 1


@pytest.mark.parametrize("language", ["en", "xx", ""])
def test_only_other_known_languages_can_be_added(floral: Brand, language) -> None:
    campaign = _draft()
    with pytest.raises(Invalid):
        translating.add_language(campaign, language, main="en")
    campaign.refresh_from_db()
    assert campaign.translations == {}


def test_texts_that_do_not_fit_change_nothing(floral: Brand) -> None:
    campaign = _german(_draft())
    before = campaign.translations
    with pytest.raises(BadBlocks):
        translating.translate_block(campaign, "de", block_id="h", values={"text": "x" * 301})
    with pytest.raises(NotFound):
        translating.translate_words(campaign, "fr", subject="Printemps")
    campaign.refresh_from_db()
    assert campaign.translations == before


def test_a_language_goes_again(floral: Brand) -> None:
    campaign = _german(_draft())
    translating.remove_language(campaign, "de")
    campaign.refresh_from_db()
    assert campaign.translations == {}
