"""Calendar months, each named by its first day."""

from datetime import date


def months_between(start: date, end: date) -> int:
    """From the month of `start` to the month of `end`."""
    return (end.year - start.year) * 12 + end.month - start.month


def last_months(day: date, count: int) -> list[date]:
    """So many months in order, that of `day` the last."""
    number = day.year * 12 + day.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(number - count + 1, number + 1)]
