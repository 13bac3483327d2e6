"""A slow, plain reading of segment rules, person by person: what the SQL is compared with."""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from customers.rules.permissions import standing
from tests.customers.segments.people import SHOP_CATEGORIES, TODAY, Person, World

Rule = dict[str, Any]


@dataclass
class Reader:
    """Reads rules as of a day; before TODAY, what happened later is not seen."""

    world: World
    as_of: date

    def members(self, rule: Rule) -> set[int]:
        return {pk for pk, person in self.world.people.items() if self.holds(rule, person)}

    def holds(self, rule: Rule, person: Person) -> bool:
        if "all" in rule:
            return all(self.holds(child, person) for child in rule["all"])
        if "any" in rule:
            return any(self.holds(child, person) for child in rule["any"])
        if "none" in rule:
            return not any(self.holds(child, person) for child in rule["none"])
        by_kind: dict[str, Callable[[Rule, Person], bool]] = {
            "attribute": self.attribute,
            "attribute_number": self.number,
            "attribute_date": self.day_attribute,
            "attribute_boolean": self.boolean,
            "identity": self.identity,
            "orders": self.orders,
            "rung": self.rung,
            "figure": self.figure,
            "anniversary": self.anniversary,
            "event": self.event,
            "consent": self.consent,
            "reachable": self.reachable,
            "segment": self.segment,
        }
        return by_kind[rule["kind"]](rule, person)

    def seen(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if self.as_of >= TODAY or row["on"] <= self.as_of]

    # --- What is known -------------------------------------------------------------------

    def attribute(self, rule: Rule, person: Person) -> bool:
        if rule["field"] == "created":
            recent = person.created_on > self.as_of - timedelta(days=rule["days"])
            return recent == (rule["op"] == "within_days")
        if rule["field"] == "tag":
            shared = set(person.tags) & set(rule.get("values", ()))
            return {
                "is": bool(shared),
                "is_not": not shared,
                "known": bool(person.tags),
                "unknown": not person.tags,
            }[rule["op"]]
        value = (
            str(person.attributes.get(rule["name"], ""))
            if rule["field"] == "custom"
            else getattr(person, rule["field"])
        )
        values = rule.get("values", ())
        return {
            "is": value in values,
            "is_not": value != "" and value not in values,
            "starts_with": any(value.startswith(start) for start in values),
            "known": value != "",
            "unknown": value == "",
        }[rule["op"]]

    def number(self, rule: Rule, person: Person) -> bool:
        value = person.attributes.get(rule["name"])
        return isinstance(value, int | float) and compares(value, rule)

    def day_attribute(self, rule: Rule, person: Person) -> bool:
        text = person.attributes.get(rule["name"])
        if text is None:
            return False
        value, count = date.fromisoformat(text), timedelta(days=rule.get("days", 0))
        day = date.fromisoformat(rule.get("day", "2000-01-01"))
        to = date.fromisoformat(rule.get("to", "2000-01-01"))
        return {
            "on": value == day,
            "before": value < day,
            "after": value > day,
            "between": day <= value <= to,
            "within_days": self.as_of - count < value <= self.as_of,
            "over_days": value <= self.as_of - count,
            "next_days": self.as_of <= value <= self.as_of + count,
        }[rule["op"]]

    def boolean(self, rule: Rule, person: Person) -> bool:
        return person.attributes.get(rule["name"]) is (rule["op"] == "yes")

    def identity(self, rule: Rule, person: Person) -> bool:
        count = sum(
            kind == rule["what"] and rule.get("source", source) == source
            for kind, source in person.identities
        )
        return {"has": count > 0, "has_not": count == 0, "several": count > 1}[
            rule.get("op", "has")
        ]

    # --- What was bought -----------------------------------------------------------------

    def orders(self, rule: Rule, person: Person) -> bool:
        orders = [
            order
            for order in self.seen(person.orders)
            if self.in_window(order["on"], rule) and self.has_product(order, rule)
        ]
        refunds = [row for row in self.seen(person.refunds) if self.in_window(row["on"], rule)]
        gross = sum(self.money(order, "gross", rule) for order in orders)
        net = gross - sum(self.money(row, "minor", rule) for row in refunds)
        if rule["measure"] in {"last", "first", "average"} and not orders:
            return False
        ago = sorted((self.as_of - order["on"]).days for order in orders)
        figure: dict[str, Callable[[], int]] = {
            "count": lambda: len(orders),
            "gross": lambda: gross,
            "net": lambda: net,
            "average": lambda: rounded(net, len(orders)),
            "last": lambda: ago[0],
            "first": lambda: ago[-1],
        }
        return compares(figure[rule["measure"]](), rule)

    def has_product(self, row: dict[str, Any], rule: Rule) -> bool:
        if row["channel"] != rule.get("channel", row["channel"]):
            return False
        if not {"category", "product", "tag"} & rule.keys():
            return True
        return any(self.is_of(name, rule) for name, _ in row["lines"])

    def is_of(self, name: str, rule: Rule) -> bool:
        return (
            rule.get("category", name) in {name, SHOP_CATEGORIES[name]}
            and rule.get("product", f"sku-{name or 'none'}") == f"sku-{name or 'none'}"
            and ("tag" not in rule or (rule["tag"] == "gift" and name == "roses"))
        )

    def money(self, row: dict[str, Any], column: str, rule: Rule) -> int:
        if row["channel"] != rule.get("channel", row["channel"]):
            return 0
        if not {"category", "product", "tag"} & rule.keys():
            return int(row[column])
        return sum(minor for name, minor in row["lines"] if self.is_of(name, rule))

    def in_window(self, day: date, rule: Rule) -> bool:
        if "days" in rule:
            return 0 <= (self.as_of - day).days < rule["days"]
        if "period" in rule:
            first, last = period(self.as_of, rule["period"])
            return first <= day <= last
        return rule.get("since", str(day)) <= str(day) <= rule.get("until", str(day))

    def rung(self, rule: Rule, person: Person) -> bool:
        return compares(len(self.seen(person.orders)), rule)

    def figure(self, rule: Rule, person: Person) -> bool:
        orders, refunds = self.seen(person.orders), self.seen(person.refunds)
        net = sum(o["gross"] for o in orders) - sum(r["minor"] for r in refunds)
        days = sorted(order["on"] for order in orders)
        if rule["name"] == "rung":
            return compares(len(orders), rule)
        if rule["name"] == "full_price_orders":
            return compares(sum(not order["discount"] for order in orders), rule)
        if rule["name"] == "categories":
            bought = {SHOP_CATEGORIES[name] for order in orders for name, _ in order["lines"]}
            return compares(len(bought - {""}), rule)
        if not orders or (rule["name"] == "days_between_orders" and len(orders) < 2):
            return False
        figure: dict[str, Callable[[], int]] = {
            "days_since_order": lambda: (self.as_of - days[-1]).days,
            "days_between_orders": lambda: rounded((days[-1] - days[0]).days, len(days) - 1),
            "average_order": lambda: rounded(net, len(orders)),
        }
        return compares(figure[rule["name"]](), rule)

    def anniversary(self, rule: Rule, person: Person) -> bool:
        if rule["of"] == "first_order":
            day = min((order["on"] for order in person.orders), default=None)
        else:
            text = person.attributes.get(rule["name"])
            day = date.fromisoformat(text) if text else None
        if day is None:
            return False
        ahead = range(rule["days"]) if rule["op"] == "next_days" else range(-rule["days"] + 1, 1)
        window = [self.as_of + timedelta(days=n) for n in ahead]
        return any(comes_round(day, each) for each in window)

    # --- What was done and allowed -------------------------------------------------------

    def event(self, rule: Rule, person: Person) -> bool:
        found = [
            (self.as_of - event["on"]).days
            for event in self.seen(person.events)
            if event["name"] == rule["name"]
            and self.in_window(event["on"], rule)
            and has_property(event["properties"], rule)
        ]
        if rule["measure"] == "count":
            return compares(len(found), rule)
        return bool(found) and compares(
            min(found) if rule["measure"] == "last" else max(found), rule
        )

    def consent(self, rule: Rule, person: Person) -> bool:
        held = self.held(self.seen(person.acts))
        return (held.status if held else "unknown") == rule["status"]

    def held(self, acts: list[dict[str, Any]]) -> Any:
        return standing([_Act(**act) for act in acts])

    def reachable(self, rule: Rule, person: Person) -> bool:
        """By what is known now, on the as-of day."""
        held = self.held(person.acts)
        reason = ""
        if not person.domain:
            reason = "no_address"
        elif person.is_relay:
            reason = "relay_address"
        elif person.is_suppressed:
            reason = "suppressed"
        elif held is None or held.status == "withdrawn":
            reason = "no_consent"
        elif held.expires_on and held.expires_on < self.as_of:
            reason = "expired"
        elif held.basis == "soft_opt_in" and not person.orders:
            reason = "no_purchase"
        if rule["op"] == "can":
            return reason == ""
        return reason != "" if "reason" not in rule else reason == rule["reason"]

    def segment(self, rule: Rule, person: Person) -> bool:
        if rule["id"] == self.world.buyers_id:
            is_in = bool(self.seen(person.orders))
        else:
            is_in = any(
                left is None if self.as_of >= TODAY else self.was_on(entered, left)
                for entered, left in person.on_list
            )
        return is_in == (rule["op"] == "in")

    def was_on(self, entered: date, left: date | None) -> bool:
        return entered <= self.as_of and (left is None or left > self.as_of)


