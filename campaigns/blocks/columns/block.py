"""Two columns side by side, which stand under each other on a phone."""

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from campaigns.blocks.base import Address, BlockBase, Field, OptionalLine
from campaigns.blocks.image.block import check_picture
from campaigns.blocks.text.block import check_links
from campaigns.rules.rendering import Page, Unsendable
from campaigns.rules.richtext import MAX_RICH, clean_rich, plain_of
from campaigns.rules.slots import check_target

_RATIOS = {"1:1": ("50%", "50%"), "1:2": ("34%", "66%"), "2:1": ("66%", "34%")}
Rich = Annotated[str, Meta(max_length=MAX_RICH)]


@dataclass(frozen=True, slots=True)
class _Side:
    """What one column holds; each part may be missing."""

    src: str
    alt: str
    html: str
    label: str
    href: str


def _fields(side: str) -> tuple[Field, ...]:
    name = side.capitalize()
    return (
        Field(
            f"{side}_src",
            f"{name}: image address",
            "picture",
            help="Starts with https://",
            required=False,
            check=check_picture,
        ),
        Field(f"{side}_alt", f"{name}: description of the image", "line", required=False),
        Field(f"{side}_html", f"{name}: text", "rich", required=False, check=check_links),
        Field(f"{side}_label", f"{name}: button", "line", required=False),
        Field(f"{side}_href", f"{name}: link", "address", required=False, check=check_target),
    )


class Columns(BlockBase, frozen=True, kw_only=True, tag="columns"):
    label = "Columns"
    icon = "columns-2"
    is_wide = True
    fields = (
        Field(
            "ratio",
            "Widths",
            "choice",
            choices=(("1:1", "Equal"), ("1:2", "Right one wider"), ("2:1", "Left one wider")),
        ),
        *_fields("left"),
        *_fields("right"),
    )

    ratio: Literal["1:1", "1:2", "2:1"] = "1:1"
    left_src: Address = ""
    left_alt: OptionalLine = ""
    left_html: Rich = ""
    left_label: OptionalLine = ""
    left_href: Address = ""
    right_src: Address = ""
    right_alt: OptionalLine = ""
    right_html: Rich = ""
    right_label: OptionalLine = ""
    right_href: Address = ""

    def mjml(self, page: Page) -> str:
        columns = "".join(
            f'<mj-column width="{width}" vertical-align="top">{_column(side, page)}</mj-column>'
            for width, side in zip(_RATIOS[self.ratio], self._sides(), strict=True)
        )
        return f'<mj-section padding="0 16px">{columns}</mj-section>'

    def plain(self, page: Page) -> str:
        return "\n\n".join(filter(None, (_plain(side, page) for side in self._sides())))

    def _sides(self) -> tuple[_Side, _Side]:
        return (
            _Side(self.left_src, self.left_alt, self.left_html, self.left_label, self.left_href),
            _Side(
                self.right_src, self.right_alt, self.right_html, self.right_label, self.right_href
            ),
        )


def _column(side: _Side, page: Page) -> str:
    _check(side)
    slots, parts = page.slots, []
    link = f' href="{slots.address(side.href)}"' if side.href else ""
    if side.src:
        check_picture(side.src)
        src, alt = slots.attribute(side.src), slots.attribute(side.alt)
        parts.append(f'<mj-image padding="8px 16px" src="{src}" alt="{alt}"{link}/>')
    if side.html:
        parts.append(f'<mj-text padding="8px 16px">{page.rich(clean_rich(side.html))}</mj-text>')
    if side.label:
        text = slots.html(side.label)
        parts.append(f'<mj-button padding="8px 16px" align="left"{link}>{text}</mj-button>')
    return "".join(parts)


def _plain(side: _Side, page: Page) -> str:
    slots, parts = page.slots, []
    if side.src:
        parts.append(f"[{slots.text(side.alt)}]")
    if side.html:
        parts.append(plain_of(slots.in_plain_text(slots.rich(clean_rich(side.html)))))
    if side.href:
        parts.append(f"{slots.text(side.label)}: {slots.link(side.href)}".lstrip(": "))
    return "\n".join(parts)


def _check(side: _Side) -> None:
    if side.src and not side.alt:
        raise Unsendable("Describe the image for those who cannot see it.")
    if side.label and not side.href:
        raise Unsendable(f'The button "{side.label}" leads nowhere. Add its link.')
