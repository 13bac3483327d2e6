"""Recognise a source by its header, and suggest which column is which."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from config.kit.errors import Invalid
from customers.imports.kinds import ImportKind

RECOGNISED_AT = 0.8
DATE_ORDERS = {
    "YMD": "Year first, as 2026-11-22",
    "DMY": "Day first, as 22/11/2026",
    "MDY": "Month first, as 11/22/2026",
}
DECIMALS = {".": "Point, as 1,234.50", ",": "Comma, as 1.234,50"}
_MONTH_FIRST_COUNTRIES = frozenset({"US", "PH", "PR"})
_SHORT_DATE = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{2,4}\b")
_METAFIELD = re.compile(r"\s*\((?:customer|order)\.metafields\.[^)]+\)\s*$")
# The columns of rows to fix, when they come back.
_IS_OURS = re.compile(r"(?:Row|Reason)$")
_LONGEST_NAME = 40
_AMOUNT_TAIL = re.compile(r"[.,](\d+)\D*$")


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a file is read: field code -> column position from 0, and how it writes values.

    `attributes` are columns that become attributes of the brand's own: name -> (position, kind).
    The kind counts for a name the brand has not declared yet."""

    columns: dict[str, int]
    date_order: str
    decimal: str
    attributes: dict[str, tuple[int, str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        attributes = value.get("attributes", {})
        pairs = {name: (int(at), str(kind)) for name, (at, kind) in attributes.items()}
        return cls(**(value | {"attributes": pairs}))


def header_key(text: str) -> str:
    """A header without case, accents of width, BOM, punctuation and spacing."""
    plain = unicodedata.normalize("NFKC", text).replace("\ufeff", "").casefold()
    return " ".join(re.findall(r"[^\W_]+", plain))


def fingerprint(header: Sequence[str]) -> str:
    """SHA-256 of the headers in their order and normal forms, hex."""
    keys = "\x1f".join(header_key(name) for name in header)
    return hashlib.sha256(keys.encode()).hexdigest()


def likeness(kind: ImportKind, header: Sequence[str]) -> float:
    """The share of the kind's signature columns that the header has; 0 to 1."""
    return likeness_of(kind.signature, header)


def likeness_of(signature: Sequence[str], header: Sequence[str]) -> float:
    if not signature:
        return 0.0
    keys = {header_key(name) for name in header}
    return sum(header_key(name) in keys for name in signature) / len(signature)


def recognise(kinds: Sequence[ImportKind], header: Sequence[str]) -> ImportKind | None:
    """The most alike kind that reaches 80 % of its signature, else None."""
    best = max(kinds, key=lambda kind: likeness(kind, header))
    return best if likeness(best, header) >= RECOGNISED_AT else None


def suggest_columns(kind: ImportKind, header: Sequence[str]) -> dict[str, int]:
    """Field code -> column position, each column used once; exact names win over parts."""
    keys = [header_key(name) for name in header]
    columns: dict[str, int] = {}
    for is_match in (_same, _ends_with):
        for wish in kind.fields:
            if wish.code in columns:
                continue
            for synonym in wish.synonyms:
                wanted = header_key(synonym)
                position = next(
                    (
                        at
                        for at, key in enumerate(keys)
                        if at not in columns.values() and is_match(key, wanted)
                    ),
                    None,
                )
                if position is not None:
                    columns[wish.code] = position
                    break
    return columns


def _same(key: str, wanted: str) -> bool:
    return key == wanted


def _ends_with(key: str, wanted: str) -> bool:
    return key.endswith(f" {wanted}")


def suggest(
    kind: ImportKind, header: Sequence[str], rows: Sequence[Sequence[str]], country: str
) -> Mapping:
    """A first mapping from the header and sample rows; `country` decides between 1/2 and 2/1."""
    columns = suggest_columns(kind, header)
    dates = _values(rows, columns, ("ordered_at", "consent_at", "confirmed_at", "withdrawn_at"))
    amounts = _values(rows, columns, ("unit_price", "line_total", "quantity"))
    amounts = [value for value in amounts if not _SHORT_DATE.match(value)]
    return Mapping(
        columns,
        date_order(dates, country),
        decimal_mark(amounts),
        _attributes_in(kind, header, set(columns.values())),
    )


def attribute_name(header: str) -> str:
    """What an attribute made of this column is called: Shopify writes a metafield's label before
    its key, "Birthday (customer.metafields.facts.birth_date)"."""
    return _METAFIELD.sub("", header).strip()[:_LONGEST_NAME]


def _attributes_in(
    kind: ImportKind, header: Sequence[str], taken: set[int]
) -> dict[str, tuple[int, str]]:
    """Columns that the source itself calls the brand's own. Whether others become attributes, a
    person says: a stray column of names should not."""
    found: dict[str, tuple[int, str]] = {}
    for at, name in enumerate(header):
        if at not in taken and (_METAFIELD.search(name) or kind.takes_the_rest):
            called = attribute_name(name)
            if called and called not in found and not _IS_OURS.match(called):
                found[called] = (at, "text")
    return found


def _values(
    rows: Sequence[Sequence[str]], columns: dict[str, int], codes: Sequence[str]
) -> list[str]:
    """What stands in these columns; in all of them while none of these is recognised."""
    known = [columns[code] for code in codes if code in columns]
    return [row[at] for row in rows for at in known or range(len(row))]


def date_order(values: Sequence[str], country: str) -> str:
    """YMD, DMY or MDY. A number above 12 decides; the country does when none is."""
    pairs = [
        (int(found[1]), int(found[2])) for value in values if (found := _SHORT_DATE.match(value))
    ]
    if not pairs:
        return "YMD"
    if any(first > 12 for first, _ in pairs):
        return "DMY"
    if any(second > 12 for _, second in pairs):
        return "MDY"
    return "MDY" if country in _MONTH_FIRST_COUNTRIES else "DMY"


def decimal_mark(values: Sequence[str]) -> str:
    """`.` or `,`: the last mark of amounts that do not end in a group of three digits."""
    commas = points = 0
    for value in values:
        tail = _AMOUNT_TAIL.search(value)
        if tail is None:
            continue
        both = "," in value and "." in value
        if both or len(tail[1]) != 3:
            commas += tail[0].startswith(",")
            points += tail[0].startswith(".")
    return "," if commas > points else "."


def check(kind: ImportKind, mapping: Mapping, width: int) -> None:
    """Raises Invalid unless every required field has a column and no column serves twice."""
    labels = {known.code: known.label for known in kind.fields}
    used = list(mapping.columns.values())
    wrong: dict[str, str] = {}
    for group in kind.required:
        if not any(code in mapping.columns for code in group):
            wanted = " or ".join(labels[code] for code in group)
            wrong[group[0]] = f"Choose the column that holds {wanted}."
    for code, position in mapping.columns.items():
        if code not in labels or not 0 <= position < width:
            wrong[code] = "Choose a column of this file."
        elif used.count(position) > 1:
            wrong[code] = "This column is chosen twice."
    wrong |= {
        f"attribute:{name}": "Choose another column for this."
        for name, (position, _) in mapping.attributes.items()
        if not 0 <= position < width or position in used
    }
    if mapping.date_order not in DATE_ORDERS:
        wrong["date_order"] = "Choose how dates are written."
    if mapping.decimal not in DECIMALS:
        wrong["decimal"] = "Choose how amounts are written."
    if wrong:
        raise Invalid("Some columns still need a choice.", code="mapping", fields=wrong)
