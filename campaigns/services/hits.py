"""Clicks and opens as they are stored: each once, and judged together with those around them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection, transaction

from accounts.scope import current_brand_id
from campaigns.models.messages import Feedback
from campaigns.rules.bots import REACH, machine_hits
from config.kit.sql import load
from customers.services.dirty import ring_after_commit

_BATCH = 2_000


class Hit(msgspec.Struct, frozen=True, array_like=True):
    """A request for a link or the picture of a mail; `at` to the microsecond tells it from others.

    See campaigns.models.messages.Feedback for the other columns."""

    brand_id: int
    campaign_id: int
    customer_id: int
    kind: str
    link: int | None
    at: datetime
    user_agent: str = ""
    network: str = ""
    hints: str = ""


class _Stored(msgspec.Struct, frozen=True):
    """A hit that has a row."""

    id: int
    campaign_id: int
    customer_id: int
    kind: str
    link: int | None
    at: datetime
    user_agent: str
    network: str
    hints: str
    is_machine: bool


def record_hits(hits: Sequence[Hit]) -> None:
    """Store hits of the brand in scope; one that is stored already stays as it is."""
    with transaction.atomic():
        stored = _around(hits)
        known = {_key(each) for each in stored}
        fresh = [hit for key, hit in {_key(hit): hit for hit in hits}.items() if key not in known]
        if not fresh:
            return
        machines, unmasked = _judged(fresh, stored)
        _insert(fresh, machines)
        _revise(unmasked, is_machine=True)
        changed = [hit for hit in fresh if id(hit) not in machines] + unmasked
        _look_again({hit.customer_id for hit in changed if hit.kind == Feedback.Kind.CLICK})


def judge_again(*, since: datetime) -> int:
    """Judge the hits since then once more, each with all others of its message; returns how many
    were judged otherwise before. For the night: two processes may each have seen half a burst."""
    revised = 0
    rows = Feedback.objects.filter(at__gte=since, kind__in=["click", "open"], simulated=False)
    people = sorted(set(rows.values_list("customer_id", flat=True)))
    for start in range(0, len(people), _BATCH):
        batch = rows.filter(customer__in=people[start : start + _BATCH])
        with transaction.atomic():
            revised += _judge_anew([_stored(each) for each in batch.values()])
    return revised


def _judge_anew(stored: Iterable[_Stored]) -> int:
    wrong: dict[bool, list[_Stored]] = {True: [], False: []}
    for message in _by_message(stored).values():
        machines = machine_hits(message, settings.SCANNER_NETWORKS)
        for place, hit in enumerate(message):
            if (place in machines) != hit.is_machine:
                wrong[place in machines].append(hit)
    for is_machine, hits in wrong.items():
        _revise(hits, is_machine=is_machine)
    changed = wrong[True] + wrong[False]
    _look_again({hit.customer_id for hit in changed if hit.kind == Feedback.Kind.CLICK})
    return len(changed)


def _around(hits: Sequence[Hit]) -> list[_Stored]:
    with connection.cursor() as cursor:
        cursor.execute(
            load("campaigns", "recent_hits"),
            {
                "brand_id": current_brand_id(),
                "customer_ids": _array({hit.customer_id for hit in hits}),
                "since": min(hit.at for hit in hits) - REACH,
                "until": max(hit.at for hit in hits) + REACH,
            },
        )
        return [_Stored(*row) for row in cursor.fetchall()]


def _judged(fresh: Sequence[Hit], stored: Sequence[_Stored]) -> tuple[set[int], list[_Stored]]:
    """The `id()` of each new hit that a program made, and stored ones that are seen through now.

    Nobody is cleared here: what lies around the stored ones may be out of view."""
    machines: set[int] = set()
    unmasked: list[_Stored] = []
    scanners = settings.SCANNER_NETWORKS
    for message in _by_message([*fresh, *stored]).values():
        for place in machine_hits(message, scanners):
            hit = message[place]
            if isinstance(hit, Hit):
                machines.add(id(hit))
            elif not hit.is_machine:
                unmasked.append(hit)
    return machines, unmasked


def _by_message(hits: Iterable[Any]) -> dict[tuple[int, int], list[Any]]:
    messages: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for hit in hits:
        messages[hit.campaign_id, hit.customer_id].append(hit)
    return messages


def _insert(hits: Sequence[Hit], machines: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            load("campaigns", "record_hits"),
            {
                "brand_id": current_brand_id(),
                "hits": msgspec.json.encode(hits).decode(),
                "machines": [place for place, hit in enumerate(hits, 1) if id(hit) in machines],
            },
        )


def _revise(hits: Sequence[_Stored], *, is_machine: bool) -> None:
    if hits:
        rows = Feedback.objects.filter(pk__in=[hit.id for hit in hits])
        rows.update(is_machine=is_machine)


def _look_again(customer_ids: Collection[int]) -> None:
    if not customer_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            load("campaigns", "mark_visitors"),
            {"brand_id": current_brand_id(), "customer_ids": _array(customer_ids)},
        )
    ring_after_commit()


def _array(ids: Iterable[int]) -> str:
    """As PostgreSQL writes it: psycopg looks at the type of each of the many."""
    return "{" + ",".join(map(str, ids)) + "}"


def _key(hit: Hit | _Stored) -> tuple[object, ...]:
    return hit.campaign_id, hit.customer_id, hit.kind, hit.link, hit.at


def _stored(row: Mapping[str, Any]) -> _Stored:
    return _Stored(**{name: row[name] for name in _Stored.__struct_fields__})
