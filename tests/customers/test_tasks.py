"""Background work on imports ends, also on files that the database refuses."""

import io

import pytest

from accounts.scope import brand_scope
from customers import tasks
from customers.imports.mapping import Mapping
from customers.imports.registry import kind_of
from customers.services import imports
from tests.conftest import Cast
from tests.customers.services.test_imports import HEADER

pytestmark = pytest.mark.django_db


def test_a_file_that_the_database_refuses_is_told_to_the_page_and_not_tried_again(
    cast: Cast,
) -> None:
    # Each line may be true; together they are more than a bigint holds.
    rows = "A1,2026-01-05,a@example.com,,,,X,1,999999999999\n" * 95_000
    with brand_scope(cast.floral):
        imported = imports.create_import(
            brand=cast.floral,
            file=io.BytesIO((HEADER + rows).encode()),
            file_name="orders.csv",
            user_id=None,
        )
        imports.map_columns(
            imported=imported,
            kind=kind_of(imported.kind),
            mapping=Mapping.from_json(imported.mapping),
        )

    assert tasks.check_import.run(cast.floral.pk, imported.pk) is None

    with brand_scope(cast.floral):
        imported.refresh_from_db()
    assert (imported.state, imported.foreseen) == ("mapped", {})
    assert "cannot be kept" in imported.error
