"""What one compiled statement knows: its day, its parameters and what it joins."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

from psycopg.sql import SQL, Composed, Identifier, Placeholder

EPOCH = date(1970, 1, 1)


@dataclass(slots=True)
class Binder:
    """Collects the parameters of one statement; text from people reaches SQL only through it.

    `as_of` is the brand's day the rule is read for, `today` the day it has now. Before today,
    orders, refunds, permissions and events count up to the end of `as_of`; from today on,
    everything that is known counts and only windows of time move."""

    as_of: date
    today: date
    zone: str = "UTC"
    # The ids of the few customers that are asked about; None: everybody.
    only: tuple[int, ...] | None = None
    # Whether anybody of the brand was ever merged into somebody else.
    has_merges: bool = True
    params: dict[str, Any] = field(default_factory=dict)
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    # Whether a rule reads the customer's own row; most are decided by the facts alone.
    reads_profile: bool = False
    _joins: dict[Hashable, tuple[Identifier, Composed]] = field(default_factory=dict)

    @property
    def is_past(self) -> bool:
        return self.as_of < self.today

    def bind(self, value: object, kind: LiteralString) -> Composed:
        """A placeholder for `value`, cast to the PostgreSQL type `kind`; a value that several
        rules ask for, as most do for the same days, is sent once."""
        name = self._names.setdefault((kind, repr(value)), f"rule_{len(self.params)}")
        self.params[name] = value
        return SQL("{}::" + kind).format(Placeholder(name))

    def day(self, day: date) -> Composed:
        """A day as the fact row's histories count it: days since 1970-01-01."""
        return self.bind((day - EPOCH).days, "integer")

    def start_of(self, day: date) -> datetime:
        """The instant at which a brand's day begins (after a gap in the clock: its end)."""
        return datetime.combine(day, time.min, tzinfo=ZoneInfo(self.zone))

    def end_of(self, day: date) -> datetime:
        return self.start_of(day + timedelta(days=1))

    def profile(self, column: LiteralString) -> Composed:
        """A column of the customer's own row; country and `customer.id` cost less, being kept with
        the facts."""
        self.reads_profile = True
        return SQL("profile." + column).format()

    def among(self, column: LiteralString) -> Composed:
        """` AND column is one of those asked about`; nothing when everybody is."""
        if self.only is None:
            return Composed([])
        return SQL(" AND " + column + " = ANY(%(only)s::bigint[])").format()

    def of_customer(self, column: LiteralString) -> Composed:
        """`column` is the customer's id or that of somebody merged into them: append-only rows
        keep the id they were written with."""
        if not self.has_merges:
            return SQL(column + " = customer.id").format()
        return SQL(column).format() + SQL(
            " = ANY(ARRAY(WITH RECURSIVE family (id) AS ("
            "SELECT customer.id UNION ALL SELECT gone.id"
            " FROM family JOIN customers_customer gone"
            " ON gone.brand_id = %(brand_id)s AND gone.merged_into_id = family.id"
            ") SELECT family.id FROM family))"
        )

    def joined(self, key: Hashable, rows: Composed) -> Identifier:
        """The alias of `rows`, a SELECT with one row per `customer_id`, joined once however many
        rules read it. A customer without a row has NULL in its columns."""
        if key not in self._joins:
            alias = Identifier(f"set_{len(self._joins)}")
            join = SQL(" LEFT JOIN ({}) {} ON {}.customer_id = customer.id")
            self._joins[key] = (alias, join.format(rows, alias, alias))
        return self._joins[key][0]

    @property
    def has_joins(self) -> bool:
        return bool(self._joins)

    @property
    def joins(self) -> Composed:
        return Composed([join for _, join in self._joins.values()])
