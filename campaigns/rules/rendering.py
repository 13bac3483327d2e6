"""Blocks to a mail: MJML, HTML and plain text, with markers where copies differ."""

import html
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from itertools import groupby
from typing import Literal, Protocol

from mjml import mjml2html

from campaigns.rules.conditions import SPACES, Lists, Values
from campaigns.rules.filters import Formats
from campaigns.rules.merge import (
    NO_LISTS,
    Choice,
    Place,
    Repeat,
    Template,
    Variable,
    clean_header,
    compile_text,
    escape,
    spread,
)
from campaigns.rules.offers import Card
from campaigns.rules.slots import Each, Link, Merge, Preferences, Slot, Slots, Unsubscribe, When
from config.kit.errors import Invalid

# Gmail cuts a message off at about 102 KB, and the unsubscribe link with it.
MAX_HTML_BYTES = 102_000
# What every machine has: a mail fetches no letters.
FONTS = {
    "plain": "-apple-system, BlinkMacSystemFont, 'Segoe UI', Helvetica, Arial, sans-serif",
    "book": "Georgia, 'Times New Roman', Times, serif",
    "round": "'Trebuchet MS', 'Lucida Grande', Verdana, sans-serif",
    "typed": "'Courier New', Courier, monospace",
}
# Of two parts for Outlook that follow each other: one says the same.
_SEAM = "<![endif]--><!--[if mso | IE]>"
CORNERS = {"round": ("12px", "8px"), "square": ("0", "0"), "soft": ("6px", "4px")}


class Unsendable(Invalid):
    """The mail may not be sent like this; the message says what to change."""

    code = "unsendable"


@dataclass(frozen=True, slots=True)
class Theme:
    """The brand's look in a mail: six-digit hex colours (raises Unsendable for anything else), a
    key of FONTS, one of CORNERS, and the address of its logo ("": none)."""

    accent: str = "#3b5bdb"
    on_accent: str = "#ffffff"
    ink: str = "#1f2328"
    muted: str = "#6a6f76"
    surface: str = "#ffffff"
    background: str = "#f3f3f0"
    font: str = "plain"
    corners: str = "round"
    logo: str = ""

    def __post_init__(self) -> None:
        for colour in astuple(self)[:6]:
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
                raise Unsendable(f'"{colour}" is not a colour. Write it like #3b5bdb.')


@dataclass(frozen=True, slots=True)
class Facts:
    """What every mail says about its sender."""

    brand_name: str
    postal_address: str
    language: str = "en"
    formats: Formats = field(default_factory=Formats)
    # It answers an act of its reader: there is nothing to unsubscribe from.
    is_transactional: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What a block needs to write itself."""

    slots: Slots
    theme: Theme
    facts: Facts
    # The products that a block may show, by the block's id.
    offers: Mapping[str, Sequence[Card]] = field(default_factory=dict)

    def rich(self, source: str) -> str:
        """Sanitised HTML with merge tags, its links in the brand's colour."""
        marked = self.slots.rich(source)
        return marked.replace("<a href=", f'<a style="color:{self.theme.accent}" href=')


class Block(Protocol):
    """One kind of content; see campaigns/blocks."""

    @property
    def zone(self) -> Literal["body", "footer"]: ...

    @property
    def is_wide(self) -> bool: ...

    @property
    def only_if(self) -> str: ...

    def mjml(self, page: Page) -> str:
        """MJML components that may stand in one column; of a wide block, whole sections."""

    def plain(self, page: Page) -> str:
        """The same as plain text, with markers; empty when it has nothing to say."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail with markers; `slots` knows what each stands for."""

    subject: Template
    html: str
    text: str
    slots: Slots
    formats: Formats

    @property
    def has_lists(self) -> bool:
        """Whether more is asked for than stands in a customer's row: rows of theirs, such as the
        lines of their last order, or fields that apps above add."""
        items = self.slots.items
        links = (part for link in self.slots.links for part in link.parts)
        names = _names((*items, *self.subject.parts, *links))
        return any(isinstance(item, Each) for item in items) or any(
            name.partition(".")[0] in SPACES for name in names
        )

    def missing(self, values: Values, lists: Lists = NO_LISTS) -> list[str]:
        """Names that this person would read without value or fallback, sorted."""
        return gaps_of(self)(values, lists)


