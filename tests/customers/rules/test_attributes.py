"""Values of custom attributes: what people and programs write, read by the attribute's kind."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.attributes import Reading, Shape, merged, read_value, write_value

GB = Reading("GBP", ".", is_day_first=True)
US = Reading("USD", ".", is_day_first=False)
DE = Reading("EUR", ",", is_day_first=True)
JP = Reading("JPY", ".", is_day_first=True)
SIZES = Shape("choice", ("Small", "Large"))


@pytest.mark.parametrize(
    ("written", "shape", "reading", "value"),
    [
        ("  gold ", Shape(), GB, "gold"),
        ("1234.5", Shape("number"), GB, 1234.5),
        ("1,234.5", Shape("number"), GB, 1234.5),
        ("12,34,567", Shape("number"), GB, 1234567),
        ("1.234,5", Shape("number"), DE, 1234.5),
        ("1.234", Shape("number"), DE, 1234),
        ("1234.5", Shape("number"), DE, 1234.5),
        ("\N{MINUS SIGN}7", Shape("number"), GB, -7),
        ("7.0", Shape("number"), GB, 7),
        (7, Shape("number"), GB, 7),
        (7.25, Shape("number"), GB, 7.25),
        ("2026-11-22", Shape("date"), GB, "2026-11-22"),
        ("2026-11-22T23:59:00Z", Shape("date"), GB, "2026-11-22"),
        ("22/11/2026", Shape("date"), GB, "2026-11-22"),
        ("22.11.2026", Shape("date"), DE, "2026-11-22"),
        ("11/22/2026", Shape("date"), US, "2026-11-22"),
        ("3/4/2026", Shape("date"), GB, "2026-04-03"),
        ("3/4/2026", Shape("date"), US, "2026-03-04"),
        ("Yes", Shape("boolean"), GB, True),
        ("0", Shape("boolean"), GB, False),
        (True, Shape("boolean"), GB, True),
        ("large", SIZES, GB, "Large"),
        ("12.50", Shape("money"), GB, 1250),
        ("£1,200", Shape("money"), GB, 120000),
        ("12,50 €", Shape("money"), DE, 1250),
        ("GBP 12.5", Shape("money"), GB, 1250),
        ("1200", Shape("money"), JP, 1200),
        (1250, Shape("money"), GB, 1250),
        ("", Shape("date"), GB, None),
        (None, Shape("number"), GB, None),
    ],
)
def test_a_value_is_read_by_its_kind(
    written: object, shape: Shape, reading: Reading, value: object
) -> None:
    read = read_value(written, shape, reading)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("written", "shape", "reading", "sentence"),
    [
        ("soon", Shape("number"), GB, "Write a number such as 1234.5."),
        ("1,5", Shape("number"), GB, "Write a number such as 1234.5."),
        ("NaN", Shape("number"), GB, "Write a number such as 1234.5."),
        (float("nan"), Shape("number"), GB, "This number is too large."),
        ("9" * 30, Shape("number"), GB, "This number is too large."),
        (10**20, Shape("number"), GB, "This number is too large."),
        (True, Shape("number"), GB, "Write a number, not true or false."),
        (
            "22/11/2026",
            Shape("date"),
            US,
            "There is no such day; write it as 2026-11-22 or 11/22/2026.",
        ),
        (
            "29/02/2026",
            Shape("date"),
            GB,
            "There is no such day; write it as 2026-11-22 or 22/11/2026.",
        ),
        ("22/11/26", Shape("date"), GB, "Write a date such as 2026-11-22 or 22/11/2026."),
        ("0001-01-01", Shape("date"), GB, "Write a year between 1800 and 2200."),
        (20261122, Shape("date"), GB, "Write a date such as 2026-11-22 in quotes, not a number."),
        ("maybe", Shape("boolean"), GB, "Write yes or no."),
        ("Huge", SIZES, GB, "Write one of: Small, Large."),
        ("12.505", Shape("money"), GB, "An amount in GBP has at most 2 decimals."),
        ("12.5", Shape("money"), JP, "An amount in JPY has at most 0 decimals."),
        ("$12", Shape("money"), GB, "Write the amount in GBP."),
        (
            12.5,
            Shape("money"),
            GB,
            'Write whole minor units (1250), or the amount in quotes ("12.50").',
        ),
        (7, Shape(), GB, "Write text in quotes, not a number."),
        ([], Shape(), GB, "Write one text, number, true or false."),
        ("a\x00", Shape(), GB, "This holds a control character or broken text; please remove it."),
        ("x" * 501, Shape(), GB, "This is too long: at most 500 characters."),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_write(
    written: object, shape: Shape, reading: Reading, sentence: str
) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read_value(written, shape, reading)
    assert str(refused.value) == sentence


_VALUES = st.one_of(
    st.tuples(st.just(Shape("number")), st.integers(-(10**15), 10**15)),
    st.tuples(
        st.just(Shape("number")),
        st.floats(-1e15, 1e15, allow_nan=False).filter(lambda n: not n.is_integer()),
    ),
    st.tuples(st.just(Shape("money")), st.integers(-(10**12), 10**12)),
    st.tuples(st.just(Shape("boolean")), st.booleans()),
    st.tuples(
        st.just(Shape("date")),
        st.dates(min_value=date(1800, 1, 1)).map(
            lambda day: day.replace(year=1800 + day.year % 400, day=min(day.day, 28)).isoformat()
        ),
    ),
    st.tuples(st.just(SIZES), st.sampled_from(SIZES.choices)),
)


@given(_VALUES, st.sampled_from([GB, US, DE, JP]))
def test_what_is_written_is_read_back(pair: tuple[Shape, object], reading: Reading) -> None:
    shape, value = pair
    written = write_value(value, shape, reading)  # type: ignore[arg-type]
    assert read_value(written, shape, reading) == value


def test_what_is_said_joins_what_is_known_and_nothing_takes_away() -> None:
    assert merged({"a": 1, "b": False}, {"a": None, "c": "x"}) == {"b": False, "c": "x"}
