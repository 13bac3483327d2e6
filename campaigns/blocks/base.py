"""What every block kind has: a checked schema, an editor form, MJML and plain text.

A new kind is a new folder with a `block.py`, and one line in registry.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta, Struct

from campaigns.rules.conditions import parse_condition
from campaigns.rules.merge import MergeError
from campaigns.rules.rendering import Page

Align = Literal["left", "center", "right"]
Line = Annotated[str, Meta(min_length=1, max_length=300)]
OptionalLine = Annotated[str, Meta(max_length=300)]
Address = Annotated[str, Meta(max_length=2_000)]

ALIGNMENTS = (("left", "Left"), ("center", "Centre"), ("right", "Right"))


@dataclass(frozen=True, slots=True)
class Field:
    """One input of the editor's form; `control` says of which kind (campaigns.forms.blocks).

    `check` raises a DomainError for a value that no mail could hold."""

    name: str
    label: str
    control: Literal[
        "line", "rich", "address", "picture", "choice", "number", "category", "products"
    ]
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = True
    check: Callable[[str], None] | None = None


def check_condition(text: str) -> None:
    """Raises MergeError for what is no condition."""
    try:
        parse_condition(text)
    except ValueError as error:
        raise MergeError(f"{str(error).capitalize()}.") from error


ONLY_IF = Field(
    "only_if",
    "Show only if",
    "line",
    help='Empty: to everybody. For example orders_count >= 3, or country == "GB".',
    required=False,
    check=check_condition,
)


class BlockBase(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """A block as it is stored: {"kind": "heading", "text": ...}."""

    label: ClassVar[str]
    icon: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    zone: ClassVar[Literal["body", "footer"]] = "body"
    # A wide block writes sections of its own; the others stand one under the other in one column.
    is_wide: ClassVar[bool] = False

    # The editor's handle on a block while blocks are moved about.
    id: Annotated[str, Meta(max_length=40)] = ""
    # A condition of the merge language; those of whom it does not hold do not see the block.
    only_if: Annotated[str, Meta(max_length=200)] = ""

    def mjml(self, page: Page) -> str:
        raise NotImplementedError

    def plain(self, page: Page) -> str:
        raise NotImplementedError

    def stored(self) -> dict[str, object]:
        """The JSON form, every field written out but an empty condition."""
        stored: dict[str, object] = msgspec.to_builtins(self)
        if not self.only_if:
            del stored["only_if"]
        return stored

    @classmethod
    def form_fields(cls) -> tuple[Field, ...]:
        """The fields of its kind, and for whom it is shown; the footer is for everybody."""
        return cls.fields if cls.zone == "footer" else (*cls.fields, ONLY_IF)
