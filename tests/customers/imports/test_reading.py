"""How cells become dates, amounts and ids: the SQL readers, asked directly."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from config.kit.sql import load

pytestmark = pytest.mark.django_db


@pytest.fixture
def cursor() -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(load("customers", "import_stage"))
        yield cursor


@pytest.mark.parametrize(
    ("cell", "mark", "value"),
    [
        ("12.50", ".", "12.50"),
        ("1,234.50", ".", "1234.50"),
        ("£1,234.50", ".", "1234.50"),
        ("USD 3", ".", "3"),
        ("(12.00)", ".", "-12.00"),
        ("12.5-", ".", "-12.5"),
        ("\u22127", ".", "-7"),
        ("1.234,50 €", ",", "1234.50"),
        ("1\u202f234,5", ",", "1234.5"),
        ("1'234.5", ".", "1234.5"),
        ("abc", ".", None),
        ("NaN", ".", None),
        ("Infinity", ".", None),
        ("1e5", ".", None),
        ("0x1F", ".", None),
        ("1234567890123", ".", None),
    ],
)
def test_numbers(cursor: Any, cell: str, mark: str, value: str | None) -> None:
    cursor.execute("SELECT pg_temp.import_number(%s, %s)", [cell, mark])
    assert cursor.fetchone()[0] == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("cell", "order", "value"),
    [
        ("2010-12-01 08:26:00", "YMD", datetime(2010, 12, 1, 8, 26, tzinfo=UTC)),
        ("2025-10-07 09:50:26 +0200", "YMD", datetime(2025, 10, 7, 7, 50, 26, tzinfo=UTC)),
        ("2025-10-07T09:50:26Z", "YMD", datetime(2025, 10, 7, 9, 50, 26, tzinfo=UTC)),
        ("2025-07-01", "YMD", datetime(2025, 6, 30, 23, tzinfo=UTC)),
        ("20110101", "YMD", datetime(2011, 1, 1, tzinfo=UTC)),
        ("12/1/2010 8:26", "MDY", datetime(2010, 12, 1, 8, 26, tzinfo=UTC)),
        ("12/1/2010 8:26", "DMY", datetime(2010, 1, 12, 8, 26, tzinfo=UTC)),
        ("1/2/26 09:50 PM", "DMY", datetime(2026, 2, 1, 21, 50, tzinfo=UTC)),
        ("7 Jan 2025", "DMY", datetime(2025, 1, 7, tzinfo=UTC)),
        ("Jan 7, 2025 3:04 PM", "MDY", datetime(2025, 1, 7, 15, 4, tzinfo=UTC)),
        ("1700000000", "YMD", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("45292.5", "YMD", datetime(2024, 1, 1, 12, tzinfo=UTC)),
        ("31/12/2010", "MDY", None),
        ("2011-02-30", "YMD", None),
        ("now", "YMD", None),
        ("infinity", "YMD", None),
        ("tomorrow", "YMD", None),
        ("not a date", "YMD", None),
    ],
)
def test_dates_in_a_london_brand(
    cursor: Any, cell: str, order: str, value: datetime | None
) -> None:
    cursor.execute("SELECT set_config('datestyle', %s, true)", [f"ISO, {order}"])
    cursor.execute("SELECT pg_temp.import_time(%s, 'Europe/London')", [cell])
    assert cursor.fetchone()[0] == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [("17850.0", "17850"), ("'0042", "0042"), ("A.0", "A.0"), ("85123A", "85123A")],
)
def test_ids(cursor: Any, cell: str, value: str) -> None:
    cursor.execute("SELECT pg_temp.import_id(%s)", [cell])
    assert cursor.fetchone()[0] == value
