"""The footer: who writes, why you get this, and how to stop it. Every mail has exactly one."""

import html

from campaigns.blocks.base import BlockBase, Field, Line
from campaigns.rules.rendering import Page


class Footer(BlockBase, frozen=True, kw_only=True, tag="footer"):
    label = "Footer"
    icon = "panel-bottom"
    zone = "footer"
    fields = (
        Field("reason", "Why people get this", "line"),
        Field("unsubscribe", "Label of the unsubscribe link", "line"),
    )

    reason: Line = (
        "You get this e-mail because you are a customer of ours and agreed to hear from us."
    )
    unsubscribe: Line = "Unsubscribe"

    def mjml(self, page: Page) -> str:
        facts = page.facts
        address = html.escape(facts.postal_address.strip()).replace("\n", "<br/>")
        return (
            f'<mj-text align="center" font-size="13px" color="{page.theme.muted}">'
            f"<p>{page.slots.html(self.reason)}</p>"
            f"<p>{html.escape(facts.brand_name)}<br/>{address}</p>"
            f'<p><a href="{page.slots.unsubscribe()}" style="color:{page.theme.muted}">'
            f"{page.slots.html(self.unsubscribe)}</a></p></mj-text>"
        )

    def plain(self, page: Page) -> str:
        facts = page.facts
        return (
            f"-- \n{page.slots.text(self.reason)}\n\n{facts.brand_name}\n"
            f"{facts.postal_address.strip()}\n\n"
            f"{page.slots.text(self.unsubscribe)}: {page.slots.unsubscribe()}"
        )
