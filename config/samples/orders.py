"""Write the sample brands' orders in the generic import format, so the demo uses the wizard's door.

Order-level cells stand on the first row of an order only; the import fills them down.
"""

import csv
import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from config.samples.people import person

SAMPLE_DATA = Path(__file__).resolve().parents[2] / "sample_data"
HEADER = (
    "order_id",
    "order_date",
    "customer_id",
    "email",
    "first_name",
    "last_name",
    "city",
    "country",
    "accepts_marketing",
    "sku",
    "product",
    "category",
    "quantity",
    "total",
)
_ORDER_COLUMNS = HEADER.index("sku")


@dataclass(frozen=True, slots=True)
class SampleLine:
    """One line of an order as the source has it."""

    sku: str
    product: str
    category: str
    quantity: str
    total: str


@dataclass(slots=True)
class SampleOrder:
    """One order of one made-up person; `number` is the source's household or customer."""

    order_id: str
    placed_at: str
    people: str
    number: int
    lines: list[SampleLine] = field(default_factory=list)


def lay_on_last_year(placed_at: datetime, today: date) -> datetime:
    """The same month, day and time within the twelve months that end yesterday.

    2017 has no 29 February, so every day exists in every year."""
    day = (placed_at.month, placed_at.day)
    return placed_at.replace(year=today.year - (day >= (today.month, today.day)))


def _products() -> dict[str, tuple[str, str]]:
    """Product id -> (name, category)."""
    path = SAMPLE_DATA / "complete_journey" / "products.csv.gz"
    with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
        return {
            row["product_id"]: (
                " ".join(filter(None, (row["product_type"].capitalize(), row["package_size"]))),
                row["product_category"].capitalize(),
            )
            for row in csv.DictReader(file)
        }


def _journey(name: str, today: date) -> Iterator[SampleOrder]:
    products = _products()
    orders: dict[str, SampleOrder] = {}
    path = SAMPLE_DATA / "complete_journey" / f"{name}_lines.csv.gz"
    with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            order = orders.get(row["basket_id"])
            if order is None:
                at = lay_on_last_year(datetime.fromisoformat(row["placed_at"]), today)
                order = orders[row["basket_id"]] = SampleOrder(
                    row["basket_id"], at.isoformat(" "), "household", int(row["household_id"])
                )
            # A few products sold are missing from the source's list.
            product, category = products.get(
                row["product_id"], (f"Product {row['product_id']}", "")
            )
            # The source's money carries float noise in the 15th digit.
            total = f"{float(row['sales_value']):.2f}"
            order.lines.append(
                SampleLine(row["product_id"], product, category, row["quantity"], total)
            )
    yield from sorted(orders.values(), key=lambda order: (order.placed_at, order.order_id))


def floral_orders(today: date) -> Iterator[SampleOrder]:
    """The florist: 2,200 orders of 902 households."""
    return _journey("floral", today)


def grocer_orders(today: date) -> Iterator[SampleOrder]:
    """The sister brand: 49,555 orders of the florist's 447 repeat households."""
    return _journey("grocer", today)


def music_orders() -> Iterator[SampleOrder]:
    """CDNOW: 67,591 customer-days as orders, on their own dates."""
    with gzip.open(SAMPLE_DATA / "cdnow_master.txt.gz", "rt", encoding="ascii") as file:
        rows = sorted(
            (line.split() for line in list(file)[1:] if line.strip()), key=itemgetter(1, 0)
        )
    for (day, customer), group in groupby(rows, key=itemgetter(1, 0)):
        order = SampleOrder(
            f"{day}-{customer}", f"{day[:4]}-{day[4:6]}-{day[6:]} 12:00:00", "music", int(customer)
        )
        order.lines.extend(
            SampleLine("CD", "Compact discs", "Music", cds, usd) for *_, cds, usd in group
        )
        yield order


def write_orders(orders: Iterable[SampleOrder], path: Path) -> int:
    """Write a generic orders CSV (UTF-8); returns the number of lines below the header."""
    written = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for order in orders:
            who = person(order.people, order.number)
            cells: tuple[str, ...] = (
                order.order_id,
                order.placed_at,
                str(order.number),
                who.email,
                who.first_name,
                who.last_name,
                who.city,
                who.country,
                "yes" if who.accepts_marketing else "no",
            )
            for line in order.lines:
                writer.writerow(
                    (*cells, line.sku, line.product, line.category, line.quantity, line.total)
                )
                cells = (order.order_id, *[""] * (_ORDER_COLUMNS - 1))
                written += 1
    return written
