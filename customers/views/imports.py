"""The import wizard: upload, columns, check, run, rows to fix."""

from collections.abc import Iterator
from typing import BinaryIO, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.kit import ids
from config.kit.csvs import csv_lines
from config.kit.downloads import csv_file
from config.kit.errors import DomainError
from config.kit.paging import row_id
from config.kit.uploads import is_too_large
from customers.forms.imports import ColumnsForm, KindForm, UploadForm
from customers.imports.options import BASES, Options
from customers.imports.reasons import reason_text
from customers.imports.registry import KINDS, kind_of
from customers.models.imports import Import, ImportReject
from customers.selectors.attributes import definitions
from customers.selectors.imports import (
    is_undoing,
    progress_of,
    reasons_of,
    recent_imports,
    rejects_batch,
    rejects_page,
    unattributed_share,
    undo_progress_of,
)
from customers.services import imports, imports_undo

PREFIX = "imp"
STEPS = ["Upload", "Columns", "Check", "Import"]
State = Import.State


@brand_view("customers.import")
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if is_too_large(request):
        form = UploadForm()
        messages.error(request, "This file is larger than 512 MB. Split it into smaller files.")
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            imported = imports.create_import(
                brand=brand,
                file=cast(BinaryIO, upload.file),
                file_name=upload.name,
                user_id=request.user.pk,
            )
        except DomainError as error:
            form.add_error("file", error.message)
        else:
            return redirect("import_columns", brand.slug, public_id(imported))
    recent = [(row, public_id(row)) for row in recent_imports()]
    return render(
        request,
        "customers/imports/new.html",
        {"form": form, "recent": recent, "steps": STEPS, "kinds": KINDS},
    )


@brand_view("customers.import")
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, brand: Brand, import_id: str) -> HttpResponse:
    imported = get_by_public_id(Import, PREFIX, import_id)
    if imported.state not in {State.UPLOADED, State.MAPPED, State.CHECKED}:
        return redirect("import", brand.slug, import_id)
    kind = kind_of(request.GET.get("kind") or imported.kind)
    form = ColumnsForm(
        request.POST or None,
        kind=kind,
        header=imported.dialect["header"],
        rows=imports.samples(imported=imported),
        mapping=imports.choose_kind(imported=imported, kind=kind, country=brand.country),
        options=Options.from_json(imported.options),
        attributes={name: row.kind for name, row in definitions().items()},
    )
    if request.method == "POST" and form.is_valid():
        imports.map_columns(
            imported=imported, kind=kind, mapping=form.mapping, options=form.options
        )
        return redirect("import", brand.slug, import_id)
    context = _context(imported) | {"form": form, "kind": kind}
    context["kind_form"] = KindForm(initial={"kind": kind.code})
    return render(request, "customers/imports/columns.html", context)


@brand_view("customers.import")
@require_safe
def import_page(request: HttpRequest, brand: Brand, import_id: str) -> HttpResponse:
    imported = get_by_public_id(Import, PREFIX, import_id)
    if imported.state == State.UPLOADED:
        return redirect("import_columns", brand.slug, import_id)
    part = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    name = "state" if part else "import"
    return render(request, f"customers/imports/{name}.html", _context(imported))


@brand_view("customers.import")
@require_POST
def import_start(request: HttpRequest, brand: Brand, import_id: str) -> HttpResponse:
    imported = get_by_public_id(Import, PREFIX, import_id)
    imports.request_import(imported=imported)
    messages.success(request, "The import has begun. You may leave this page; it goes on.")
    return redirect("import", brand.slug, import_id)


@brand_view("customers.import")
@require_POST
def import_undo(request: HttpRequest, brand: Brand, import_id: str) -> HttpResponse:
    imported = get_by_public_id(Import, PREFIX, import_id)
    imports_undo.request_undo(imported=imported)
    messages.success(request, "The import is being taken back. You may leave this page.")
    return redirect("import", brand.slug, import_id)


@brand_view("customers.import")
@require_safe
def import_rows(request: HttpRequest, brand: Brand, import_id: str) -> HttpResponse:
    imported = get_by_public_id(Import, PREFIX, import_id)
    reason = request.GET.get("reason", "")[:40]
    after = request.GET.get("after", "")
    page = rejects_page(imported, reason=reason, after=row_id(after) or 0)
    context = _context(imported) | {
        "rows": [(row, row.detail or reason_text(row.reason)) for row in page.rows],
        "reason": reason,
        "next_url": f"?reason={reason}&after={page.next}" if page.next else "",
        "first_url": f"?reason={reason}" if after else "",
    }
    return render(request, "customers/imports/rows.html", context)


@brand_view("customers.import")
@require_safe
def import_rows_csv(request: HttpRequest, brand: Brand, import_id: str) -> StreamingHttpResponse:
    imported = get_by_public_id(Import, PREFIX, import_id)
    header = [*imported.dialect["header"], "Row", "Reason"]
    lines = _rejects_csv(brand, imported.pk, header, imported.dialect["delimiter"])
    return csv_file(lines, name="rows-to-fix")


def _rejects_csv(brand: Brand, import_id: int, header: list[str], delimiter: str) -> Iterator[str]:
    """Rows as the upload separates its cells, so the program that wrote it opens them again.

    A streamed answer outlives the view's scope, and a slow reader must not hold one open: each
    batch opens its own."""
    width = len(header) - 2

    def rows() -> Iterator[list[str]]:
        yield header
        after = 0
        while batch := _batch(after):
            for row in batch:
                cells = [*row.cells, *[""] * width][: max(width, len(row.cells))]
                yield [*cells, str(row.line_number), row.detail or reason_text(row.reason)]
            after = batch[-1].line_number

    def _batch(after: int) -> list[ImportReject]:
        with brand_scope(brand):
            return rejects_batch(import_id, after=after)

    return csv_lines(rows(), delimiter)


def public_id(imported: Import) -> str:
    return ids.encode(PREFIX, imported.uid)


def _context(imported: Import) -> dict[str, object]:
    """What every page of one import shows."""
    step = {State.UPLOADED: 2, State.MAPPED: 3, State.CHECKED: 3}.get(State(imported.state), 4)
    return {
        "imported": imported,
        "import_id": public_id(imported),
        "kind": kind_of(imported.kind),
        "counts": imported.counts or imported.foreseen,
        "reasons": reasons_of(imported),
        "progress": progress_of(imported),
        "steps": STEPS,
        "step": step,
        "is_waiting": imported.state == State.RUNNING
        or (imported.state == State.MAPPED and not imported.error)
        or is_undoing(imported),
        "undo": undo_progress_of(imported),
        "is_undoing": is_undoing(imported),
        "unattributed": unattributed_share(imported),
        "basis": BASES[Options.from_json(imported.options).basis][0],
    }
