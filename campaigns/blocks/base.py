"""What every block kind has: a checked schema, an editor form, MJML and plain text.

A new kind is a new folder with a `block.py`, and one line in registry.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta, Struct

from campaigns.rules.rendering import Page

Align = Literal["left", "center", "right"]
Line = Annotated[str, Meta(min_length=1, max_length=300)]
Address = Annotated[str, Meta(max_length=2_000)]

ALIGNMENTS = (("left", "Left"), ("center", "Centre"), ("right", "Right"))


@dataclass(frozen=True, slots=True)
class Field:
    """One input of the editor's form. `control`: line, rich, address, choice or number.

    `check` raises a DomainError for a value that no mail could hold."""

    name: str
    label: str
    control: Literal["line", "rich", "address", "choice", "number"]
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = True
    check: Callable[[str], None] | None = None


class BlockBase(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """A block as it is stored: {"kind": "heading", "text": ...}."""

    label: ClassVar[str]
    icon: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    zone: ClassVar[Literal["body", "footer"]] = "body"

    # The editor's handle on a block while blocks are moved about.
    id: Annotated[str, Meta(max_length=40)] = ""

    def mjml(self, page: Page) -> str:
        raise NotImplementedError

    def plain(self, page: Page) -> str:
        raise NotImplementedError

    def stored(self) -> dict[str, object]:
        """The JSON form, every field written out."""
        stored: dict[str, object] = msgspec.to_builtins(self)
        return stored
