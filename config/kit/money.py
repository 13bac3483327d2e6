"""Money: whole minor units and an ISO 4217 currency. Never a float."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

# ISO 4217 currencies whose minor unit is not a hundredth; all others have two digits.
_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_SYMBOLS = {"GBP": "£", "USD": "$", "EUR": "€", "JPY": "¥", "CHF": "CHF "}
MAX_MINOR = 10**15


def digits(currency: str) -> int:
    """How many decimal digits the currency's minor unit has."""
    return _DIGITS.get(currency, 2)


def to_minor(amount: str | Decimal, currency: str) -> int:
    """Minor units of a decimal amount, halves away from zero.

    Raises ValueError for what is not a finite number of a sane size."""
    try:
        value = Decimal(amount)
    except InvalidOperation as error:
        raise ValueError(f"{amount!r} is not an amount") from error
    if not value.is_finite():
        raise ValueError(f"{amount!r} is not an amount")
    if abs(value) > MAX_MINOR:  # also keeps quantize() within its precision
        raise ValueError(f"{amount!r} is too large an amount")
    minor = int((value * 10 ** digits(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if abs(minor) > MAX_MINOR:
        raise ValueError(f"{amount!r} is too large an amount")
    return minor


def to_decimal(minor: int, currency: str) -> Decimal:
    """The amount in major units, exactly."""
    return Decimal(minor).scaleb(-digits(currency))


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Whole parts of `total` in proportion to weights of at least 0, by largest remainder: the
    parts sum to the total, and of equal remainders the first goes first."""
    whole = sum(weights)
    if not whole:
        return [total, *(0 for _ in weights[1:])] if weights else []
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def format_money(minor: int, currency: str, *, whole: bool = False) -> str:
    """`£1,234.50`; `whole` leaves the decimals out, for headlines and axes."""
    places = 0 if whole else digits(currency)
    value = to_decimal(abs(minor), currency)
    if whole:
        value = value.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    sign = "-" if minor < 0 else ""
    return f"{sign}{_SYMBOLS.get(currency, currency + ' ')}{value:,.{places}f}"
