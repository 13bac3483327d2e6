"""The people of a segment, a page or a file at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection
from psycopg.sql import SQL, Composed

from accounts.scope import brand_scope, current_brand_id
from config.kit import ids
from config.kit.sql import load
from config.kit.text import email_key
from customers.models.customers import Customer
from customers.segments.compiler import CompiledRule, compile_rule
from customers.selectors.audience import judgement, judgement_params
from customers.selectors.customers import living

PAGE_SIZE = 25
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Member:
    """One person; `reason` says why a mail would not reach them now, "" when it would."""

    id: int
    public_id: str
    name: str
    email: str
    orders: int
    net_minor: int
    last_order_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class MemberPage:
    """The newest customers first; `after` leads on, None at the end."""

    members: list[Member]
    after: int | None


def member_page(rule: object, *, as_of: date, after: int | None = None) -> MemberPage:
    """The page behind the customer with the id `after`. Raises BadRule."""
    found = _people(compile_rule(rule, as_of=as_of), below=after, size=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    return MemberPage(shown, shown[-1].id if len(found) > PAGE_SIZE else None)


def member_ids(
    rule: object, *, as_of: date, below: int | None = None, limit: int | None = None
) -> list[int]:
    """The members, or at most `limit` of those with smaller ids than `below`; the newest customer
    first. Raises BadRule."""
    compiled = compile_rule(rule, as_of=as_of)
    statement = SQL(
        "SELECT member.id FROM ({}) AS member"
        " WHERE %(below)s::bigint IS NULL OR member.id < %(below)s::bigint"
        " ORDER BY member.id DESC LIMIT %(size)s"
    ).format(compiled.sql)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**compiled.params, "below": below, "size": limit})
        return [row[0] for row in cursor.fetchall()]


def find_person(text: str) -> Customer | None:
    """The customer with this public id or e-mail address, as somebody typed it."""
    if "@" not in text:
        uid = ids.decode("cus", text)
        return Customer.objects.filter(uid=uid).first() if uid else None
    try:
        key = email_key(text)
    except ValueError:
        return None
    return living().filter(email_norm=key).order_by("pk").first()


def members_of_ids(brand_id: int, chosen: list[int]) -> Iterator[Member]:
    """These people in the order of their ids, for a file that is streamed: each batch opens its
    own scope, because a slow reader must not hold one open. Who is gone meanwhile is left out."""
    for start in range(0, len(chosen), _BATCH):
        batch = chosen[start : start + _BATCH]
        with brand_scope(brand_id):
            people = _people(_these(batch), below=None, size=_BATCH)
        yield from people


def _these(chosen: list[int]) -> CompiledRule:
    sql = SQL(
        "SELECT customer.id FROM customers_customer AS customer"
        " WHERE customer.brand_id = %(brand_id)s AND customer.id = ANY(%(chosen)s::bigint[])"
        " AND customer.merged_into_id IS NULL AND customer.erased_at IS NULL"
    )
    return CompiledRule(Composed([sql]), {"brand_id": current_brand_id(), "chosen": chosen})


def _people(compiled: CompiledRule, *, below: int | None, size: int) -> list[Member]:
    statement = SQL(load("customers", "segment_people")).format(
        members=compiled.sql, permission=judgement()
    )
    params = {**judgement_params(), **compiled.params, "below": below, "size": size}
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [Member(pk, ids.encode("cus", uid), *rest) for pk, uid, *rest in cursor.fetchall()]
