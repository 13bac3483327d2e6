"""What a customer's page is made of, each part read by one statement: no page of ours is looked at
more often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString, Self

import msgspec
from django.db import connection

from accounts.scope import current_brand_id
from config.kit.sql import load
from referrals.models.programmes import Programme, ProgrammeVersion
from referrals.models.rewards import Reward


@dataclass(frozen=True, slots=True)
class RewardRow:
    """What the words about a reward are made of; `is_appealed`: the advocate asked for another look
    at the friend who earned it."""

    id: int
    side: str
    rule: str
    kind: str
    unit: str
    amount_minor: int
    reversed_minor: int
    percent: int
    state: str
    is_held: bool
    reason: str
    available_at: datetime
    expires_at: datetime | None
    friend_label: str
    is_appealed: bool

    @property
    def left_minor(self) -> int:
        return self.amount_minor - self.reversed_minor

    @classmethod
    def of(cls, reward: Reward) -> Self:
        """Of one whose referral, if it has one, is at hand."""
        friend = reward.referral
        return cls(
            **{name: getattr(reward, name) for name in _OWN},
            friend_label=friend.friend_label if friend else "",
            is_appealed=friend is not None and friend.appealed_at is not None,
        )


# The fields that a reward has itself, in the order of the SQL.
_OWN = RewardRow.__slots__[:-2]


@dataclass(frozen=True, slots=True)
class FriendRow:
    """One friend, the day of their order, and what the advocate gets for them."""

    id: int
    label: str
    state: str
    review: str
    reason: str
    is_appealed: bool
    ordered_on: date | None
    reward: RewardRow | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One customer in one programme. Without `advocate_ids` they do not take part; `units` are
    those in which they have something to spend, or owe something."""

    programme: Programme
    version: ProgrammeVersion
    customer_ids: list[int]
    advocate_ids: list[int]
    arm: int | None
    is_barred: bool
    share_text: str
    code: str
    has_leaked: bool
    units: list[str]


def standing_of(programme_id: int, customer_id: int) -> Standing | None:
    """None for a programme that never started."""
    asked = {"programme_id": programme_id, "customer_id": customer_id}
    for state, salt, terms, *rest in _rows(load("referrals", "portal"), **asked):
        programme = Programme(pk=programme_id, state=state, salt=bytes(salt))
        version = ProgrammeVersion(programme=programme, terms=msgspec.json.decode(terms))
        return Standing(programme, version, *rest)
    return None


def friend_rows(advocate_ids: Sequence[int], *, before: int | None, most: int) -> list[FriendRow]:
    """The newest first, from behind the friend `before`."""
    asked = {"advocate_ids": list(advocate_ids), "before": before, "most": most}
    return [_friend(row) for row in _rows(load("referrals", "portal_friends"), **asked)]


def reward_rows(customer_ids: Sequence[int], *, most: int) -> list[RewardRow]:
    """What can be claimed first, then what is to come, then what was."""
    asked = {"customer_ids": list(customer_ids), "most": most}
    return [RewardRow(*row) for row in _rows(load("referrals", "portal_rewards"), **asked)]


def _friend(row: Sequence[Any]) -> FriendRow:
    friend, reward = row[:7], row[7:]
    return FriendRow(*friend, *[RewardRow(*reward) if reward[0] is not None else None])


def _rows(statement: LiteralString, **asked: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"brand_id": current_brand_id(), **asked})
        return list(cursor.fetchall())
