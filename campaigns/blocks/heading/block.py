"""A heading: one line in one of three sizes."""

from typing import Literal

from campaigns.blocks.base import ALIGNMENTS, Align, BlockBase, Field, Line
from campaigns.rules.rendering import Page

_SIZES = {1: "30px", 2: "23px", 3: "18px"}


class Heading(BlockBase, frozen=True, kw_only=True, tag="heading"):
    label = "Heading"
    icon = "heading"
    fields = (
        Field("text", "Heading", "line"),
        Field("level", "Size", "choice", choices=(("1", "Large"), ("2", "Medium"), ("3", "Small"))),
        Field("align", "Alignment", "choice", choices=ALIGNMENTS),
    )

    text: Line
    level: Literal[1, 2, 3] = 1
    align: Align = "left"

    def mjml(self, page: Page) -> str:
        tag = f"h{self.level}"
        return (
            f'<mj-text align="{self.align}" font-size="{_SIZES[self.level]}" font-weight="700" '
            f'line-height="1.25"><{tag} style="margin:0;font-size:inherit;font-weight:inherit">'
            f"{page.slots.html(self.text)}</{tag}></mj-text>"
        )

    def plain(self, page: Page) -> str:
        text = page.slots.text(self.text)
        return f"{text}\n{'=' * 20}" if self.level == 1 else text
