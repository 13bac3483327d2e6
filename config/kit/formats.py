"""Formats: numbers, money and days as a brand's locale writes them, for pages, charts and mail."""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import dateformat, translation
from django.utils.formats import get_format
from django.utils.numberformat import format as grouped

from config.kit.money import digits, to_decimal

_SYMBOLS = {"GBP": "£", "USD": "$", "EUR": "€", "JPY": "¥", "INR": "₹", "KRW": "₩", "PLN": "zł"}
# Languages that write the currency after the amount, and regions of them that do not.
_AFTER = {
    *("bg", "ca", "cs", "da", "de", "el", "es", "et", "fi", "fr", "hr", "hu", "it", "lt", "lv"),
    *("nb", "nn", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "uk"),
}
_BEFORE_REGIONS = {"de-at", "de-ch", "es-mx", "pt-br"}
_MINUS = "\N{MINUS SIGN}"
_NARROW_STEPS = ((10**9, "bn"), (10**6, "m"), (10**3, "k"))
# Pages write the same few sums and days again and again.
_KEPT = 4_096


def number(value: int | float | Decimal, locale: str = "en-gb", *, places: int = 0) -> str:
    """`1,234.5` with a true minus sign; halves are rounded away from zero."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = grouped(
        abs(rounded),
        get_format("DECIMAL_SEPARATOR", lang=locale),
        places,
        grouping=get_format("NUMBER_GROUPING", lang=locale) or 3,
        thousand_sep=get_format("THOUSAND_SEPARATOR", lang=locale),
        force_grouping=True,
    )
    return f"{_MINUS}{text}" if rounded < 0 else text


def short_number(value: int | float | Decimal, locale: str = "en-gb") -> str:
    """`20k`, `1.42m`: three digits are enough for an axis or a headline."""
    amount = Decimal(str(value))
    for size, letter in _NARROW_STEPS:
        if abs(amount) >= size:
            scaled = amount / size
            places = max(0, 2 - max(0, scaled.copy_abs().adjusted()))
            return _trimmed(number(scaled, locale, places=places), locale) + letter
    return _trimmed(number(amount, locale, places=0 if amount == int(amount) else 1), locale)


def money(minor: int, currency: str, locale: str = "en-gb", *, whole: bool = False) -> str:
    """`£1,234.50` or `1.234,50 €`; `whole` leaves the decimals out."""
    return _money(minor, currency, locale, whole)


def amount(minor: int, currency: str, locale: str = "en-gb") -> str:
    """`1,234.50`, for a column whose head names the currency."""
    return number(to_decimal(minor, currency), locale, places=digits(currency))


def short_money(minor: int, currency: str, locale: str = "en-gb") -> str:
    """`£20k`, `£1.42m`, for axes and figures where pennies would be noise."""
    text = short_number(to_decimal(abs(minor), currency), locale)
    return _signed(minor, _with_symbol(text, currency, locale))


def percent(share: float, locale: str = "en-gb", *, places: int = 0) -> str:
    """`47%` from a share of 0.47."""
    space = "\N{NO-BREAK SPACE}" if _language(locale) in _AFTER - {"it", "pt"} else ""
    return f"{number(share * 100, locale, places=places)}{space}%"


def day(value: date, locale: str = "en-gb", *, year: bool = True) -> str:
    """`31 Aug 2026`, or `31 Aug` without the year; the order of the parts is the locale's."""
    name = "DATE_FORMAT" if year else "MONTH_DAY_FORMAT"
    return _dated(value, name, locale)


def month(value: date, locale: str = "en-gb") -> str:
    """`Aug 2026`."""
    return _dated(value, "YEAR_MONTH_FORMAT", locale)


def moment(value: datetime, zone: str, locale: str = "en-gb") -> str:
    """`31 Aug 2026, 14:05` on the clock of an IANA zone.

    Exactly midnight is how a source that knows only the day says it: the day alone is shown."""
    local = value.astimezone(ZoneInfo(zone))
    words = day(local.date(), locale)
    return words if local.time() == time.min else f"{words}, {local:%H:%M}"


@lru_cache(maxsize=_KEPT)
def _money(minor: int, currency: str, locale: str, whole: bool) -> str:
    amount = to_decimal(abs(minor), currency)
    text = number(amount, locale, places=0 if whole else digits(currency))
    return _signed(minor, _with_symbol(text, currency, locale))


@lru_cache(maxsize=_KEPT)
def _dated(value: date, format_name: str, locale: str) -> str:
    pattern = get_format(format_name, lang=locale).replace("F", "M").replace("N", "M")
    with translation.override(locale):
        return dateformat.format(value, pattern)


def _language(locale: str) -> str:
    return locale.lower().split("-")[0]


def _trimmed(text: str, locale: str) -> str:
    mark = get_format("DECIMAL_SEPARATOR", lang=locale)
    return text.rstrip("0").rstrip(mark) if mark in text else text


def _with_symbol(text: str, currency: str, locale: str) -> str:
    symbol = _SYMBOLS.get(currency)
    if _language(locale) in _AFTER and locale.lower() not in _BEFORE_REGIONS:
        return f"{text}\N{NO-BREAK SPACE}{symbol or currency}"
    return f"{symbol}{text}" if symbol else f"{currency}\N{NO-BREAK SPACE}{text}"


def _signed(minor: int, text: str) -> str:
    return f"{_MINUS}{text}" if minor < 0 else text
