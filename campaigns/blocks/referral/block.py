"""The brand's referral programme: what both sides get, and the way to the reader's own link. Left
out for those who are shown no offer."""

from typing import Literal

from campaigns.blocks.base import BlockBase, Field, Line, OptionalLine
from campaigns.rules.merge import Place
from campaigns.rules.rendering import Page

LINK = "{{ referral.link }}"


class Referral(BlockBase, frozen=True, kw_only=True, tag="referral"):
    label = "Bring a friend"
    icon = "users"
    fields = (
        Field(
            "text",
            "Heading",
            "line",
            help="{{ referral.headline }} is what your referral programme says.",
        ),
        Field("intro", "Below it", "line", required=False),
        Field("button", "Label of the button", "line"),
        Field(
            "qr",
            "QR code",
            "choice",
            choices=(("shown", "Shown"), ("hidden", "Not shown")),
            help="Of their own link, for those who share already.",
        ),
    )

    text: Line = "{{ referral.headline }}"
    intro: OptionalLine = "{{ referral.intro }}"
    button: Line = "Share with a friend"
    qr: Literal["shown", "hidden"] = "shown"

    def mjml(self, page: Page) -> str:
        slots = page.slots
        intro = f'<mj-text align="center">{slots.html(self.intro)}</mj-text>' if self.intro else ""
        return slots.markup(
            "<mj-raw>{% if referral.headline %}</mj-raw>"
            '<mj-text align="center" font-size="22px" font-weight="700">'
            f"{slots.html(self.text)}</mj-text>{intro}"
            f'<mj-button align="center" href="{slots.address(LINK)}">'
            f"{slots.html(self.button)}</mj-button>{self._picture(page)}"
            "<mj-raw>{% endif %}</mj-raw>"
        )

    def plain(self, page: Page) -> str:
        slots = page.slots
        intro = f"\n{slots.text(self.intro)}" if self.intro else ""
        return slots.markup(
            f"{{% if referral.headline %}}{slots.text(self.text)}{intro}\n"
            f"{slots.text(self.button)}: {slots.link(LINK)}{{% endif %}}",
            Place.TEXT,
        )

    def _picture(self, page: Page) -> str:
        if self.qr == "hidden":
            return ""
        return (
            "<mj-raw>{% if referral.qr %}</mj-raw>"
            f'<mj-image src="{page.slots.attribute("{{ referral.qr }}")}" width="160px" '
            'alt="A friend can scan this code with their phone" />'
            "<mj-raw>{% endif %}</mj-raw>"
        )
