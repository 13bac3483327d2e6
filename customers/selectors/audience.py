"""Who of a segment a mail would reach now, and why not the others."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from psycopg.sql import SQL

from config.kit.sql import load
from customers.models.consents import Channel, Purpose
from customers.segments.compiler import compile_rule
from customers.selectors.segments import today


@dataclass(frozen=True, slots=True)
class Reach:
    """`total` is the sum of the others; each member is counted under the first that holds:
    no address, suppressed, no consent, mailable."""

    total: int
    mailable: int
    no_consent: int
    suppressed: int
    no_address: int


def reachable(
    rule: object,
    *,
    as_of: date | None = None,
    purpose: Purpose = Purpose.MARKETING,
    channel: Channel = Channel.EMAIL,
) -> Reach:
    compiled = compile_rule(rule, as_of=as_of or today())
    statement = SQL(load("customers", "reach")).format(audience=compiled.sql)
    params = {**compiled.params, "purpose": purpose, "channel": channel}
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        total, no_address, suppressed, no_consent = cursor.fetchone()
    return Reach(
        total=total,
        mailable=total - no_address - suppressed - no_consent,
        no_consent=no_consent,
        suppressed=suppressed,
        no_address=no_address,
    )
