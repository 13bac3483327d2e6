"""What the dry run has read is kept for the run: the same rows, and only while they are of use."""

import io
from dataclasses import replace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from customers.imports.mapping import Mapping
from customers.imports.registry import kind_of
from customers.imports.workbench import Workbench
from customers.models.imports import Import, ImportReject
from customers.services import imports
from tests.conftest import Cast
from tests.customers.services.test_imports import SMALL, contents, run, upload

pytestmark = pytest.mark.django_db


def beside(imported: Import) -> str:
    return f"{imported.file.name}.rows"


def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The uploads that are read from here on, one entry for each time."""
    seen: list[str] = []
    prepare = Workbench.prepare

    def counted(bench: Workbench, file: io.BufferedReader) -> None:
        seen.append(bench.key.hex())
        prepare(bench, file)

    monkeypatch.setattr(Workbench, "prepare", counted)
    return seen


def run_for_no_time(brand: Brand, imported: Import) -> bool:
    return imports.run_import(brand_id=brand.pk, import_id=imported.pk, seconds=0)


def test_a_file_is_read_once_for_the_dry_run_and_all_calls_of_the_run(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(cast.floral, upload(cast.floral, SMALL))
    monkeypatch.setattr("customers.imports.workbench.SLICE_LINES", 1)
    seen = readings(monkeypatch)
    imported = upload(cast.grocer, SMALL)
    with brand_scope(cast.grocer):
        imports.request_import(imported=imported)
    calls = 1
    while not run_for_no_time(cast.grocer, imported):
        calls += 1
    assert calls > 1
    assert len(seen) == 1
    with brand_scope(cast.grocer):
        imported.refresh_from_db()
    assert imported.counts == imported.foreseen
    ours, theirs = contents(cast.grocer), contents(cast.floral)
    for what in ("orders", "lines", "refunds"):
        assert ours[what] == theirs[what]


def test_rejected_lines_keep_their_cells(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = upload(cast.grocer, SMALL + "A4,yesterday,cy@example.com,Cy,,,ROSE,1,5.00\n")
    seen = readings(monkeypatch)
    run(cast.grocer, imported)
    assert seen == []
    with brand_scope(cast.grocer):
        row = ImportReject.objects.get(of=imported)
        assert (row.line_number, row.reason) == (7, "bad_date")
        assert row.cells == ["A4", "yesterday", "cy@example.com", "Cy", "", "", "ROSE", "1", "5.00"]


@pytest.mark.parametrize("left", [0, 10, -1])
def test_rows_that_were_cut_off_are_read_from_the_upload_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    imported = upload(cast.grocer, SMALL)
    with default_storage.open(beside(imported)) as file:
        whole = file.read()
    default_storage.delete(beside(imported))
    default_storage.save(beside(imported), ContentFile(whole[:left]))
    seen = readings(monkeypatch)
    run(cast.grocer, imported)
    assert len(seen) == 1
    with brand_scope(cast.grocer):
        imported.refresh_from_db()
    assert imported.counts == imported.foreseen


def test_rows_read_in_another_way_are_not_taken(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = upload(cast.grocer, SMALL)
    with brand_scope(cast.grocer):
        mapping = Mapping.from_json(imported.mapping)
        columns = {code: at for code, at in mapping.columns.items() if code != "sku"}
        imports.map_columns(
            imported=imported,
            kind=kind_of(imported.kind),
            mapping=replace(mapping, columns=columns),
        )
    seen = readings(monkeypatch)
    imports.check_import(brand_id=cast.grocer.pk, import_id=imported.pk)
    assert len(seen) == 1
    with brand_scope(cast.grocer):
        imported.refresh_from_db()
    run(cast.grocer, imported)
    assert len(seen) == 1
    assert {sku for _, _, sku, _ in contents(cast.grocer)["lines"]} == {None}


def test_nothing_is_kept_of_an_import_that_has_ended(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    imported = upload(cast.grocer, SMALL)
    assert default_storage.exists(beside(imported))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        run(cast.grocer, imported)
    assert not default_storage.exists(beside(imported))
    failed = upload(cast.floral, SMALL)
    with brand_scope(cast.floral):
        imports.request_import(imported=failed)
    with django_capture_on_commit_callbacks(execute=True), brand_scope(cast.floral):  # type: ignore[operator]
        imports.fail_import(import_id=failed.pk, error="No.")
    assert not default_storage.exists(beside(failed))
    assert default_storage.exists(str(failed.file.name))
