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


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportKind:
    """A source we can read.

    `signature`: headers by which we recognise it (80 % of them must be there; empty: never).
    `required`: groups of field codes; of each group at least one must have a column.
    `source`: the name under which ids of this source are kept unique.
    `of_orders`: a row is an order line; else it is a person.
    `whole_orders`: one line that cannot be used holds back its order, so that a corrected file
    brings the whole of it; otherwise the other lines are the order.
    `needs_customer`: an order of nobody is a row to fix; otherwise it is kept as unattributed.
    `asks_audience`: the file does not say row by row whether its people are subscribed.
    `is_json`: the file is a list of JSON objects, which `rows.py` of the folder lays out in rows.
    `takes_the_rest`: columns nobody knows are suggested as attributes of the brand's own.
    """

    code: str
    name: str
    about: str
    source: str
    signature: tuple[str, ...]
    fields: tuple[Field, ...]
    required: tuple[tuple[str, ...], ...]
    of_orders: bool = True
    whole_orders: bool = True
    needs_customer: bool = False
    asks_audience: bool = False
    is_json: bool = False
    takes_the_rest: bool = False

    def cells_sql(self) -> LiteralString:
        """The statement that fills `import_cell` from `import_raw`.

        Its parameters are the column positions of `fields`, from 1; NULL where not mapped; and
        `audience`, of which people the file consists."""
        path = Path(__file__).parent / self.code / "cells.sql"
        text: LiteralString = path.read_text(encoding="utf-8")
        return text
