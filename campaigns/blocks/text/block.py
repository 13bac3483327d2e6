"""Running text: paragraphs, emphasis, lists and links."""

from typing import Annotated

from msgspec import Meta

from campaigns.blocks.base import ALIGNMENTS, Align, BlockBase, Field
from campaigns.rules.rendering import Page
from campaigns.rules.richtext import MAX_RICH, clean_rich, links_of, plain_of
from campaigns.rules.slots import check_target


def check_links(html: str) -> None:
    """Raises MergeError at the first link that no mail may hold."""
    for target in links_of(html):
        check_target(target.strip())


class Text(BlockBase, frozen=True, kw_only=True, tag="text"):
    label = "Text"
    icon = "type"
    fields = (
        Field(
            "html",
            "Text",
            "rich",
            help='Write {{ first_name | default: "there" }} where the name should stand.',
            check=check_links,
        ),
        Field("align", "Alignment", "choice", choices=ALIGNMENTS),
    )

    html: Annotated[str, Meta(min_length=1, max_length=MAX_RICH)]
    align: Align = "left"

    def mjml(self, page: Page) -> str:
        # Cleaned when stored, and again here: a stored row is not proof (trust rule 19).
        return f'<mj-text align="{self.align}">{page.rich(clean_rich(self.html))}</mj-text>'

    def plain(self, page: Page) -> str:
        marked = page.slots.rich(clean_rich(self.html))
        return plain_of(page.slots.in_plain_text(marked))
