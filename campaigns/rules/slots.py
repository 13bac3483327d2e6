"""What differs from one copy of a mail to the next, kept apart from what is the same in all.

While a mail is being built each merge tag, tracked link and unsubscribe link is a short marker in
the text (a number between two rare brackets). Markers survive sanitising and MJML untouched, and
later become the variable places of the byte program. The MJML engine spells many characters in
attributes as escapes (U+FE0F of an emoji as a backslash code), so user text enters an attribute
only as a marker too.
"""

import html
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from campaigns.rules.conditions import SPACES, Condition, Values
from campaigns.rules.filters import Formats
from campaigns.rules.merge import (
    Choice,
    MergeError,
    Place,
    Repeat,
    Template,
    Variable,
    compile_text,
)
from campaigns.rules.richtext import is_whole

MAX_LINKS = 500
_MARKER = re.compile("\u2997(\\d+)\u2998")
_RESERVED = re.compile("[\u2997\u2998\ue000-\uf8ff]")
_TRACKED = re.compile(r"https?://(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+(?::\d{1,5})?(?:[/?#]|$)")
_STEP = re.compile(r"\{%[^{}%<]*%\}")
_WRAPPED_STEP = re.compile(r"<p>\s*(\{%[^{}%<]*%\})\s*</p>")
# A link that is somebody's own as a whole: sent along by a program, or added by an app above.
_WHOLE = re.compile(rf"\{{\{{\s*(?:{'|'.join(sorted(SPACES))})\.[A-Za-z_][A-Za-z0-9_]*\s*\}}\}}")
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
class Preferences:
    """The address where this customer says what they want to get, and how often."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Text that goes round the MJML engine; it may hold markers itself."""

    marked: str


@dataclass(frozen=True, slots=True)
class When:
    """What follows, up to `Otherwise` or `End`, is for those of whom the condition holds."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What follows is for the others."""


@dataclass(frozen=True, slots=True)
class Each:
    """What follows, up to `End`, is repeated for each row of a list."""

    name: str


@dataclass(frozen=True, slots=True)
class End:
    """The end of the innermost `When` or `Each`."""


Slot = Merge | Link | Unsubscribe | Preferences
Step = When | Otherwise | Each | End


def check_link(target: str) -> None:
    """Raises MergeError unless a mail may link there: a web address, mailto: or tel:."""
    if "{%" in target or not (_UNTRACKED.match(target) or _TRACKED.match(target)):
        raise MergeError(
            f'The link "{target[:80]}" is not a full web address. '
            "It should start with https:// and a domain."
        )


def check_target(target: str) -> None:
    """Raises MergeError unless it is such a link, or one that is the reader's own as a whole."""
    if not _WHOLE.fullmatch(target):
        check_link(target)


def address_for(link: Template, values: Values, formats: Formats) -> str:
    """Where a link leads for one person. Raises MergeError when one that is theirs as a whole is no
    link."""
    parts = link.parts
    if len(parts) == 1 and isinstance(parts[0], Variable):
        said = parts[0].value(values, formats)
        check_link("" if any(map(str.isspace, said)) else said)
        return said
    return link.render(values, Place.URL, formats)


