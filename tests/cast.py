"""The cast, known by name, and one statement that makes it: nearly every test begins with it, and
row by row it took as long as the rest of a simple test."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.db.models import Model
from django.db.models.sql import InsertQuery

from accounts.models.brands import Brand
from accounts.models.members import Grant, Membership, Role
from accounts.models.organisations import Organisation
from accounts.models.users import User
from config.kit.clock import now
from customers.models.customers import Customer
from customers.models.identities import Identity
from tests import factories

PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Cast:
    """Ana owns the agency; Ben markets for Floral; Cleo is of another agency and must see
    nothing; Pia is a partner; Rae buys flowers."""

    agency: Organisation
    floral: Brand
    grocer: Brand
    ana: User
    ben: User
    other_agency: Organisation
    other_brand: Brand
    cleo: User
    pia: User
    rae: Customer


def make_cast() -> Cast:
    mould = _mould()
    with connection.cursor() as cursor:
        cursor.execute(mould.next_ids)
        values = {**dict(zip(mould.stand_ins, cursor.fetchone(), strict=True)), _THEN: now()}
        statements = mould.statements
        for stand_in, value in values.items():
            statements = statements.replace(_text(stand_in), _text(value))
        cursor.execute(statements)
    cast = deepcopy(mould.cast)
    for row in vars(cast).values():
        stored = vars(row)  # setattr() would forget the row that a changed key leads to
        for name, value in stored.items():
            if isinstance(value, int | UUID | datetime) and value in values:
                stored[name] = values[value]
    return cast


# What stands in the mould for the moment, and from where on for the ids, of the cast to come.
_THEN = datetime(1901, 1, 1, 1, 1, 1, 111_111, tzinfo=UTC)
_FIRST_ID = 9_100_000_000_001


def _text(value: Any) -> str:
    """As it is written in a statement."""
    return value.hex if isinstance(value, UUID) else str(value)


@dataclass(frozen=True)
class _Mould:
    cast: Cast
    stand_ins: list[int | UUID]
    next_ids: str
    statements: str


@cache
def _mould() -> _Mould:
    cast, tables = _rows()
    rows = [row for table in tables for row in table]
    named = [cast.floral, cast.grocer, cast.other_brand, cast.rae]
    for row in named:
        row.uid = UUID(int=row.pk)
    for row in rows:
        _set(row)
    ids = [f"nextval('{_sequence(type(row))}')" for row in rows]
    stand_ins = [row.pk for row in rows] + [row.uid for row in named]
    # Customers and their identities are Floral's own.
    steps = [
        *map(_insert, tables[:-2]),
        f"SELECT set_config('app.brands', '{cast.floral.pk}', true)",
        *map(_insert, tables[-2:]),
        "SELECT set_config('app.brands', '', true)",
    ]
    statements = "; ".join(steps)
    assert all(_text(each) in statements for each in [*stand_ins, _THEN])
    next_ids = f"SELECT {', '.join(ids + ['uuidv7()'] * len(named))}"
    return _Mould(cast, stand_ins, next_ids, statements)


def _rows() -> tuple[Cast, list[list[Any]]]:
    """The cast as it would be stored, and all its rows, table by table."""
    new = count(_FIRST_ID)
    agency = Organisation(pk=next(new), kind=Organisation.Kind.AGENCY, name="Northlight")
    other_agency = Organisation(pk=next(new), kind=Organisation.Kind.AGENCY, name="Southgate")
    bakery = Organisation(pk=next(new), kind=Organisation.Kind.PARTNER, name="Oak Bakery")
    floral, grocer, other_brand = (
        factories.new_brand(pk=next(new), organisation=owner, name=name, slug=name.lower())
        for owner, name in ((agency, "Floral"), (agency, "Grocer"), (other_agency, "Rival"))
    )
    ana, ben, cleo, pia = (
        User(pk=next(new), email=email, password=make_password(PASSWORD), name=name)
        for email, name in (
            ("ana@northlight.example", "Ana Okafor"),
            ("ben@northlight.example", "Ben Hale"),
            ("cleo@southgate.example", "Cleo Marsh"),
            ("pia@oakbakery.example", "Pia Roth"),
        )
    )
    members = [
        Membership(pk=next(new), user=ana, organisation=agency, role=Role.OWNER),
        Membership(pk=next(new), user=ben, organisation=agency, brand=floral, role=Role.MARKETER),
        Membership(pk=next(new), user=cleo, organisation=other_agency, role=Role.OWNER),
        Membership(pk=next(new), user=pia, organisation=bakery, role=Role.OWNER),
    ]
    grants = [Grant(pk=next(new), brand=brand, organisation=agency) for brand in (floral, grocer)]
    rae = Customer(
        pk=next(new),
        brand_id=floral.pk,
        email="rae@example.com",
        email_norm="rae@example.com",
        first_name="Rae",
        last_name="Winter",
        name_norm="rae winter",
    )
    mailbox = Identity(
        pk=next(new),
        brand_id=floral.pk,
        customer=rae,
        kind=Identity.Kind.EMAIL,
        value="rae@example.com",
        value_norm="rae@example.com",
    )
    cast = Cast(agency, floral, grocer, ana, ben, other_agency, other_brand, cleo, pia, rae)
    return cast, [
        [agency, other_agency, bakery],
        [floral, grocer, other_brand],
        [ana, ben, cleo, pia],
        members,
        grants,
        [rae],
        [mailbox],
    ]


def _set(row: Model) -> None:
    """As if it had been read from the database, at the moment to come."""
    row._state.adding = False
    row._state.db = connection.alias
    for name, value in vars(row).items():
        if isinstance(value, datetime):
            setattr(row, name, _THEN)


def _sequence(model: type[Model]) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        return str(cursor.fetchone()[0])


def _insert(rows: list[Any]) -> str:
    """The statement that stores rows of one table, values and all."""
    model = type(rows[0])
    query = InsertQuery(model)
    query.insert_values(model._meta.concrete_fields, rows)
    with connection.cursor() as cursor:
        ((sql, parameters),) = query.get_compiler(connection=connection).as_sql()
        return str(cursor.mogrify(sql, parameters))
