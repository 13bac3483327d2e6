"""Background work on imports ends, also on files that the database refuses."""

import pytest
from django.core.files.base import ContentFile

from accounts.scope import brand_scope
from customers import tasks
from customers.imports.mapping import Mapping
from customers.imports.registry import kind_of
from customers.services import imports
from tests.conftest import Cast
from tests.customers.services.test_imports import HEADER, upload

pytestmark = pytest.mark.django_db


def test_a_file_that_the_database_refuses_is_told_to_the_page_and_not_tried_again(
    cast: Cast,
) -> None:
    imported = upload(cast.floral, HEADER + "A1,2026-01-05,a@example.com,,,,X,1,1\n")
    # Each line may be true; together they are more than a bigint holds.
    rows = "A1,2026-01-05,a@example.com,,,,X,1,999999999999\n" * 95_000
    with brand_scope(cast.floral):
        imported.file.storage.delete(imported.file.name)
        imported.file.storage.save(imported.file.name, ContentFile((HEADER + rows).encode()))
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