@dataclass(frozen=True)
class _Act:
    pk: int
    status: str
    basis: str
    on: date
    at: Any
    expires_on: date | None


def compares(figure: float, rule: Rule) -> bool:
    return {
        "at_least": figure >= rule["value"],
        "at_most": figure <= rule["value"],
        "exactly": figure == rule["value"],
        "between": rule["value"] <= figure <= rule.get("to", 0),
    }[rule["op"]]


def rounded(total: int, count: int) -> int:
    return int((Decimal(total) / count).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def period(as_of: date, name: str) -> tuple[date, date]:
    which, _, unit = name.partition("_")
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    begun = as_of.year * 12 + (as_of.month - 1) // months * months
    begun -= months if which == "last" else 0
    ends = begun + months - 1
    last_day = calendar.monthrange(ends // 12, ends % 12 + 1)[1]
    return (
        date(begun // 12, begun % 12 + 1, 1),
        date(ends // 12, ends % 12 + 1, last_day),
    )


def comes_round(day: date, on: date) -> bool:
    """29 February is kept on the 28th in other years."""
    if on.year <= day.year:
        return False
    has_29 = calendar.isleap(on.year)
    month, number = (
        (2, 28)
        if (day.month, day.day) == (2, 29) and not has_29
        else (
            day.month,
            day.day,
        )
    )
    return (on.month, on.day) == (month, number)


def has_property(properties: dict[str, Any], rule: Rule) -> bool:
    if "where" not in rule:
        return True
    value = properties.get(rule["where"])
    op = rule.get("where_op", "is")
    if op in {"at_least", "at_most"}:
        number = float(rule["where_value"])
        if not isinstance(value, int | float):
            return False
        return value >= number if op == "at_least" else value <= number
    if value is None:
        return False
    return (str(value) == rule["where_value"]) == (op == "is")
