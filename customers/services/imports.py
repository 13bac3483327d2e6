"""Take a file from upload to the customer base: recognise, map, check, run.

The two long steps open the brand's scope themselves, once per slice, so that a reader sees the
progress and a crash loses one slice at most."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, BinaryIO, cast

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.fields.json import KT

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, NotFound
from customers.events.imports import ImportCompleted, ImportMapped, ImportRequested
from customers.imports import mapping as mappings
from customers.imports.kept_rows import forget
from customers.imports.kinds import ImportKind
from customers.imports.mapping import Mapping, fingerprint
from customers.imports.options import Options, check_options, suggest_options
from customers.imports.reading import CustomColumn
from customers.imports.registry import kind_for, kind_of
from customers.imports.sandbox import looked_at
from customers.imports.sniff import Layout, sample_rows
from customers.imports.workbench import (
    Job,
    Overtaken,
    Slice,
    Workbench,
    add_counts,
    empty_counts,
    workbench,
)
from customers.models.imports import Import, ImportChange, ImportRecipe, ImportSlice
from customers.rules.attributes import Reading, Shape
from customers.selectors.attributes import definitions, shape_of
from customers.selectors.erasure import hash_params
from customers.services.attributes import clean_name, define_attribute, lock_kinds, refresh_values
from customers.services.counting import judge_orders
from customers.services.dirty import mark_dirty
from customers.services.facts import refresh_facts
from customers.services.products import products_moved

State = Import.State

# A task may run for 60 s; the rest is for the slice that has begun. Each call does one at least,
# also when it had to read the file.
RUN_SECONDS = 45.0
_TRIES = 4


def create_import(
    *, brand: Brand, file: BinaryIO, file_name: str, user_id: int | None, simulated: bool = False
) -> Import:
    """Keep an upload, say what it seems to be and how its columns seem to map.

    Raises Invalid for a file that cannot be read as delimited text."""
    with looked_at(file) as seen:
        start = _starting_point(seen.layout, seen.rows, brand.country, file_name)
        name = f"brand/{brand.uid}/imports/{uuid.uuid4().hex}.{seen.layout.form}"
        path = default_storage.save(name, File(seen.table))
    imported = Import.objects.create(
        kind=start.kind.code,
        file_name=file_name[:200],
        file=path,
        size=seen.layout.size,
        dialect=seen.layout.as_json(),
        mapping=start.mapping.as_json(),
        options=start.options.as_json(),
        simulated=simulated,
        created_by_id=user_id,
    )
    imported.refresh_from_db(fields=["uid"])
    return imported


@dataclass(frozen=True, slots=True)
class _Start:
    kind: ImportKind
    mapping: Mapping
    options: Options


def _starting_point(layout: Layout, rows: list[list[str]], country: str, file_name: str) -> _Start:
    """How the brand read the last file with this header, else what its header suggests."""
    recipe = (
        ImportRecipe.objects.filter(fingerprint=fingerprint(layout.header))
        .order_by("-updated_at")
        .first()
    )
    if recipe is None:
        kind = kind_for(layout.header)
        mapping = mappings.suggest(kind, layout.header, rows, country)
        return _Start(kind, mapping, suggest_options(kind, mapping, file_name))
    kind = kind_of(recipe.kind)
    mapping = Mapping.from_json(recipe.mapping)
    # Who these people are, and whether the file is news, is said of each file anew.
    audience = suggest_options(kind, mapping, file_name).audience
    options = replace(Options.from_json(recipe.options), audience=audience, is_live=False)
    return _Start(kind, mapping, options)


def _remember(kind: ImportKind, layout: Layout, mapping: Mapping, options: Options) -> None:
    ImportRecipe.objects.update_or_create(
        kind=kind.code,
        fingerprint=fingerprint(layout.header),
        defaults={
            "mapping": mapping.as_json(),
            "options": options.as_json(),
            "updated_at": now(),
        },
    )


def choose_kind(*, imported: Import, kind: ImportKind, country: str) -> Mapping:
    """The mapping to start from when the file is read as `kind`: kept when it already is."""
    if imported.kind == kind.code:
        return Mapping.from_json(imported.mapping)
    layout = Layout.from_json(imported.dialect)
    return mappings.suggest(kind, layout.header, samples(imported=imported), country)


def samples(*, imported: Import) -> list[list[str]]:
    """The first rows of the file, for a person to compare the columns with."""
    with imported.file.open("rb") as file:
        return sample_rows(cast(BinaryIO, file), Layout.from_json(imported.dialect))


def map_columns(
    *, imported: Import, kind: ImportKind, mapping: Mapping, options: Options | None = None
) -> None:
    """Fix how the file is read and ask for its dry run; without `options` those stay.

    Raises Invalid for an incomplete mapping, Conflict when the import has already begun."""
    mappings.check(kind, mapping, len(imported.dialect["header"]))
    chosen = options or Options.from_json(imported.options)
    check_options(chosen)
    _move(
        imported,
        State.MAPPED,
        kind=kind.code,
        mapping=mapping.as_json(),
        options=chosen.as_json(),
        foreseen={},
        error="",
    )
    _remember(kind, Layout.from_json(imported.dialect), mapping, chosen)
    record(ImportMapped(subject_id=imported.pk))


def check_import(*, brand_id: int, import_id: int) -> bool:
    """The dry run: count what the real one would do, change nothing else.

    False when the columns were matched anew meanwhile: then it is due again."""
    job = _job(brand_id, import_id, State.MAPPED)
    if job is None:
        return True
    with _opened(job) as bench, brand_scope(brand_id):
        bench.resolve()
        foreseen = bench.foresee()
        same = Import.objects.filter(
            pk=import_id,
            state=State.MAPPED,
            kind=job.kind.code,
            mapping=job.mapping.as_json(),
        )
        return bool(
            same.update(state=State.CHECKED, foreseen=foreseen, lines_total=foreseen["lines"])
        )


def request_import(*, imported: Import) -> None:
    """Start the real run in the background, or take up one that failed.

    Raises Conflict unless it was checked or has failed."""
    _move(imported, State.RUNNING, started_at=now(), error="")
    _declare(Mapping.from_json(imported.mapping))
    record(ImportRequested(subject_id=imported.pk))


def _declare(mapping: Mapping) -> None:
    """Attributes the brand never heard of come to be with the kind that was chosen for them."""
    known = definitions() if mapping.attributes else {}
    for name, (_, kind) in mapping.attributes.items():
        if clean_name(name) not in known:
            define_attribute(name=name, kind=kind)


def run_import(*, brand_id: int, import_id: int, seconds: float = RUN_SECONDS) -> bool:
    """Do the slices that are not done yet, for about `seconds`; True when none is left."""
    job = _job(brand_id, import_id, State.RUNNING)
    if job is None:
        return True
    deadline = time.monotonic() + seconds
    with _opened(job) as bench:
        with brand_scope(brand_id):
            bench.resolve()
            done = set(ImportSlice.objects.filter(of_id=import_id).values_list("number", flat=True))
        waiting = [part for part in bench.slices() if part.number not in done]
        for part in waiting:
            _merge(job, bench, part)
            if time.monotonic() > deadline and part is not waiting[-1]:
                return False
    _finish(job)
    return True


def fail_import(*, import_id: int, error: str) -> None:
    """Stop an import that cannot go on, and say why. Slices that are done stay."""
    rows = Import.objects.filter(pk=import_id)
    rows.filter(state=State.MAPPED).update(error=error)
    stopped = rows.filter(state=State.RUNNING)
    if stopped.update(state=State.FAILED, error=error, finished_at=now()):
        path = rows.values_list("file", flat=True).get()
        transaction.on_commit(partial(forget, path))


def _move(imported: Import, state: str, **values: Any) -> None:
    """Change the state by one conditional UPDATE. Raises Conflict when another was faster."""
    sources = [source for source, targets in Import.TRANSITIONS.items() if state in targets]
    rows = Import.objects.filter(pk=imported.pk, state__in=sources, undo_requested_at=None)
    moved = rows.update(state=state, **values)
    if not moved:
        raise Conflict("This import has moved on. Look at its page.", code="import_moved_on")
    imported.refresh_from_db()


def _job(brand_id: int, import_id: int, state: str) -> Job | None:
    """What the workbench needs, or None when the import is no longer in this state."""
    with brand_scope(brand_id):
        imported = Import.objects.filter(pk=import_id, state=state).first()
        if imported is None:
            return None
        brand = Brand.objects.get(pk=brand_id)
        mapping = Mapping.from_json(imported.mapping)
        return Job(
            brand_id=brand_id,
            import_id=import_id,
            path=str(imported.file.name),
            kind=kind_of(imported.kind),
            layout=Layout.from_json(imported.dialect),
            mapping=mapping,
            zone=brand.time_zone,
            currency=brand.currency,
            simulated=imported.simulated,
            at=imported.created_at,
            user_id=imported.created_by_id,
            country=brand.country,
            options=Options.from_json(imported.options),
            custom=_custom_columns(mapping),
            reading=_reading(brand, mapping),
            erased=hash_params(),
        )


def _custom_columns(mapping: Mapping) -> tuple[CustomColumn, ...]:
    """Attributes the brand has declared are read as declared."""
    known = definitions() if mapping.attributes else {}
    return tuple(
        CustomColumn(name, at + 1, shape_of(known[name]) if name in known else Shape(kind))
        for name, (at, kind) in mapping.attributes.items()
    )


def _reading(brand: Brand, mapping: Mapping) -> Reading:
    """How the file writes, which need not be how the brand's people do."""
    return Reading(
        currency=brand.currency,
        decimal_mark=mapping.decimal,
        is_day_first=mapping.date_order != "MDY",
    )


