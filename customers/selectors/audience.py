"""Who of a segment a mail would reach now, and why not the others.

`judgement` is the one answer to "may we write to this customer": what is shown, what is planned and
the last look before sending all read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, LiteralString

from django.db import connection
from psycopg.sql import SQL, Composable, Literal

from config.kit.sql import load
from customers.models.consents import Channel, Purpose
from customers.rules import permissions
from customers.segments.compiler import compile_rule
from customers.selectors.postal import address_names
from customers.selectors.segments import today


@dataclass(frozen=True, slots=True)
class Reason:
    """A further reason not to write to somebody: `ids` is a SELECT of those customers' ids, with
    the parameters brand_id, purpose, channel and today; it may ask about `judged.customer_id`.
    `when` is a condition on the parameters alone, without which nobody is looked at."""

    code: str
    words: str
    ids: LiteralString
    when: LiteralString = "true"


_further: dict[str, Reason] = {}


def add_reason(reason: Reason) -> None:
    """Called by config/registries.py; reasons of ours are judged first, then these in order."""
    _further[reason.code] = reason


def words(code: str) -> str:
    """A reason as people read it; a code we do not know is shown readably."""
    if code in _further:
        return _further[code].words
    if code == permissions.SAID_NO:
        return permissions.SAID_NO_WORDS
    return permissions.REASONS.get(code) or code.replace("_", " ").capitalize()


_JUDGED = SQL("customers_permission(%(brand_id)s, %(purpose)s, %(channel)s, %(today)s::date)")
# A partner, or a kind of offers, that the customer said no to, by whatever channel.
_SAID_NO = SQL(
    "WHEN cardinality(%(refused)s::text[]) > 0 AND EXISTS ("
    "SELECT FROM customers_consentstate AS said WHERE said.brand_id = %(brand_id)s"
    " AND said.customer_id = judged.customer_id AND said.purpose = ANY(%(refused)s::text[])"
    " AND said.status = 'withdrawn') THEN {}"
).format(Literal(permissions.SAID_NO))


def judgement(channel: str = Channel.EMAIL) -> Composable:
    """A SELECT of (customer_id, address, basis, reason), one row per living customer; the reason
    "" means yes.

    Its parameters are brand_id and those of `judgement_params` for the same channel."""
    by_post = SQL("({})").format(SQL(load("customers", "permission_by_post")))
    judged = SQL(
        "SELECT judged.customer_id, judged.address, judged.basis, {reason} AS reason"
        " FROM {judged} AS judged"
    )
    source = by_post if channel == Channel.POST else _JUDGED
    cases = [_SAID_NO] + [
        SQL("WHEN {} AND judged.customer_id IN ({}) THEN {}").format(
            SQL(each.when), SQL(each.ids), Literal(each.code)
        )
        for each in _further.values()
    ]
    case = SQL("CASE WHEN judged.reason <> '' THEN judged.reason {} ELSE '' END")
    return judged.format(reason=case.format(SQL(" ").join(cases)), judged=source)


def judgement_params(
    *,
    on: date | None = None,
    purpose: str = Purpose.MARKETING,
    channel: str = Channel.EMAIL,
    refused: Sequence[str] = (),
) -> dict[str, Any]:
    """Beside brand_id; `on` is the brand's day, by default the present one. Whoever withdrew one of
    the purposes `refused` is not written to, whatever they allowed."""
    params: dict[str, Any] = {"purpose": str(purpose), "channel": str(channel)}
    params |= {"today": on or today(), "refused": list(refused)}
    if channel != Channel.POST:
        return params
    names = address_names()
    return {**params, "street_names": names["street"], "postcode_names": names["postcode"]}


@dataclass(frozen=True, slots=True)
class Reach:
    """`left_out` counts by reason those who would not be written to, in the order of judging;
    each member is counted once."""

    mailable: int
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.mailable + sum(self.left_out.values())

    @property
    def no_consent(self) -> int:
        return self.left_out.get("no_consent", 0)

    @property
    def suppressed(self) -> int:
        return self.left_out.get("suppressed", 0)

    @property
    def no_address(self) -> int:
        return self.left_out.get("no_address", 0)


def reachable(
    rule: object,
    *,
    as_of: date | None = None,
    purpose: str = Purpose.MARKETING,
    channel: str = Channel.EMAIL,
    refused: Sequence[str] = (),
) -> Reach:
    """The members of the rule on `as_of` (default: today) by whether they may be written to."""
    day = as_of or today()
    compiled = compile_rule(rule, as_of=day)
    statement = SQL(load("customers", "reach")).format(
        audience=compiled.sql, permission=judgement(channel)
    )
    params = judgement_params(purpose=purpose, channel=channel, refused=refused)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**compiled.params, **params})
        counts: dict[str, int] = dict(cursor.fetchall())
    order = [*permissions.REASONS, permissions.SAID_NO, *_further]
    left_out = {code: counts[code] for code in order if code in counts}
    return Reach(mailable=counts.get("", 0), left_out=left_out)