class Slots:
    """Collects the slots of one mail and writes their markers."""

    def __init__(self, allowed: Collection[str], targets: Sequence[str] = ()) -> None:
        """`targets` are links that have their numbers already, such as those of the same mail in
        another language."""
        self.items: list[Slot | Step | Verbatim] = []
        self.links: list[Template] = []
        self.targets: list[str] = []  # the links as written, for the link table
        self._allowed = allowed
        self._numbers: dict[Slot | Step | Verbatim, int] = {}
        self._link_numbers: dict[str, int] = {}
        for target in targets:
            self._number(target)

    def text(self, source: str) -> str:
        """Plain text with merge tags."""
        return self._marked(self._compiled(source), Place.TEXT)

    def html(self, source: str) -> str:
        """Plain text with merge tags, to stand in HTML: constants are escaped here."""
        return self._marked(self._compiled(source), Place.HTML, is_markup=False)

    def markup(self, source: str, place: Place = Place.HTML) -> str:
        """Our own markup with merge tags; nobody else's words may stand in it but as markers."""
        return self._marked(compile_text(source, self._allowed), place, is_markup=True)

    def condition(self, source: str) -> tuple[str, str]:
        """What stands before and after a part that is only for those of whom this holds."""
        (choice,) = self._compiled(f"{{% if {source} %}}{{% endif %}}").parts
        assert isinstance(choice, Choice)
        return self._marker(When(choice.condition)), self._marker(End())

    def plain_words(self, text: str) -> str:
        """Somebody else's words in plain text."""
        return _RESERVED.sub("", text)

    def words(self, text: str) -> str:
        """Somebody else's words, such as a product's name: no tag in them is looked at."""
        return html.escape(_RESERVED.sub("", text))

    def words_attribute(self, text: str) -> str:
        """The same, to stand in a quoted attribute."""
        return self._marker(Verbatim(self.words(text)))

    def attribute(self, source: str) -> str:
        """Plain text with merge tags, to stand in a quoted attribute."""
        return self._marker(Verbatim(self.html(source)))

    def address(self, target: str) -> str:
        """A link, to stand in a quoted attribute."""
        return self._marker(Verbatim(html.escape(self.link(target))))

    def rich(self, source: str) -> str:
        """Sanitised HTML with merge tags; links become tracked ones."""
        with_links = re.sub(r'href="([^"]*)"', self._rewritten, _RESERVED.sub("", source))
        # Steps between paragraphs need no paragraph of their own, and `>` is a sign of theirs.
        unwrapped = _WRAPPED_STEP.sub(r"\1", with_links)
        template = compile_text(_STEP.sub(_unescaped_step, unwrapped), self._allowed)
        _check_whole(template.parts)
        return self._marked(template, Place.HTML, is_markup=True)

    def link(self, target: str) -> str:
        """The marker of a tracked link, or a mailto:/tel: address as it is.

        Merge tags may stand in the path and query, never in scheme and host; only what a program
        sends along, or an app above adds, may be the whole of it."""
        target = self.plain_words(target).strip()
        check_target(target)
        if _UNTRACKED.match(target):
            return target
        return self._marker(Link(self._number(target)))

    def unsubscribe(self) -> str:
        return self._marker(Unsubscribe())

    def preferences(self) -> str:
        return self._marker(Preferences())

    def target(self, number: int, values: Values, formats: Formats) -> str:
        """Where link `number` (from 1) leads for one person; see `address_for`."""
        return address_for(self.links[number - 1], values, formats)

    def in_plain_text(self, marked: str) -> str:
        """The same markers, for values that now stand in plain text instead of HTML."""

        def moved(match: re.Match[str]) -> str:
            slot = self.items[int(match[1])]
            return self._marker(
                replace(slot, place=Place.TEXT) if isinstance(slot, Merge) else slot
            )

        return _MARKER.sub(moved, marked)

    def tree(self, marked: str) -> tuple[Any, ...]:
        """Constants, slots, choices and loops of a marked text, in reading order."""
        open_: list[tuple[list[Any], When | Each, tuple[Any, ...] | None]] = []
        parts: list[Any] = []
        for part in self._split(marked):
            if isinstance(part, When | Each):
                open_.append((parts, part, None))
                parts = []
            elif isinstance(part, Otherwise):
                before, step, _ = open_.pop()
                open_.append((before, step, tuple(parts)))
                parts = []
            elif isinstance(part, End):
                before, step, then = open_.pop()
                before.append(_closed(step, then, tuple(parts)))
                parts = before
            else:
                parts.append(part)
        return tuple(parts)

    def _split(self, marked: str) -> Iterator[str | Slot | Step]:
        for index, piece in enumerate(_MARKER.split(marked)):
            if not index % 2:
                if piece:
                    yield piece
                continue
            slot = self.items[int(piece)]
            if isinstance(slot, Verbatim):
                yield from self._split(slot.marked)
            else:
                yield slot

    def _number(self, target: str) -> int:
        if target not in self._link_numbers:
            if len(self.links) >= MAX_LINKS:
                raise MergeError(f"There are too many links: at most {MAX_LINKS}.")
            self.links.append(compile_text(target, self._allowed))
            self.targets.append(target)
            self._link_numbers[target] = len(self.links)
        return self._link_numbers[target]

    def _compiled(self, source: str) -> Template:
        return compile_text(_RESERVED.sub("", source), self._allowed)

    def _marked(self, template: Template, place: Place, *, is_markup: bool = True) -> str:
        """The template with markers. `is_markup`: its constants are what they shall be already;
        else, for HTML, they are escaped here."""

        def written(parts: Sequence[Any]) -> str:
            return "".join(map(one, parts))

        def one(part: Any) -> str:
            if isinstance(part, str):
                return part if is_markup else html.escape(part)
            if isinstance(part, Choice):
                otherwise = self._marker(Otherwise()) if part.otherwise else ""
                inside = f"{written(part.then)}{otherwise}{written(part.otherwise)}"
                return f"{self._marker(When(part.condition))}{inside}{self._marker(End())}"
            if isinstance(part, Repeat):
                body = written(part.body)
                return f"{self._marker(Each(part.name))}{body}{self._marker(End())}"
            is_escaped = is_markup and place is Place.HTML
            return self._marker(Merge(_unescaped(part) if is_escaped else part, place))

        return written(template.parts)

    def _marker(self, slot: Slot | Step | Verbatim) -> str:
        if slot not in self._numbers:
            self._numbers[slot] = len(self.items)
            self.items.append(slot)
        return f"\u2997{self._numbers[slot]}\u2998"

    def _rewritten(self, match: re.Match[str]) -> str:
        return f'href="{self.address(html.unescape(match[1]))}"'


def _check_whole(parts: Sequence[Any]) -> None:
    """Raises MergeError for a choice or loop that would leave HTML open for some readers."""
    for part in parts:
        if isinstance(part, Choice | Repeat):
            runs = (part.then, part.otherwise) if isinstance(part, Choice) else (part.body,)
            for run in runs:
                _check_whole(run)
                if not is_whole("".join(each for each in run if isinstance(each, str))):
                    raise MergeError(
                        "A condition or loop begins inside bold text, a link or a list item and "
                        "ends outside of it. Put its beginning and its end side by side."
                    )


def _closed(step: When | Each, then: tuple[Any, ...] | None, last: tuple[Any, ...]) -> Any:
    if isinstance(step, Each):
        return Repeat(step.name, last)
    return Choice(step.condition, last) if then is None else Choice(step.condition, then, last)


def _unescaped(variable: Variable) -> Variable:
    """In sanitised HTML a fallback is already escaped; as a value it is escaped once more."""
    filters = tuple((name, html.unescape(argument)) for name, argument in variable.filters)
    return replace(variable, filters=filters)


def _unescaped_step(match: re.Match[str]) -> str:
    return html.unescape(match[0])
