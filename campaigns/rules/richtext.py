"""The little HTML that a text block may hold: cleaned on the way in, and read as plain text."""

import re
from html.parser import HTMLParser

import nh3

MAX_RICH = 50_000
_TAGS = {"p", "br", "strong", "b", "em", "i", "u", "s", "a", "ul", "ol", "li"}
_ENDS_BY_ITSELF = {"p", "br"}
_SCHEMES = {"http", "https", "mailto", "tel"}


def clean_rich(source: str) -> str:
    """The HTML without anything that is not on our list; script and style lose their content."""
    return nh3.clean(
        source,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )


def links_of(source: str) -> list[str]:
    """Where the links of the HTML lead, as written, also those that cleaning would drop."""
    reader = _Links()
    reader.feed(source)
    reader.close()
    return reader.found


def plain_of(rich: str) -> str:
    """Cleaned HTML as plain text: paragraphs, list dashes, links as `label (address)`."""
    reader = _Plain()
    reader.feed(rich)
    reader.close()
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(reader.out).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_whole(part: str) -> bool:
    """Whether a part of cleaned HTML ends what it begins, and nothing else; paragraphs aside,
    which mail programs end by themselves."""
    reader = _Nesting()
    reader.feed(part)
    reader.close()
    return reader.is_whole and not reader.open


class _Nesting(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.is_whole = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _ENDS_BY_ITSELF:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _ENDS_BY_ITSELF:
            return
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.is_whole = False


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value or "" for name, value in attrs if name == "href"]


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._href = ""
        self._numbers: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._href = dict(attrs).get("href") or ""
        elif tag in {"ul", "ol"}:
            self._numbers.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.out.append("\n" + self._bullet())
        elif tag == "br":
            self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._href:
            self.out.append(f" ({self._href})")
            self._href = ""
        elif tag == "p":
            self.out.append("\n\n")
        elif tag in {"ul", "ol"}:
            self.out.append("\n\n")
            if self._numbers:
                self._numbers.pop()

    def handle_data(self, data: str) -> None:
        self.out.append(data.replace("\n", " "))

    def _bullet(self) -> str:
        if not self._numbers or self._numbers[-1] is None:
            return "- "
        self._numbers[-1] += 1
        return f"{self._numbers[-1]}. "
