"""Room to breathe."""

from typing import Annotated

from msgspec import Meta

from campaigns.blocks.base import BlockBase, Field
from campaigns.rules.rendering import Page


class Spacer(BlockBase, frozen=True, kw_only=True, tag="spacer"):
    label = "Space"
    icon = "unfold-vertical"
    fields = (Field("height", "Height in pixels", "number", help="From 4 to 120."),)

    height: Annotated[int, Meta(ge=4, le=120)] = 24

    def mjml(self, page: Page) -> str:
        return f'<mj-spacer height="{self.height}px"/>'

    def plain(self, page: Page) -> str:
        return ""
