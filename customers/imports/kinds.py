"""What an import kind is. One kind is one folder: `kind.py` describes it, `cells.sql` reads it."""

from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString


@dataclass(frozen=True, slots=True)
class Field:
    """A thing we can take from a column.

    `synonyms` are header texts as real files have them, in order of preference."""

    code: str
    label: str
    synonyms: tuple[str, ...]
    help: str = ""


@dataclass(frozen=True, slots=True)
class ImportKind:
    """A source we can read.

    `signature`: headers by which we recognise it (80 % of them must be there; empty: never).
    `required`: groups of field codes; of each group at least one must have a column.
    `source`: the name under which ids of this source are kept unique.
    `whole_orders`: one line that cannot be used holds back its order, so that a corrected file
    brings the whole of it; otherwise the other lines are the order.
    """

    code: str
    name: str
    about: str
    source: str
    whole_orders: bool
    signature: tuple[str, ...]
    fields: tuple[Field, ...]
    required: tuple[tuple[str, ...], ...]

    def cells_sql(self) -> LiteralString:
        """The statement that fills `import_cell` from `import_raw`.

        Its parameters are the column positions of `fields`, from 1; NULL where not mapped."""
        path = Path(__file__).parent / self.code / "cells.sql"
        text: LiteralString = path.read_text(encoding="utf-8")
        return text
