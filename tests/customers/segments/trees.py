"""Random segment rules that say something about the random people."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.customers.segments.people import SPANS, TODAY

Rules = st.SearchStrategy[dict[str, Any]]

_days = st.sampled_from([1, 5, 20, 30, 31, 59, 365])
_ago = st.sampled_from([0, *SPANS])
_day = st.sampled_from(SPANS).map(lambda ago: (TODAY - timedelta(days=ago)).isoformat())
_nothing: Rules = st.just({})
_windows: Rules = st.one_of(
    _nothing,
    st.fixed_dictionaries({"days": _days}),
    st.fixed_dictionaries(
        {
            "period": st.sampled_from(
                [
                    "this_month",
                    "last_month",
                    "this_quarter",
                    "last_quarter",
                    "this_year",
                    "last_year",
                ]
            )
        }
    ),
    st.fixed_dictionaries({"since": _day}),
    st.fixed_dictionaries({"until": _day}),
    st.tuples(_day, _day).map(lambda two: dict(zip(("since", "until"), sorted(two), strict=True))),
)


def _together(*parts: Rules) -> Rules:
    return st.tuples(*parts).map(lambda found: {k: v for part in found for k, v in part.items()})


def _fixed(**values: Any) -> Rules:
    return st.fixed_dictionaries(
        {k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in values.items()}
    )


def _compared(values: list[Any]) -> Rules:
    return st.one_of(
        _fixed(
            op=st.sampled_from(["at_least", "at_most", "exactly"]), value=st.sampled_from(values)
        ),
        st.tuples(st.sampled_from(values), st.sampled_from(values)).map(
            lambda two: {"op": "between", "value": min(two), "to": max(two)}
        ),
    )


def _words(field: str, values: list[str], **fixed: Any) -> Rules:
    ops = ["is", "is_not"] + (["starts_with"] if field != "tag" else [])
    chosen = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
    base = {"kind": "attribute", "field": field, **fixed}
    return st.one_of(
        _fixed(**base, op=st.sampled_from(ops), values=chosen),
        _fixed(**base, op=st.sampled_from(["known", "unknown"])),
    )


_limits: Rules = st.one_of(
    _nothing,
    _nothing,
    _fixed(category=st.sampled_from(["roses", "wine", "red", "nothing"])),
    _fixed(product=st.sampled_from(["sku-roses", "sku-none"])),
    _fixed(tag="gift", channel="web"),
    _fixed(channel=st.sampled_from(["web", "till"])),
)
_properties: Rules = st.one_of(
    _nothing,
    _nothing,
    _fixed(where="colour", where_op=st.sampled_from(["is", "is_not"]), where_value="red"),
    _fixed(where="value", where_op=st.sampled_from(["at_least", "at_most"]), where_value="5"),
)


def leaves(list_id: str, buyers_id: str) -> Rules:
    orders = st.one_of(
        _together(
            _fixed(kind="orders", measure="count"), _compared([0, 1, 2, 3]), _windows, _limits
        ),
        _together(
            _fixed(kind="orders", measure=st.sampled_from(["gross", "net", "average"])),
            _compared([-100, 0, 1, 250, 625, 1000, 2000]),
            _windows,
            _limits,
        ),
        _together(
            _fixed(kind="orders", measure=st.sampled_from(["last", "first"])),
            st.tuples(_ago, _ago).flatmap(lambda two: _compared(sorted(two))),
            _windows,
            _limits,
        ),
        _together(
            _fixed(
                kind="figure", name=st.sampled_from(["rung", "categories", "full_price_orders"])
            ),
            _compared([0, 1, 2]),
        ),
        _together(
            _fixed(
                kind="figure", name=st.sampled_from(["days_since_order", "days_between_orders"])
            ),
            _compared([0, 5, 29, 30, 60, 200]),
        ),
        _together(_fixed(kind="figure", name="average_order"), _compared([0, 100, 250, 625, 1000])),
        _fixed(kind="rung", op=st.sampled_from(["exactly", "at_least"]), value=st.integers(0, 3)),
    )
    events = st.one_of(
        _together(
            _fixed(kind="event", name="page_viewed", measure="count"),
            _compared([0, 1, 2]),
            _windows,
            _properties,
        ),
        _together(
            _fixed(kind="event", name="page_viewed", measure=st.sampled_from(["last", "first"])),
            _compared([0, 5, 29, 30, 200]),
            _windows,
            _properties,
        ),
    )
    dates = st.one_of(
        _fixed(op=st.sampled_from(["on", "before", "after"]), day=_day),
        st.tuples(_day, _day).map(lambda two: {"op": "between", "day": min(two), "to": max(two)}),
        _fixed(op=st.sampled_from(["within_days", "over_days", "next_days"]), days=_days),
    )
    profile = st.one_of(
        _words("country", ["France", "Spain", "Fran"]),
        _words("city", ["Lyon", "L"]),
        _words("domain", ["example.com", "mail"]),
        _words("tag", ["vip", "wholesale", "x"]),
        _words("custom", ["gold", "tin"], name="tier"),
        _words("custom", ["red", "reddish"], name="team"),
        _words("custom", ["17", "old"], name="age"),
        _fixed(
            kind="attribute",
            field="created",
            op=st.sampled_from(["within_days", "over_days"]),
            days=_days,
        ),
        _together(
            _fixed(kind="attribute_number", name=st.sampled_from(["age", "points", "tier"])),
            _compared([-5, 0, 7, 17.5, 18, 30.5, 100]),
        ),
        _together(
            _fixed(kind="attribute_date", name=st.sampled_from(["birthday", "renewal", "none"])),
            dates,
        ),
        _fixed(
            kind="attribute_boolean",
            name=st.sampled_from(["vip", "member"]),
            op=st.sampled_from(["yes", "no"]),
        ),
        _fixed(
            kind="identity",
            what=st.sampled_from(["email", "external"]),
            op=st.sampled_from(["has", "has_not", "several"]),
        ),
        _fixed(kind="identity", what="external", source="shopify"),
        _fixed(
            kind="anniversary",
            of="attribute",
            name=st.sampled_from(["birthday", "renewal"]),
            op=st.sampled_from(["next_days", "last_days"]),
            days=st.sampled_from([1, 3, 7, 40, 180]),
        ),
        _fixed(
            kind="anniversary",
            of="first_order",
            op=st.sampled_from(["next_days", "last_days"]),
            days=st.sampled_from([1, 7, 40]),
        ),
    )
    permission = st.one_of(
        _fixed(kind="consent", status=st.sampled_from(["granted", "withdrawn", "unknown"])),
        _fixed(kind="reachable", op=st.sampled_from(["can", "cannot"])),
        _fixed(
            kind="reachable",
            op="cannot",
            reason=st.sampled_from(["no_consent", "expired", "no_purchase"]),
        ),
    )
    segments = _fixed(
        kind="segment",
        id=st.sampled_from([list_id, buyers_id]),
        op=st.sampled_from(["in", "not_in"]),
    )
    return st.one_of(orders, orders, events, profile, permission, segments)


def trees(list_id: str, buyers_id: str) -> Rules:
    """Trees of up to a dozen rules, at most 7 deep."""
    nested = st.recursive(
        leaves(list_id, buyers_id),
        lambda inner: st.one_of(
            _fixed(all=st.lists(inner, max_size=4)),
            _fixed(any=st.lists(inner, min_size=1, max_size=4)),
            _fixed(none=st.lists(inner, max_size=3)),
        ),
        max_leaves=12,
    ).filter(lambda rule: depth_of(rule) < 8)
    return nested.map(lambda rule: {"all": [rule]})


def depth_of(rule: dict[str, Any]) -> int:
    children = next((rule[op] for op in ("all", "any", "none") if op in rule), None)
    return 0 if children is None else 1 + max(map(depth_of, children), default=0)
