"""A picture, with the words for those who cannot see it."""

from typing import Annotated

from msgspec import Meta

from campaigns.blocks.base import Address, BlockBase, Field, Line
from campaigns.rules.rendering import Page, Unsendable
from campaigns.rules.slots import check_target

MAX_WIDTH = 536


def check_picture(address: str) -> None:
    """Raises Unsendable unless every recipient's mail program can load this one picture."""
    if not address.startswith(("https://", "http://")) or "{{" in address:
        raise Unsendable("An image address should be a full one that starts with https://.")


class Image(BlockBase, frozen=True, kw_only=True, tag="image"):
    label = "Image"
    icon = "image"
    fields = (
        Field("src", "Image address", "picture", help="Starts with https://", check=check_picture),
        Field("alt", "Description", "line", help="Read out, and shown when images are blocked."),
        Field("href", "Link", "address", required=False, check=check_target),
        Field("width", "Width in pixels", "number", help=f"At most {MAX_WIDTH}."),
    )

    src: Address
    alt: Line
    href: Address = ""
    width: Annotated[int, Meta(ge=16, le=MAX_WIDTH)] = MAX_WIDTH

    def mjml(self, page: Page) -> str:
        check_picture(self.src)
        src, alt = page.slots.attribute(self.src), page.slots.attribute(self.alt)
        link = f' href="{page.slots.address(self.href)}"' if self.href else ""
        return f'<mj-image src="{src}" alt="{alt}" width="{self.width}px"{link}/>'

    def plain(self, page: Page) -> str:
        alt = page.slots.text(self.alt)
        return f"[{alt}] {page.slots.link(self.href)}" if self.href else f"[{alt}]"
