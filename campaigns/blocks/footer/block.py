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
        Field("preferences", "Label of the link to what they get, and how often", "line"),
    )

    reason: Line = (
        "You get this e-mail because you are a customer of ours and agreed to hear from us."
    )
    unsubscribe: Line = "Unsubscribe"
    preferences: Line = "What we send you"

    def mjml(self, page: Page) -> str:
        sender = html.escape(_sender(page)).replace("\n", "<br/>")
        return (
            f'<mj-text align="center" font-size="13px" color="{page.theme.muted}">'
            f"<p>{page.slots.html(self.reason)}</p>"
            f"<p>{sender}</p>{self._ways_out(page)}</mj-text>"
        )

    def plain(self, page: Page) -> str:
        start = f"-- \n{page.slots.text(self.reason)}\n\n{_sender(page)}"
        if page.facts.is_transactional:
            return start
        return (
            f"{start}\n\n"
            f"{page.slots.text(self.unsubscribe)}: {page.slots.unsubscribe()}\n"
            f"{page.slots.text(self.preferences)}: {page.slots.preferences()}"
        )

    def _ways_out(self, page: Page) -> str:
        if page.facts.is_transactional:
            return ""
        return (
            f'<p><a href="{page.slots.unsubscribe()}" style="color:{page.theme.muted}">'
            f"{page.slots.html(self.unsubscribe)}</a> · "
            f'<a href="{page.slots.preferences()}" style="color:{page.theme.muted}">'
            f"{page.slots.html(self.preferences)}</a></p>"
        )


def _sender(page: Page) -> str:
    """Name and postal address; many addresses begin with the name already."""
    name, address = page.facts.brand_name, page.facts.postal_address.strip()
    return address if address.startswith(name) else f"{name}\n{address}"
