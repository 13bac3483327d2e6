"""How a brand's mails look: readable, frozen with what was launched, the same in all drafts."""

import msgspec
import pytest

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign
from campaigns.selectors.content import Content, Look, content_of, frozen_content
from campaigns.selectors.preview import preview_of
from campaigns.services import drafts
from campaigns.services.look import set_look
from config.kit.errors import DomainError

LOGO = "https://floral.test/logo.png"


def _html(brand: Brand) -> str:
    words = {"kind": "heading", "text": "Hello"}
    campaign = drafts.create_campaign(
        name="May",
        subject="Hi",
        blocks=[
            words,
            {"kind": "button", "text": "Go", "href": "https://floral.test/"},
            {"kind": "footer"},
        ],
    )
    return preview_of(content_of(campaign, brand)).html


def test_a_look_shows_in_every_draft(floral: Brand) -> None:
    assert "Segoe UI" in _html(floral)
    look = Look(logo=LOGO, font="book", corners="square", ink="#101010", background="#ffffff")
    set_look(brand=floral, look=look)
    floral.refresh_from_db()
    html = _html(floral)
    assert "Georgia" in html
    assert "Segoe UI" not in html
    assert "#101010" in html
    assert f'src="{LOGO}"' in html
    assert 'alt="Floral"' in html


def test_the_colour_of_the_brand_stays(floral: Brand) -> None:
    floral.theme = {"colour": "#aa0033"}
    floral.save()
    set_look(brand=floral, look=Look(font="round"))
    floral.refresh_from_db()
    assert floral.theme["colour"] == "#aa0033"


@pytest.mark.parametrize(
    "look",
    [
        Look(ink="#eeeeee"),
        Look(background="#222222"),
        Look(surface="#006040"),
        Look(ink="black"),
        Look(font="comic"),
        Look(corners="oval"),
        Look(logo="/logo.png"),
        Look(logo="https://floral.test/{{ city }}.png"),
    ],
)
def test_a_look_nobody_can_read_or_show_is_refused(floral: Brand, look: Look) -> None:
    with pytest.raises(DomainError):
        set_look(brand=floral, look=look)
    floral.refresh_from_db()
    assert "mail" not in floral.theme


def test_light_text_on_dark_is_a_look_too(floral: Brand) -> None:
    floral.theme = {"colour": "#7fd1ae"}
    look = Look(ink="#f0f0f0", surface="#1a1a1a", background="#000000")
    set_look(brand=floral, look=look)
    floral.refresh_from_db()
    assert "#6a6f76" not in _html(floral)  # the footer's grey could not be read there


def test_what_was_launched_before_there_was_a_look_reads_back(floral: Brand) -> None:
    campaign = drafts.create_campaign(name="May", subject="Hi")
    content = content_of(campaign, floral)
    old = {name: value for name, value in content.stored().items() if name != "look"}
    Campaign.objects.filter(pk=campaign.pk).update(frozen=old)
    campaign.refresh_from_db()
    assert frozen_content(campaign) == content
    assert isinstance(msgspec.convert(old, Content).look, Look)
