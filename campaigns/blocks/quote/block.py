"""Somebody's own words: a customer's praise, set apart from the rest."""

from campaigns.blocks.base import BlockBase, Field, Line, OptionalLine
from campaigns.rules.rendering import Page


class Quote(BlockBase, frozen=True, kw_only=True, tag="quote"):
    label = "Quote"
    icon = "quote"
    fields = (
        Field("text", "Words", "line", help="As they were said, without quotation marks."),
        Field("author", "Who said so", "line", required=False),
    )

    text: Line
    author: OptionalLine = ""

    def mjml(self, page: Page) -> str:
        theme, slots = page.theme, page.slots
        author = (
            f'<p style="margin:8px 0 0;color:{theme.muted};font-size:14px">'
            f"{slots.html(self.author)}</p>"
            if self.author
            else ""
        )
        return (
            f'<mj-text padding="8px 32px"><div style="border-left:4px solid {theme.accent};'
            'padding:4px 0 4px 16px"><p style="margin:0;font-size:18px;font-style:italic">'
            f"\N{LEFT DOUBLE QUOTATION MARK}{slots.html(self.text)}"
            f"\N{RIGHT DOUBLE QUOTATION MARK}</p>{author}</div></mj-text>"
        )

    def plain(self, page: Page) -> str:
        author = f"\n({page.slots.text(self.author)})" if self.author else ""
        return f'"{page.slots.text(self.text)}"{author}'
