"""A thin line between two thoughts."""

from campaigns.blocks.base import BlockBase
from campaigns.rules.rendering import Page


class Divider(BlockBase, frozen=True, kw_only=True, tag="divider"):
    label = "Divider"
    icon = "minus"
    fields = ()

    def mjml(self, page: Page) -> str:
        return (
            f'<mj-divider border-width="1px" border-color="{page.theme.background}"'
            ' padding="16px 32px"/>'
        )

    def plain(self, page: Page) -> str:
        return "-" * 20
