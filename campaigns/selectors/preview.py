"""The mail as one customer would read it: for the editor, the test and the page after sending."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from psycopg.sql import SQL

from accounts.scope import current_brand_id
from campaigns.rules import rendering
from campaigns.rules.messages import read_data
from campaigns.rules.program import Recipient
from campaigns.selectors.content import Content, in_language, recipients, rendered
from campaigns.selectors.further import example
from config.kit import sql
from customers.models.customers import Customer
from customers.segments.compiler import compile_rule

EVERYBODY: dict[str, Any] = {"all": []}


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Who stands before and after a customer in the audience, by id; None at an end."""

    previous: int | None
    next: int | None


def preview_of(content: Content, recipient: Recipient | None = None) -> rendering.Preview:
    """The mail for this person, or for an invented one; raises a DomainError that says why not."""
    person = recipient or example()
    shown = rendered(in_language(content, person.language))
    data = read_data(content.example)
    return rendering.preview(
        shown, {**person.values, **data.values}, {**person.lists, **data.lists}
    )


def recipient_of(customer_id: int) -> Recipient | None:
    return next(iter(recipients([customer_id], with_lists=True)), None)


def audience_sample(rule: dict[str, Any], *, as_of: date, limit: int) -> list[int]:
    """The first members of a rule, by id."""
    query = SQL("SELECT member.id FROM ({rule}) AS member ORDER BY member.id LIMIT %(limit)s")
    return [row[0] for row in _over(query, rule, as_of=as_of, limit=limit)]


def neighbours(customer_id: int, rule: dict[str, Any], *, as_of: date) -> Neighbours:
    """The members beside a customer, who need not be a member."""
    query = SQL(
        "SELECT max(member.id) FILTER (WHERE member.id < %(at)s),"
        " min(member.id) FILTER (WHERE member.id > %(at)s) FROM ({rule}) AS member"
    )
    return Neighbours(*_over(query, rule, as_of=as_of, at=customer_id)[0])


def people(text: str, *, limit: int = 8) -> list[Customer]:
    """Customers whose e-mail address or name begins with `text`."""
    start = " ".join(text.casefold().split())
    if not start:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("campaigns", "people"),
            {"brand_id": current_brand_id(), "start": start, "limit": limit},
        )
        ids = [row[0] for row in cursor.fetchall()]
    found = Customer.objects.in_bulk(ids)
    return [found[customer_id] for customer_id in ids]


def _over(query: SQL, rule: dict[str, Any], *, as_of: date, **params: Any) -> list[tuple[Any, ...]]:
    """The rows of a query over the members of a rule, which stands for {rule}."""
    compiled = compile_rule(rule, as_of=as_of)
    with connection.cursor() as cursor:
        cursor.execute(query.format(rule=compiled.sql), {**compiled.params, **params})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def masked_address(customer_id: int) -> str:
    """Enough of the address to know it is one's own: forwarded mails show it to others."""
    recipient = recipient_of(customer_id)
    local, at, domain = (recipient.address if recipient else "").partition("@")
    return f"{local[:2]}\N{HORIZONTAL ELLIPSIS}@{domain}" if at else ""
