"""What a partner of the brand offers the reader, or the question whether they want such offers.
Left out for those who may see none, or have answered."""

from typing import Literal

from campaigns.blocks.base import BlockBase, Field, Line, OptionalLine
from campaigns.rules.merge import Place
from campaigns.rules.rendering import Page

LINK = "{{ partner_offer.link }}"
_ASKED = "Would you like offers from businesses we choose, sent by us?"


class PartnerOffer(BlockBase, frozen=True, kw_only=True, tag="partner_offer"):
    label = "Partner offer"
    icon = "handshake"
    fields = (
        Field(
            "show",
            "What it shows",
            "choice",
            choices=(("offer", "The best offer of a partner"), ("question", "Ask for their yes")),
            help="Offers: to those who said yes. The question: to those who never answered.",
        ),
        Field("text", "Heading", "line"),
        Field("intro", "Below it", "line", required=False),
        Field("button", "Label of the button", "line"),
    )

    show: Literal["offer", "question"] = "offer"
    text: Line = "{{ partner_offer.headline }}"
    intro: OptionalLine = "{{ partner_offer.text }}"
    button: Line = "See the offer"

    @property
    def _shown_if(self) -> str:
        return "partner_offer.headline" if self.show == "offer" else "partner_offer.asks"

    def mjml(self, page: Page) -> str:
        slots = page.slots
        heading, intro = self._words()
        below = f'<mj-text align="center">{slots.html(intro)}</mj-text>' if intro else ""
        return slots.markup(
            f"<mj-raw>{{% if {self._shown_if} %}}</mj-raw>"
            '<mj-text align="center" font-size="22px" font-weight="700">'
            f"{slots.html(heading)}</mj-text>{below}"
            f'<mj-button align="center" href="{slots.address(LINK)}">'
            f"{slots.html(self.button)}</mj-button>"
            "<mj-raw>{% endif %}</mj-raw>"
        )

    def plain(self, page: Page) -> str:
        slots = page.slots
        heading, intro = self._words()
        below = f"\n{slots.text(intro)}" if intro else ""
        return slots.markup(
            f"{{% if {self._shown_if} %}}{slots.text(heading)}{below}\n"
            f"{slots.text(self.button)}: {slots.link(LINK)}{{% endif %}}",
            Place.TEXT,
        )

    def _words(self) -> tuple[str, str]:
        """A question needs words of its own: those of an offer say nothing to whoever is asked."""
        if self.show == "offer":
            return self.text, self.intro
        text = _ASKED if "partner_offer." in self.text else self.text
        return text, "" if "partner_offer." in self.intro else self.intro