@contextmanager
def _opened(job: Job) -> Iterator[Workbench]:
    if not default_storage.exists(job.path):
        raise NotFound("The uploaded file is gone. Upload it again.", code="file_gone")
    with (
        default_storage.open(job.path, "rb") as file,
        workbench(job, cast(BinaryIO, file)) as bench,
    ):
        yield bench


def _merge(job: Job, bench: Workbench, part: Slice) -> None:
    """One slice, looked at again when somebody has written one of its rows meanwhile."""
    for _ in range(_TRIES):
        try:
            with brand_scope(job.brand_id):
                _merge_once(job, bench, part)
        except (IntegrityError, Overtaken):
            with brand_scope(job.brand_id):
                bench.resolve()
        else:
            return
    raise Conflict(
        "Other programs keep changing the same customers. Go on with the import later.",
        code="import_disturbed",
    )


def _merge_once(job: Job, bench: Workbench, part: Slice) -> None:
    """The slice, its facts and its done-row in one transaction; nothing when another did it."""
    bench.take_turn()
    mine, is_mine = ImportSlice.objects.get_or_create(of_id=job.import_id, number=part.number)
    if not is_mine:
        return
    if job.custom:
        lock_kinds()
    done = bench.merge(part)
    if part.part == "products":
        products_moved(_moved_products(job.import_id))
    bench.analyse_once(part)
    touched = bench.touched(part)
    changed = judge_orders(customer_ids=touched.customers, order_ids=touched.orders)
    refresh_facts(customer_ids=touched.customers | changed)
    if job.custom:
        refresh_values(customer_ids=touched.customers)
    mark_dirty(touched.customers | changed)
    ImportSlice.objects.filter(pk=mine.pk).update(counts=done.counts, made=done.made)
    Import.objects.filter(pk=job.import_id).update(lines_done=F("lines_done") + part.lines)


def _moved_products(import_id: int) -> list[int]:
    """Products that the import put into another category."""
    changes = ImportChange.objects.filter(of_id=import_id, table="customers_product")
    changes = changes.alias(was=KT("before__category"), said=KT("before__new_category"))
    return list(changes.exclude(was=F("said")).values_list("row_id", flat=True))


def _finish(job: Job) -> None:
    with brand_scope(job.brand_id):
        counts = empty_counts()
        for done in ImportSlice.objects.filter(of_id=job.import_id).order_by("number"):
            counts = add_counts(counts, done.counts)
        ended = Import.objects.filter(pk=job.import_id, state=State.RUNNING).update(
            state=State.DONE, counts=counts, finished_at=now(), error=""
        )
        if ended:
            transaction.on_commit(partial(forget, job.path))
            record(
                ImportCompleted(
                    subject_id=job.import_id,
                    customers_created=counts["customers_created"],
                    customers_updated=counts["customers_updated"],
                    orders_created=counts["orders_created"],
                    orders_updated=counts["orders_updated"],
                    refunds_created=counts["refunds_created"],
                    lines_rejected=counts["lines_rejected"],
                    is_live=job.options.is_live,
                ),
                batch_id=job.import_id,
            )
