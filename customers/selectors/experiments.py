"""The brand's control group: how it stands, what it costs, and what it shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg.sql import SQL

from accounts.scope import current_brand_id
from config.kit.clock import now
from config.kit.sql import load
from customers.models.experiments import BrandControl
from customers.rules.lift import Arm, Lift, detectable
from customers.rules.splits import bounds, split_key
from customers.selectors.audience import judgement, judgement_params
from customers.selectors.segments import today

# The time over which a brand's control group is compared before anything is said of it.
JUDGED_AFTER_DAYS = 90
# What is offered to a brand that has none.
OFFERED_PERCENT = 5


@dataclass(frozen=True, slots=True)
class Effect:
    """Of all customers: how many would be held out, and how many of those could be written to now.

    `detectable_minor`: the smallest difference per person in 90 days that would show."""

    customers: int
    held: int
    mailable: int
    mailable_held: int
    detectable_minor: int | None


def brand_control() -> BrandControl | None:
    """What holds now; None when the brand never had a control group."""
    return BrandControl.objects.order_by("-since", "-id").first()


def brand_control_history() -> list[BrandControl]:
    """All changes, newest first."""
    return list(BrandControl.objects.order_by("-since", "-id"))


def experiment_key(name: str) -> bytes:
    """The key of an experiment of the brand in scope, by its name, such as "campaign 7"."""
    return split_key(settings.ERASURE_KEY, brand_id=current_brand_id(), name=name)


def effect_of(percent: int) -> Effect:
    """What a control group of this size would mean now.

    Before the first one its key is not drawn yet, so that the number is of people like them."""
    control = brand_control()
    key = bytes(control.salt) if control else experiment_key("control group, foreseen")
    statement = SQL(load("customers", "control_effect")).format(permission=judgement())
    params = {
        **judgement_params(),
        **_keys(key, percent),
        "after": today() - timedelta(days=JUDGED_AFTER_DAYS),
    }
    [(customers, held, mailable, mailable_held, deviation)] = _rows(statement, params)
    least = detectable(deviation=deviation, written=customers - held, held=held)
    return Effect(customers, held, mailable, mailable_held, None if least is None else round(least))


def brand_lift(control: BrandControl) -> Lift:
    """The group against everybody else, since its size was last changed."""
    return lift_since(bytes(control.salt), percent=control.percent, since=control.since)


def lift_since(key: bytes, *, percent: int, since: datetime) -> Lift:
    """Customers known by then who are held out by this key, against everybody else: their own
    orders from then on."""
    params = {**_keys(key, percent), "since": since}
    arms = {row[0]: row[1:] for row in _rows(SQL(load("customers", "control_result")), params)}
    return Lift(
        written=Arm(*arms.get("written", (0,))),
        held=Arm(*arms.get("held", (0,))),
        share=percent / 100,
        is_over=now() >= judged_from(since),
        in_both=arms.get("both", (0,))[0],
    )


def judged_from(since: datetime) -> datetime:
    return since + timedelta(days=JUDGED_AFTER_DAYS)


def _keys(key: bytes, percent: int) -> dict[str, Any]:
    return {"brand_id": current_brand_id(), "key": key, "below": bounds([percent])[0]}


def _rows(statement: Any, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
