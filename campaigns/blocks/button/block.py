"""A button: the one thing the mail asks for."""

from campaigns.blocks.base import ALIGNMENTS, Address, Align, BlockBase, Field, Line
from campaigns.rules.rendering import Page
from campaigns.rules.slots import check_target


class Button(BlockBase, frozen=True, kw_only=True, tag="button"):
    label = "Button"
    icon = "mouse-pointer-click"
    fields = (
        Field("text", "Label", "line"),
        Field("href", "Link", "address", help="Starts with https://", check=check_target),
        Field("align", "Alignment", "choice", choices=ALIGNMENTS),
    )

    text: Line
    href: Address
    align: Align = "left"

    def mjml(self, page: Page) -> str:
        address = page.slots.address(self.href)
        return (
            f'<mj-button align="{self.align}" href="{address}">'
            f"{page.slots.html(self.text)}</mj-button>"
        )

    def plain(self, page: Page) -> str:
        return f"{page.slots.text(self.text)}: {page.slots.link(self.href)}"
