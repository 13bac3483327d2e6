"""A grid of products, with the price and stock they have when the mail is sent."""

from typing import Annotated, Literal

from msgspec import Meta

from campaigns.blocks.base import BlockBase, Field, Line
from campaigns.rules.offers import Card, shown
from campaigns.rules.rendering import Page
from config.kit.money import format_money

MAX_CHOSEN = 24
_RULES = (
    ("best", "Best sellers of the last 90 days"),
    ("newest", "Newest"),
    ("chosen", "The ones chosen below"),
)
_COUNTS = tuple((str(n), str(n)) for n in (1, 2, 3, 4, 6, 9))


class Products(BlockBase, frozen=True, kw_only=True, tag="products"):
    label = "Products"
    icon = "shopping-bag"
    is_wide = True
    fields = (
        Field("rule", "Which products", "choice", choices=_RULES),
        Field("category", "Only of the category", "category", required=False),
        Field(
            "chosen",
            "Chosen products",
            "products",
            required=False,
            help="Sold-out ones are replaced by the next when the mail is sent.",
        ),
        Field("count", "How many", "choice", choices=_COUNTS),
        Field(
            "per_row",
            "In a row",
            "choice",
            choices=(("1", "1"), ("2", "2"), ("3", "3")),
            help="On a phone they stand under each other.",
        ),
        Field("prices", "Prices", "choice", choices=(("shown", "Shown"), ("hidden", "Not shown"))),
        Field("text", "Button", "line"),
    )

    rule: Literal["best", "newest", "chosen"] = "best"
    category: Annotated[str, Meta(max_length=120)] = ""
    # Public ids, in the order in which they are shown.
    chosen: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=MAX_CHOSEN)] = []
    count: Literal[1, 2, 3, 4, 6, 9] = 3
    per_row: Literal[1, 2, 3] = 3
    prices: Literal["shown", "hidden"] = "shown"
    text: Line = "Have a look"

    def mjml(self, page: Page) -> str:
        cards = self._cards(page)
        rows = [cards[at : at + self.per_row] for at in range(0, len(cards), self.per_row)]
        width = f"{100 / self.per_row:.0f}%"
        return "".join(
            '<mj-section padding="0 16px">'
            + "".join(
                f'<mj-column width="{width}" vertical-align="top">{self._card(card, page)}'
                "</mj-column>"
                for card in row
            )
            + "</mj-section>"
            for row in rows
        )

    def plain(self, page: Page) -> str:
        lines = []
        for card in self._cards(page):
            price = f", {_money(card.price_minor, page)}" if self._has_price(card) else ""
            lines.append(
                f"- {page.slots.plain_words(card.title)}{price}: {page.slots.link(card.target)}"
            )
        return "\n".join(lines)

    def _cards(self, page: Page) -> list[Card]:
        cards = page.offers.get(self.id, ())
        # All that may be shown have their numbers in the link table, whatever is in stock now.
        for card in cards:
            page.slots.link(card.target)
        return shown(cards, self.count)

    def _card(self, card: Card, page: Page) -> str:
        slots, link = page.slots, page.slots.address(card.target)
        parts = []
        if card.image:
            parts.append(
                f'<mj-image padding="8px" src="{slots.words_attribute(card.image)}"'
                f' alt="{slots.words_attribute(card.title)}" href="{link}"/>'
            )
        price = self._price(card, page) if self._has_price(card) else ""
        parts.append(
            '<mj-text padding="4px 8px" align="center" font-size="15px">'
            f'<p style="margin:0;font-weight:600">{slots.words(card.title)}</p>{price}</mj-text>'
            f'<mj-button padding="4px 8px 16px" inner-padding="9px 16px" font-size="14px"'
            f' href="{link}">{slots.html(self.text)}</mj-button>'
        )
        return "".join(parts)

    def _price(self, card: Card, page: Page) -> str:
        was = (
            f' <s style="color:{page.theme.muted}">{_money(card.was_minor, page)}</s>'
            if card.is_reduced
            else ""
        )
        return f'<p style="margin:2px 0 0">{_money(card.price_minor, page)}{was}</p>'

    def _has_price(self, card: Card) -> bool:
        return self.prices == "shown" and card.price_minor is not None


def _money(minor: int | None, page: Page) -> str:
    return "" if minor is None else format_money(minor, page.facts.formats.currency)
