"""Reads the forms of a page, so that the check sends what a browser would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_UNSENT = {"submit", "button", "image", "reset", "file"}
_TICKED = {"checkbox", "radio"}


@dataclass
class Form:
    """Where it goes, and what stands in its fields; `action` is "" for the page itself."""

    action: str
    values: dict[str, str] = field(default_factory=dict)


def forms_of(text: str) -> list[Form]:
    """In their order on the page; buttons and files are left out."""
    reader = _Reader()
    reader.feed(text)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._is_open = False
        self._textarea = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(said.get("action", "")))
            self._is_open = True
        elif not self._is_open:
            return
        elif tag == "input":
            self._input(said, is_ticked="checked" in said)
        elif tag == "textarea":
            self._textarea = said.get("name", "")
            self._values[self._textarea] = ""
        elif tag == "select":
            self._select = said.get("name", "")
        elif tag == "option" and ("selected" in said or self._select not in self._values):
            self._values[self._select] = said.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._values[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_open = False
        elif tag == "textarea":
            # A first line break belongs to the markup.
            self._values[self._textarea] = self._values[self._textarea].removeprefix("\n")
            self._textarea = ""
        elif tag == "select":
            self._select = ""

    @property
    def _values(self) -> dict[str, str]:
        return self.forms[-1].values

    def _input(self, said: dict[str, str], *, is_ticked: bool) -> None:
        kind = said.get("type", "text")
        if said.get("name") and kind not in _UNSENT and (is_ticked or kind not in _TICKED):
            self._values[said["name"]] = said.get("value", "")