def gaps_of(rendered: Rendered) -> Callable[[Values, Lists], list[str]]:
    """`Rendered.missing` for many people: what is the same for all of them is found once."""
    slots = rendered.slots
    always, sometimes = set(), []
    for part in (*slots.tree(rendered.text), *slots.tree(rendered.html), *rendered.subject.parts):
        if isinstance(part, Choice | Repeat):
            sometimes.append(part)
        else:
            always |= _needed(part, slots)
    names = sorted(always)

    def gaps(values: Values, lists: Lists) -> list[str]:
        found = [name for name in names if not values.get(name, "").strip()]
        if not sometimes:
            return found
        further = (
            name
            for part, said in spread(sometimes, values, lists)
            for name in _needed(part, slots)
            if not said.get(name, "").strip()
        )
        return sorted({*found, *further})

    return gaps


def _needed(part: object, slots: Slots) -> set[str]:
    """The names that leave a gap where there is no value: of a variable, or those in a link."""
    if isinstance(part, Link):
        inside = slots.links[part.number - 1].parts
        return {name for each in inside for name in _needed(each, slots)}
    variable = part.variable if isinstance(part, Merge) else part
    if isinstance(variable, Variable) and not variable.has_fallback:
        return {variable.name}
    return set()


def _names(parts: Iterable[object]) -> Iterator[str]:
    """All names that are asked for, in values and in conditions."""
    for part in parts:
        if isinstance(part, Merge):
            yield part.variable.name
        elif isinstance(part, Variable):
            yield part.name
        elif isinstance(part, When | Choice):
            yield from (term.name for term in part.condition.terms)
        if isinstance(part, Choice):
            yield from _names((*part.then, *part.otherwise))


@dataclass(frozen=True, slots=True)
class Preview:
    """The mail as one person would read it, with links to their targets."""

    subject: str
    html: str
    text: str


def render_mail(
    blocks: Sequence[Block],
    *,
    subject: str,
    preheader: str,
    theme: Theme,
    facts: Facts,
    allowed: Collection[str],
    offers: Mapping[str, Sequence[Card]] | None = None,
    targets: Sequence[str] = (),
) -> Rendered:
    """Build the mail; raises Unsendable or MergeError with what to change.

    `targets` are links that have their numbers already (see Slots)."""
    slots = Slots(allowed, targets)
    page = Page(slots, theme, facts, offers or {})
    if not subject.strip():
        raise Unsendable("The mail has no subject. Write one before it is sent.")
    compiled_subject = compile_text(clean_header(subject.strip()), allowed)
    body = [block for block in blocks if block.zone == "body"]
    footer = [block for block in blocks if block.zone == "footer"]
    _check_blocks(body, footer, facts)
    source = _document(body, footer, page, subject=subject, preheader=preheader)
    document = mjml2html(source).replace(_SEAM, "")
    text = "\n\n".join(filter(None, (_plain(block, page) for block in (*body, *footer))))
    if len(document.encode()) > MAX_HTML_BYTES:
        raise Unsendable(
            f"The mail is {len(document.encode()) // 1000} KB; mail programs cut it off above "
            f"{MAX_HTML_BYTES // 1000} KB. Use fewer blocks or shorter text."
        )
    if Unsubscribe() not in slots.items and not facts.is_transactional:
        raise Unsendable("The footer has no unsubscribe link. Every mail needs one.")
    return Rendered(compiled_subject, document, text + "\n", slots, facts.formats)


def preview(rendered: Rendered, values: Values, lists: Lists = NO_LISTS) -> Preview:
    """Fill in one person's values, for the editor and the page "the mail as sent"."""

    def shown(slot: Slot, said: Values) -> str:
        if isinstance(slot, Merge):
            return escape(slot.variable.value(said, rendered.formats), slot.place)
        if isinstance(slot, Unsubscribe):
            return "#unsubscribe"
        if isinstance(slot, Preferences):
            return "#preferences"
        return rendered.slots.target(slot.number, values, rendered.formats)

    def filled(marked: str, *, in_html: bool) -> str:
        return "".join(
            part
            if isinstance(part, str)
            else html.escape(shown(part, said))
            if in_html and isinstance(part, Link)
            else shown(part, said)
            for part, said in spread(rendered.slots.tree(marked), values, lists)
        )

    return Preview(
        subject=rendered.subject.render(values, Place.HEADER, rendered.formats, lists),
        html=filled(rendered.html, in_html=True),
        text=filled(rendered.text, in_html=False),
    )


