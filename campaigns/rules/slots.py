"""What differs from one copy of a mail to the next, kept apart from what is the same in all.

While a mail is being built each merge tag, tracked link and unsubscribe link is a short marker in
the text (a number between two rare brackets). Markers survive sanitising and MJML untouched, and
later become the variable places of the byte program. The MJML engine spells many characters in
attributes as escapes (U+FE0F of an emoji as a backslash code), so user text enters an attribute
only as a marker too.
"""

import html
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from campaigns.rules.merge import Formats, MergeError, Place, Template, Variable, compile_text

MAX_LINKS = 500
_MARKER = re.compile("\u2997(\\d+)\u2998")
_RESERVED = re.compile("[\u2997\u2998\ue000-\uf8ff]")
_TRACKED = re.compile(r"https?://(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+(?::\d{1,5})?(?:[/?#]|$)")
_UNTRACKED = re.compile(r"(?:mailto|tel):[^\s<>\"'{}]+$")


@dataclass(frozen=True, slots=True)
class Merge:
    """A customer's value, escaped for its place."""

    variable: Variable
    place: Place


@dataclass(frozen=True, slots=True)
class Link:
    """A tracked link; the number is its row in the campaign's link table."""

    number: int


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """The address of this customer's unsubscribe page."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Text that goes round the MJML engine; it may hold markers itself."""

    marked: str


Slot = Merge | Link | Unsubscribe


def check_link(target: str) -> None:
    """Raises MergeError unless a mail may link there: a web address, mailto: or tel:."""
    if not _UNTRACKED.match(target) and not _TRACKED.match(target):
        raise MergeError(
            f'The link "{target[:80]}" is not a full web address. '
            "It should start with https:// and a domain."
        )


class Slots:
    """Collects the slots of one mail and writes their markers."""

    def __init__(self, allowed: Collection[str]) -> None:
        self.items: list[Slot | Verbatim] = []
        self.links: list[Template] = []
        self.targets: list[str] = []  # the links as written, for the link table
        self._allowed = allowed
        self._numbers: dict[Slot | Verbatim, int] = {}
        self._link_numbers: dict[str, int] = {}

    def text(self, source: str) -> str:
        """Plain text with merge tags."""
        return self._marked(self._compiled(source), Place.TEXT)

    def html(self, source: str) -> str:
        """Plain text with merge tags, to stand in HTML: constants are escaped here."""
        template = self._compiled(source)
        parts = (html.escape(p) if isinstance(p, str) else p for p in template.parts)
        return self._marked(Template(tuple(parts)), Place.HTML)

    def attribute(self, source: str) -> str:
        """Plain text with merge tags, to stand in a quoted attribute."""
        return self._marker(Verbatim(self.html(source)))

    def address(self, target: str) -> str:
        """A link, to stand in a quoted attribute."""
        return self._marker(Verbatim(html.escape(self.link(target))))

    def rich(self, source: str) -> str:
        """Sanitised HTML with merge tags; links become tracked ones."""
        with_links = re.sub(r'href="([^"]*)"', self._rewritten, _RESERVED.sub("", source))
        parts = (
            p if isinstance(p, str) else _unescaped(p)
            for p in compile_text(with_links, self._allowed).parts
        )
        return self._marked(Template(tuple(parts)), Place.HTML)

    def link(self, target: str) -> str:
        """The marker of a tracked link, or a mailto:/tel: address as it is.

        Merge tags may stand in the path and query, never in scheme and host."""
        target = _RESERVED.sub("", target).strip()
        check_link(target)
        if _UNTRACKED.match(target):
            return target
        if target not in self._link_numbers:
            if len(self.links) >= MAX_LINKS:
                raise MergeError(f"There are too many links: at most {MAX_LINKS}.")
            self.links.append(compile_text(target, self._allowed))
            self.targets.append(target)
            self._link_numbers[target] = len(self.links)
        return self._marker(Link(self._link_numbers[target]))

    def unsubscribe(self) -> str:
        return self._marker(Unsubscribe())

    def target(self, number: int, values: Mapping[str, str], formats: Formats) -> str:
        """Where link `number` (from 1) leads for one person."""
        return self.links[number - 1].render(values, Place.URL, formats)

    def in_plain_text(self, marked: str) -> str:
        """The same markers, for values that now stand in plain text instead of HTML."""

        def moved(match: re.Match[str]) -> str:
            slot = self.items[int(match[1])]
            return self._marker(
                replace(slot, place=Place.TEXT) if isinstance(slot, Merge) else slot
            )

        return _MARKER.sub(moved, marked)

    def split(self, marked: str) -> Iterator[str | Slot]:
        """Constants and slots of a marked text, in reading order."""
        for index, piece in enumerate(_MARKER.split(marked)):
            if not index % 2:
                if piece:
                    yield piece
                continue
            slot = self.items[int(piece)]
            if isinstance(slot, Verbatim):
                yield from self.split(slot.marked)
            else:
                yield slot

    def _compiled(self, source: str) -> Template:
        return compile_text(_RESERVED.sub("", source), self._allowed)

    def _marked(self, template: Template, place: Place) -> str:
        return "".join(
            part if isinstance(part, str) else self._marker(Merge(part, place))
            for part in template.parts
        )

    def _marker(self, slot: Slot | Verbatim) -> str:
        if slot not in self._numbers:
            self._numbers[slot] = len(self.items)
            self.items.append(slot)
        return f"\u2997{self._numbers[slot]}\u2998"

    def _rewritten(self, match: re.Match[str]) -> str:
        return f'href="{self.address(html.unescape(match[1]))}"'


def _unescaped(variable: Variable) -> Variable:
    """In sanitised HTML a fallback is already escaped; as a value it is escaped once more."""
    filters = tuple((name, html.unescape(argument)) for name, argument in variable.filters)
    return replace(variable, filters=filters)
