"""Where a letter goes: which of a brand's own attributes hold the lines of an address."""

from collections.abc import Iterable, Mapping
from typing import Any

# City and country are columns of every customer; the rest has the names that shops and address
# books give it, best first.
PARTS: dict[str, tuple[str, ...]] = {
    "street": (
        *("street", "street address", "address line 1", "address 1", "address1", "address"),
        *("default address address1", "billing address 1"),
    ),
    "street_2": (
        *("address line 2", "address 2", "address2", "street 2"),
        *("default address address2", "billing address 2"),
    ),
    "postcode": (
        *("postcode", "post code", "postal code", "zip code", "zip", "zipcode"),
        "default address zip",
    ),
    "region": ("region", "state", "province", "county", "default address province code"),
}


def names_of_parts(attributes: Iterable[str]) -> dict[str, list[str]]:
    """Of a brand's attributes those that hold each part of an address, best first."""
    by_meaning: dict[str, list[str]] = {}
    for name in attributes:
        by_meaning.setdefault(_plain(name), []).append(name)
    return {
        part: [name for meaning in meanings for name in by_meaning.get(meaning, ())]
        for part, meanings in PARTS.items()
    }


def part_of(attributes: Mapping[str, Any], names: Iterable[str]) -> str:
    """What a customer's attributes say under the first of these names that says anything."""
    said = (str(attributes.get(name) or "").strip() for name in names)
    return next((text for text in said if text), "")


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())