def _check_blocks(body: Sequence[Block], footer: Sequence[Block], facts: Facts) -> None:
    if not body:
        raise Unsendable("The mail is empty. Add a block with something to say.")
    if len(footer) != 1:
        raise Unsendable(
            "A mail needs exactly one footer, with your postal address and the unsubscribe link."
        )
    if not facts.postal_address.strip():
        raise Unsendable("Your brand has no postal address yet. Add it in the brand's settings.")


def _document(
    body: Sequence[Block], footer: Sequence[Block], page: Page, *, subject: str, preheader: str
) -> str:
    theme = page.theme
    return f"""<mjml lang="{html.escape(page.facts.language)}"><mj-head>
<mj-title>{page.slots.html(subject)}</mj-title>
<mj-preview>{page.slots.html(preheader)}</mj-preview>
<mj-attributes>
<mj-all font-family="{FONTS[theme.font]}"/>
<mj-text color="{theme.ink}" font-size="16px" line-height="1.55" padding="8px 32px"/>
<mj-button background-color="{theme.accent}" color="{theme.on_accent}" font-size="16px"
 font-weight="600" border-radius="{CORNERS[theme.corners][1]}" inner-padding="13px 26px"
 padding="14px 32px"/>
<mj-image padding="8px 32px"/>
</mj-attributes>
</mj-head><mj-body background-color="{theme.background}" width="600px">
{_top(page)}
{_card(body, page)}
<mj-section padding="16px 0 32px"><mj-column>
{"".join(block.mjml(page) for block in footer)}</mj-column></mj-section>
</mj-body></mjml>"""


def _top(page: Page) -> str:
    """The logo, or a little room; a section for that alone would be a kilobyte of tables."""
    if not page.theme.logo:
        return (
            '<mj-raw><div style="height:32px;line-height:32px;font-size:1px;'
            'mso-line-height-rule:exactly">&#8202;</div></mj-raw>'
        )
    source = page.slots.words_attribute(page.theme.logo)
    name = page.slots.words_attribute(page.facts.brand_name)
    logo = f'<mj-image src="{source}" alt="{name}" width="160px" padding="8px 32px"/>'
    return f'<mj-section padding="12px 0"><mj-column>{logo}</mj-column></mj-section>'


def _card(body: Sequence[Block], page: Page) -> str:
    """The white card. Blocks one under the other share a section; wide ones have their own."""
    radius = CORNERS[page.theme.corners][0]
    look = f'background-color="{page.theme.surface}" border-radius="{radius}" padding="24px 0"'
    if not any(block.is_wide for block in body):
        inside = "".join(_mjml(block, page) for block in body)
        return f"<mj-section {look}>\n<mj-column>{inside}</mj-column></mj-section>"
    sections = []
    for is_wide, run in groupby(body, key=lambda block: block.is_wide):
        inside = "".join(_mjml(block, page) for block in run)
        sections.append(
            inside
            if is_wide
            else f'<mj-section padding="0"><mj-column>{inside}</mj-column></mj-section>'
        )
    return f"<mj-wrapper {look}>{''.join(sections)}</mj-wrapper>"


def _mjml(block: Block, page: Page) -> str:
    inside = block.mjml(page)
    if not block.only_if or not inside:
        return inside
    before, after = page.slots.condition(block.only_if)
    return f"<mj-raw>{before}</mj-raw>{inside}<mj-raw>{after}</mj-raw>"


def _plain(block: Block, page: Page) -> str:
    inside = block.plain(page)
    if not block.only_if or not inside:
        return inside
    before, after = page.slots.condition(block.only_if)
    return f"{before}{inside}{after}"
