"""Which source a header is of, and which column is which."""

import pytest

from customers.imports.mapping import (
    date_order,
    decimal_mark,
    likeness,
    recognise,
    suggest,
    suggest_columns,
)
from customers.imports.registry import GENERIC, KINDS
from customers.imports.uci.kind import KIND as UCI

UCI_HEADER = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
]


def test_a_source_is_recognised_whatever_the_case_spacing_or_mark() -> None:
    odd = [
        "\ufeffinvoiceno",
        " STOCKCODE ",
        "description",
        "QUANTITY",
        "InvoiceDate",
        *UCI_HEADER[5:],
    ]
    assert recognise(KINDS, UCI_HEADER) is UCI
    assert recognise(KINDS, odd) is UCI
    assert recognise(KINDS, list(reversed(UCI_HEADER))) is UCI


def test_four_of_five_signature_columns_are_enough_and_fewer_are_not() -> None:
    assert likeness(UCI, UCI_HEADER[:7]) == 0.875
    assert recognise(KINDS, UCI_HEADER[:7]) is UCI
    assert recognise(KINDS, UCI_HEADER[:6]) is None
    assert recognise(KINDS, ["Order", "Total"]) is None


def test_columns_are_found_by_synonyms_in_any_order() -> None:
    header = ["Lineitem price", "E-Mail", "Created at", "Lineitem quantity", "Name", "Lineitem sku"]
    assert suggest_columns(GENERIC, header) == {
        "order_id": 4,
        "ordered_at": 2,
        "email": 1,
        "sku": 5,
        "quantity": 3,
        "unit_price": 0,
    }


def test_a_column_serves_once() -> None:
    columns = suggest_columns(GENERIC, ["Order", "Date", "Total", "Total", "Email"])
    assert sorted(columns.values()) == sorted(set(columns.values()))


@pytest.mark.parametrize(
    ("values", "country", "found"),
    [
        (["2026-01-05 10:00"], "GB", "YMD"),
        (["1/13/2026", "2/3/2026"], "GB", "MDY"),
        (["13/1/2026", "2/3/2026"], "US", "DMY"),
        (["1/2/2026"], "GB", "DMY"),
        (["1/2/2026"], "US", "MDY"),
        (["5.1.2026 10:00"], "DE", "DMY"),
        ([], "GB", "YMD"),
    ],
)
def test_the_order_of_dates_is_found(values: list[str], country: str, found: str) -> None:
    assert date_order(values, country) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["1,234.50"], "."),
        (["1.234,50 €"], ","),
        (["12,5", "7"], ","),
        (["1,234"], "."),
        (["5"], "."),
    ],
)
def test_the_decimal_mark_is_found(values: list[str], found: str) -> None:
    assert decimal_mark(values) == found


def test_german_columns_are_found() -> None:
    header = ["Bestellnummer", "Bestelldatum", "E-Mail", "Vorname", "Menge", "Einzelpreis"]
    assert suggest_columns(GENERIC, header) == {
        "order_id": 0,
        "ordered_at": 1,
        "email": 2,
        "first_name": 3,
        "quantity": 4,
        "unit_price": 5,
    }


def test_how_values_are_written_is_found_in_columns_that_nobody_knows_yet() -> None:
    found = suggest(GENERIC, ["Objednávka", "Dne", "Cena"], [["7001", "24.12.2025", "29,90"]], "CZ")
    assert (found.columns, found.date_order, found.decimal) == ({}, "DMY", ",")
