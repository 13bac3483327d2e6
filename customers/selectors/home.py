"""What the agency's home page shows of each brand's customers; registered by the wiring."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from accounts.models.brands import Brand
from accounts.selectors.home import Figures
from config.kit import sql


def brand_figures(brands: Sequence[Brand]) -> dict[int, Figures]:
    """The figures of all these brands in one query; their read-only scope is open."""
    parameters: dict[str, Any] = {
        "brands": [brand.pk for brand in brands],
        "days": [brand.today for brand in brands],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.load("customers", "home"), parameters)
        return {brand_id: Figures(*values) for brand_id, *values in cursor.fetchall()}
