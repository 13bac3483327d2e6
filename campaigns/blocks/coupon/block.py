"""A code of the reader's own, set apart so that nobody overlooks it."""

from campaigns.blocks.base import BlockBase, Field, Line, OptionalLine
from campaigns.rules.rendering import Page


class Coupon(BlockBase, frozen=True, kw_only=True, tag="coupon"):
    label = "Reward code"
    icon = "ticket"
    fields = (
        Field("text", "Above the code", "line"),
        Field("code", "Code", "line", help="{{ coupon }} is a code of the reader's own."),
        Field("note", "Below the code", "line", required=False, help="Until when, and for what."),
    )

    text: Line = "Your code"
    # Written out, so that a campaign without a batch of codes is told that it needs one.
    code: Line = "{{ coupon }}"
    note: OptionalLine = ""

    def mjml(self, page: Page) -> str:
        theme, slots = page.theme, page.slots
        note = f'<p style="margin:0;font-size:13px">{slots.html(self.note)}</p>'
        return (
            f'<mj-text align="center"><div style="border:2px dashed {theme.accent};'
            'border-radius:8px;padding:16px">'
            f'<p style="margin:0;color:{theme.muted}">{slots.html(self.text)}</p>'
            '<p style="margin:4px 0;font-family:monospace;font-size:24px;font-weight:700">'
            f"{slots.html(self.code)}</p>{note if self.note else ''}</div></mj-text>"
        )

    def plain(self, page: Page) -> str:
        note = f"\n{page.slots.text(self.note)}" if self.note else ""
        return f"{page.slots.text(self.text)}: {page.slots.text(self.code)}{note}"
