"""What the brand spends on winning and keeping customers, month by month and channel by channel."""

import csv
import io
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.scope import current_brand_id
from config.kit.clock import now
from config.kit.errors import Invalid
from config.kit.money import MAX_MINOR, to_minor
from customers.models.credits import Spend

HEADER = ("month", "kind", "channel", "amount")
MAX_CHANNEL = 60
MAX_LINES = 5000
_FIRST_YEAR = 1990


@dataclass(frozen=True, slots=True)
class SpendLine:
    """`month` is its first day; the amount is minor units of the brand's currency."""

    month: date
    kind: str
    channel: str
    amount_minor: int


def set_spend(line: SpendLine) -> Spend:
    """What was spent; the same month, kind and channel again replaces it. Raises Invalid."""
    _check(line)
    spend, _ = Spend.objects.update_or_create(
        month=line.month,
        kind=line.kind,
        channel=line.channel,
        defaults={"amount_minor": line.amount_minor, "updated_at": now()},
    )
    return spend


def remove_spend(*, month: date, kind: str, channel: str) -> None:
    Spend.objects.filter(month=month, kind=kind, channel=channel).delete()


def read_spend(text: str, *, currency: str) -> list[SpendLine]:
    """The lines of a CSV file with the columns month (2026-05), kind, channel, amount.

    Raises Invalid that names every bad line: such a file is taken as a whole, or not at all."""
    rows = csv.reader(io.StringIO(text, newline=""))
    head = [name.strip().lower() for name in next(rows, [])]
    if head[: len(HEADER)] != list(HEADER):
        raise _bad_file(f"The first line has to be: {','.join(HEADER)}")
    found: list[SpendLine] = []
    wrong: list[str] = []
    for number, cells in enumerate(rows, start=2):
        if number > MAX_LINES:
            raise _bad_file(f"At most {MAX_LINES} lines at once.")
        if any(cells):
            try:
                found.append(_line([cell.strip() for cell in cells], currency))
            except (ValueError, Invalid) as error:
                wrong.append(f"Line {number}: {error}")
    if wrong:
        raise _bad_file(" ".join(wrong[:5]) + f" {len(wrong) - 5} more." * (len(wrong) > 5))
    return found


def take_spend(lines: list[SpendLine]) -> int:
    """Write all of these lines; returns how many there were."""
    latest = {(line.month, line.kind, line.channel): line for line in lines}
    with transaction.atomic():
        Spend.objects.bulk_create(
            [
                Spend(
                    brand_id=current_brand_id(),
                    month=line.month,
                    kind=line.kind,
                    channel=line.channel,
                    amount_minor=line.amount_minor,
                )
                for line in latest.values()
            ],
            update_conflicts=True,
            unique_fields=["brand", "month", "kind", "channel"],
            update_fields=["amount_minor", "updated_at"],
        )
    return len(latest)


def _bad_file(message: str) -> Invalid:
    return Invalid(message, fields={"file": message})


def _line(cells: list[str], currency: str) -> SpendLine:
    if len(cells) < len(HEADER):
        raise ValueError("a cell is missing.")
    line = SpendLine(
        month=parse_month(cells[0]),
        kind=cells[1].lower(),
        # A spreadsheet guards a channel that looks like a formula by an apostrophe.
        channel=cells[2].removeprefix("'"),
        amount_minor=to_minor(cells[3].replace(" ", ""), currency),
    )
    _check(line)
    return line


def parse_month(text: str) -> date:
    """The first day of "2026-05". Raises ValueError with a sentence."""
    try:
        return date.fromisoformat(f"{text[:7]}-01")
    except ValueError as error:
        raise ValueError(f"“{text[:20]}” is not a month such as 2026-05.") from error


def _check(line: SpendLine) -> None:
    if line.month.day != 1 or not _FIRST_YEAR <= line.month.year <= now().year + 1:
        raise Invalid.at("month", "The month lies outside of what can be meant.")
    if line.kind not in Spend.Kind.values:
        raise Invalid.at("kind", f"The kind is {' or '.join(Spend.Kind.values)}.")
    if not 0 < len(line.channel) <= MAX_CHANNEL:
        raise Invalid.at("channel", f"The channel is a name of 1 to {MAX_CHANNEL} characters.")
    if not 0 <= line.amount_minor <= MAX_MINOR:
        raise Invalid.at("amount", "The amount is zero or more.")
