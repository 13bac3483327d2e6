"""What the reader bought last, line by line; left out for those who have bought nothing yet."""

from typing import Literal

from campaigns.blocks.base import BlockBase, Field, Line
from campaigns.rules.merge import Place
from campaigns.rules.rendering import Page

_PRICE = "{{ item.total | money }}"


class Order(BlockBase, frozen=True, kw_only=True, tag="order"):
    label = "Last order"
    icon = "receipt"
    fields = (
        Field("text", "Heading", "line"),
        Field(
            "prices",
            "Prices",
            "choice",
            choices=(("shown", "Shown"), ("hidden", "Not shown")),
            help="Shown in the brand's currency.",
        ),
    )

    text: Line = "Your last order"
    prices: Literal["shown", "hidden"] = "shown"

    def mjml(self, page: Page) -> str:
        line = f"border-bottom:1px solid {page.theme.background};padding:8px 0"
        price = f'<td align="right" style="{line}">{_PRICE}</td>' if self._has_prices else ""
        return page.slots.markup(
            "<mj-raw>{% if last_order %}</mj-raw>"
            '<mj-text font-size="18px" font-weight="700">'
            f"{page.slots.html(self.text)}</mj-text>"
            f'<mj-table padding="0 32px 8px" color="{page.theme.ink}" font-size="15px">'
            f'{{% for item in last_order %}}<tr><td style="{line}">{{{{ item.title }}}}'
            f" &#215; {{{{ item.quantity | number }}}}</td>{price}</tr>{{% endfor %}}</mj-table>"
            "<mj-raw>{% endif %}</mj-raw>"
        )

    def plain(self, page: Page) -> str:
        price = f": {_PRICE}" if self._has_prices else ""
        return page.slots.markup(
            f"{{% if last_order %}}{page.slots.text(self.text)}\n"
            "{% for item in last_order %}"
            f"- {{{{ item.title }}}} \N{MULTIPLICATION SIGN} {{{{ item.quantity | number }}}}"
            f"{price}\n{{% endfor %}}{{% endif %}}",
            Place.TEXT,
        )

    @property
    def _has_prices(self) -> bool:
        return self.prices == "shown"
