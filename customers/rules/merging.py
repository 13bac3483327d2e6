"""What the record that stays takes over from the one that becomes part of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from customers.rules.attributes import Value

COLUMNS: Final = (
    "first_name",
    "last_name",
    "email",
    "email_norm",
    "phone",
    "country",
    "city",
    "language",
)
# What a person may choose from the other record, and the columns that come with it.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("first_name", "last_name"),
    "email": ("email", "email_norm"),
    "phone": ("phone",),
    "country": ("country",),
    "city": ("city",),
    "language": ("language",),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What a place held before (None: nothing) and what the merge put there."""

    was: Value | None
    became: Value


def taken_columns(
    kept: Mapping[str, str], gone: Mapping[str, str], take: Collection[str] = ()
) -> dict[str, Change]:
    """The columns of `kept` that change: the kept record's value wins unless the other's was
    chosen; what it lacks is filled. Half a name is filled only when the other half agrees."""
    changes: dict[str, Change] = {}
    for choice, columns in CHOICES.items():
        is_chosen = choice in take and any(gone[column] for column in columns)
        for column in columns:
            fills = not kept[column] and (choice != "name" or _names_agree(kept, gone))
            if (is_chosen or fills) and gone[column] != kept[column]:
                changes[column] = Change(kept[column], gone[column])
    return changes


def taken_attributes(
    kept: Mapping[str, Value], gone: Mapping[str, Value], take: Collection[str] = ()
) -> dict[str, Change]:
    """The same for attributes, chosen as `attributes/<name>`."""
    return {
        name: Change(kept.get(name), value)
        for name, value in gone.items()
        if name not in kept or (f"attributes/{name}" in take and kept[name] != value)
    }


def _names_agree(kept: Mapping[str, str], gone: Mapping[str, str]) -> bool:
    return all(
        not kept[part] or kept[part].casefold() == gone[part].casefold() for part in CHOICES["name"]
    )
