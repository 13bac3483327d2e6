"""The one door to a brand's rows: opens the transaction and tells PostgreSQL whose rows to show.

Three rings hold tenancy: the scoped manager (accounts.models.base), the scoped look-up
(accounts.access) and forced row security in the database. All three read this scope."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, models, transaction

from config.kit.sql import rows_of


class ScopeMissing(RuntimeError):
    """A brand's rows were asked for outside `brand_scope`."""


class ScopeNested(RuntimeError):
    """A second brand's scope was opened inside the first."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: kind is user, api_key, customer, partner or system."""

    kind: str
    id: int | None = None
    request_id: str = ""
    reason: str = ""


SYSTEM = Actor("system")

_brands: ContextVar[tuple[int, ...] | None] = ContextVar("rapport_brands", default=None)
_actor: ContextVar[Actor] = ContextVar("rapport_actor", default=SYSTEM)


def current_brand_ids() -> tuple[int, ...]:
    brands = _brands.get()
    if brands is None:
        raise ScopeMissing("Open `with brand_scope(brand):` before touching a brand's rows.")
    return brands


def current_brand_id() -> int:
    """The one brand in scope; the default of every brand-owned row's `brand`."""
    brands = current_brand_ids()
    if len(brands) != 1:
        raise ScopeMissing("Several brands are in scope; this needs exactly one.")
    return brands[0]


def current_actor() -> Actor:
    return _actor.get()


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Everything recorded inside is done by `actor`."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


@contextmanager
def brand_scope(brand: models.Model | int) -> Iterator[None]:
    """Open a transaction in which exactly this brand's rows exist.

    Entering the same brand again is a savepoint; another brand raises ScopeNested. What ends with
    the transaction need not be taken back: most scopes are the whole of one."""
    ids = (brand.pk if isinstance(brand, models.Model) else brand,)
    current = _brands.get()
    if current == ids:
        with transaction.atomic():
            yield
        return
    if current is not None:
        raise ScopeNested(f"Brand {current} is in scope; leave it before opening {ids}.")
    is_within = connection.in_atomic_block
    with transaction.atomic():
        _set_setting(ids)
        token = _brands.set(ids)
        try:
            yield
        finally:
            _brands.reset(token)
        # Releasing a savepoint keeps the setting, so an outer transaction would see it; rolling
        # back, which an error leads to, takes it back by itself.
        if is_within and not connection.needs_rollback:
            _set_setting(())


@contextmanager
def brands_scope(brand_ids: Iterable[int]) -> Iterator[None]:
    """Read over several brands at once (the agency home). Nothing can be written inside."""
    current = _brands.get()
    if current is not None:
        raise ScopeNested(f"Brand {current} is in scope already.")
    ids = tuple(sorted(set(brand_ids)))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        _set_setting(ids)
        token = _brands.set(ids)
        try:
            yield
        finally:
            _brands.reset(token)
            # Nothing was written; rolling back also undoes READ ONLY for an outer transaction.
            transaction.set_rollback(True)


def _set_setting(ids: tuple[int, ...]) -> None:
    rows_of("SELECT set_config('app.brands', %(ids)s, true)", {"ids": ",".join(map(str, ids))})
