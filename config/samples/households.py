"""What is known of the sample households: age, income, family. Real, like their orders."""

import csv
import gzip
from collections.abc import Iterator, Mapping

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.samples.orders import SAMPLE_DATA
from customers.models.identities import Identity
from customers.selectors.attributes import definitions
from customers.services.attribute_kinds import change_attribute
from customers.services.attributes import define_attribute, set_attributes_of

# Column of the source -> (what the screen calls it, its choices in their order).
_ATTRIBUTES: dict[str, tuple[str, tuple[str, ...]]] = {
    "age": ("Age", ("19-24", "25-34", "35-44", "45-54", "55-64", "65+")),
    "income": (
        "Income",
        (
            *("Under 15K", "15-24K", "25-34K", "35-49K", "50-74K", "75-99K", "100-124K"),
            *("125-149K", "150-174K", "175-199K", "200-249K", "250K+"),
        ),
    ),
    "home_ownership": (
        "Home",
        ("Homeowner", "Probable Homeowner", "Renter", "Probable Renter"),
    ),
    "marital_status": ("Marital status", ("Married", "Unmarried")),
    "household_size": ("Household size", ("1", "2", "3", "4", "5+")),
    "household_comp": (
        "Household",
        ("1 Adult No Kids", "1 Adult Kids", "2 Adults No Kids", "2 Adults Kids"),
    ),
    "kids_count": ("Children", ("0", "1", "2", "3+")),
}
# Worth an index: what a florist would ask for first.
_PROMOTED = "age"


def describe_households(brand: Brand, *, source: str) -> int:
    """Give the brand's customers what is known of their household; how many changed.

    `source` is under which the import keeps household numbers. A second run changes nobody."""
    with brand_scope(brand):
        known = definitions()
        for name, (label, choices) in _ATTRIBUTES.items():
            if name not in known:
                row = define_attribute(name=name, label=label, kind="choice", choices=choices)
                if name == _PROMOTED:
                    change_attribute(definition=row, is_promoted=True)
        numbers = Identity.objects.filter(kind=Identity.Kind.EXTERNAL, source=source)
        customers = dict(numbers.values_list("value_norm", "customer_id"))
        given = {customers[number]: said for number, said in _households() if number in customers}
        return len(set_attributes_of(given))


def _households() -> Iterator[tuple[str, Mapping[str, str]]]:
    path = SAMPLE_DATA / "complete_journey" / "demographics.csv.gz"
    with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["household_id"], {name: row[name] for name in _ATTRIBUTES if row[name]}
