"""What customers bought: how often, for how much, how long ago; of all or of some products."""

from typing import Annotated, Literal, LiteralString

from msgspec import Meta
from psycopg.sql import SQL, Composed

from customers.models.orders import SalesChannel
from customers.segments.base import FACT, GROUPED, HISTORY, Control, Subject, Words, days
from customers.segments.binder import Binder
from customers.segments.measure import (
    COMPARE_CONTROL,
    WINDOW_CONTROLS,
    WINDOW_PHRASES,
    Span,
    Windowed,
)
from customers.segments.orders import history, sets
from customers.segments.phrases import Phrase, Wording, comparison

Measure = Literal["count", "net", "gross", "average", "last", "first"]
Name = Annotated[str, Meta(max_length=120)]

# The columns of the fact row that answer when there is neither a window nor a filter.
_FACTS: dict[Measure, LiteralString] = {
    "count": "facts.orders_count",
    "net": "facts.net_minor",
    "gross": "facts.gross_minor",
    "average": "round(facts.net_minor::numeric / NULLIF(facts.orders_count, 0))",
    "last": "(facts.last_order_on - DATE '1970-01-01')",
    "first": "(facts.first_order_on - DATE '1970-01-01')",
}
_FILTER_CONTROLS = (
    Control("category", "Only this product category", "text", suggest="category", optional=True),
    Control("product", "Only this product (SKU)", "text", suggest="product", optional=True),
    Control("tag", "Only products with this tag", "text", suggest="product_tag", optional=True),
    Control(
        "channel",
        "Only through",
        "choice",
        choices=(("", "any channel"), *SalesChannel.choices),
        optional=True,
    ),
)

_FILTER_PHRASES = (
    Phrase("of category {category:text}"),
    Phrase("of product {product:text}"),
    Phrase("of tag {tag:text}"),
    Phrase("through {channel:word}"),
)
# More orders than any customer has: an array's places are integers.
_MOST = 2**31 - 1
_DAYS: frozenset[str] = frozenset({"last", "first"})
_MONEY: frozenset[str] = frozenset({"net", "gross", "average"})


def _subject(
    measure: Measure,
    label: str,
    *,
    kind: Literal["number", "money"],
    start: str,
    after: str = "",
) -> Subject:
    return Subject(
        f"orders.{measure}",
        label,
        "Orders",
        {"measure": measure},
        (
            COMPARE_CONTROL,
            Control("value", label, kind, start=start, after=after),
            Control("to", "and", kind, before="and", after=after, shows=frozenset({"between"})),
            *WINDOW_CONTROLS,
            *_FILTER_CONTROLS,
        ),
    )


class Orders(Windowed, frozen=True, kw_only=True, tag="orders"):
    """`value`: orders, minor units of money, or (last, first) days ago. The average is the net
    per order, rounded to the minor unit.

    Only orders that the brand counts. A refund counts on its own day, and among the products or
    the channel of its order. Somebody without an order in the window matches no rule about the
    average, last or first."""

    subjects = (
        _subject("count", "Number of orders", kind="number", start="1"),
        _subject("net", "Spent, less refunds", kind="money", start="100"),
        _subject("gross", "Spent, before refunds", kind="money", start="100"),
        _subject("average", "Average order, less refunds", kind="money", start="50"),
        _subject("last", "Last order", kind="number", start="60", after="days ago"),
        _subject("first", "First order", kind="number", start="60", after="days ago"),
    )

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        return tuple(
            Wording(
                Phrase(
                    f"orders.{measure}" + (" days ago" if measure in _DAYS else ""), measure=measure
                ),
                (
                    *comparison("money" if measure in _MONEY else "number"),
                    *WINDOW_PHRASES,
                    *_FILTER_PHRASES,
                ),
            )
            for measure in _FACTS
        )

    measure: Measure
    category: Name = ""
    product: Name = ""
    tag: Name = ""
    channel: Literal["", "web", "till", "marketplace", "phone"] = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.is_about_days:
            if not 0 <= self.value <= (self.to or self.value) <= 36_500:
                raise ValueError("give a number of days from 0 to 36,500")
        elif self.measure == "count" and self.value < 0:
            raise ValueError("give a number of orders of 0 or more")

    @property
    def is_about_days(self) -> bool:
        return self.measure in _DAYS

    @property
    def limit(self) -> sets.Filter:
        return sets.Filter(self.category, self.product, self.tag, self.channel)

    def cost(self) -> int:
        if self.limit:
            return GROUPED
        return FACT if self.is_all_time else HISTORY

    def predicate(self, binder: Binder) -> Composed:
        span = self.span(binder)
        figure = self._measured(span, binder)
        if self.is_about_days:
            return self.holds_since(figure, binder)
        holds = self.holds_for(figure, binder)
        if self.limit or span == Span():
            return holds
        return self._quickly(holds, span, binder)

    def _quickly(self, holds: Composed, span: Span, binder: Binder) -> Composed:
        """The same condition, which columns of the fact row decide for most customers."""
        if span.first is None or self.measure not in {"count", "gross", "net"}:
            return holds
        latest = SQL("facts.last_order_on >= {}").format(binder.bind(span.first, "date"))
        # Only then do orders after the window, of clocks that run ahead, have to be told apart.
        goes_on = (
            SQL("facts.last_order_on > {}").format(binder.bind(span.last, "date"))
            if span.last
            else SQL("false").format()
        )
        if self.measure == "count" and self.op == "at_least" and self.value > 0:
            # Of n orders the last k lie in the window when the k-th last does.
            place = binder.bind(min(self.value, _MOST) - 1, "integer")
            kth = SQL("facts.order_days[facts.orders_count - {}]").format(place)
            return SQL("({} AND {} >= {} AND ({} IS NOT TRUE OR {}))").format(
                latest, kth, binder.day(span.first), goes_on, holds
            )
        if self.is_above_zero:
            return SQL("({} AND {})").format(latest, holds)
        if self.measure == "count" and self.op != "at_least" and (self.to or self.value) == 0:
            return SQL("(({}) IS NOT TRUE OR ({} AND {}))").format(latest, goes_on, holds)
        return holds

    def figure(self, binder: Binder) -> Composed:
        measured = self._measured(self.span(binder), binder)
        if not self.is_about_days:
            return measured
        return SQL("({} - {})").format(binder.day(binder.as_of), measured)

    def _measured(self, span: Span, binder: Binder) -> Composed:
        """The figure; of last and first, the day as the histories count it."""
        if self.limit:
            return self._of_set(span, binder)
        if span == Span():
            return SQL(_FACTS[self.measure]).format()
        orders = history.orders(span, binder)
        match self.measure:
            case "count":
                return orders.count()
            case "last":
                return orders.last()
            case "first":
                return orders.first()
            case "gross":
                return orders.total()
        net = SQL("({} - {})").format(orders.total(), history.refunds(span, binder).total())
        return net if self.measure == "net" else _per(net, orders.count())

    def _of_set(self, span: Span, binder: Binder) -> Composed:
        ordered = sets.ordered(self.limit, span, binder)
        match self.measure:
            case "count":
                return SQL("COALESCE({}.orders, 0)").format(ordered)
            case "last" | "first":
                column: LiteralString = "last_on" if self.measure == "last" else "first_on"
                return SQL("({}." + column + " - DATE '1970-01-01')").format(ordered)
            case "gross":
                return SQL("COALESCE({}.minor, 0)").format(ordered)
        net = SQL("(COALESCE({}.minor, 0) - COALESCE({}.minor, 0))").format(
            ordered, sets.refunded(self.limit, span, binder)
        )
        return net if self.measure == "net" else _per(net, SQL("{}.orders").format(ordered))

    def next_flip(self, binder: Binder) -> Composed | None:
        """By all orders, whatever limits those that count: at times early, never late."""
        flips: list[Composed] = []
        if self.days:
            flips += history.leaves_on("order_days", self.days, binder)
            if self.measure in {"net", "average"}:
                flips += history.leaves_on("refund_days", self.days, binder)
        elif turn := self.moves_on(binder):
            flips.append(
                SQL(
                    "CASE WHEN cardinality(facts.order_days) > 0"
                    " OR cardinality(facts.refund_days) > 0 THEN {} END"
                ).format(binder.bind(turn, "date"))
            )
            flips += history.comes_on("order_days", binder)
            flips += history.comes_on("refund_days", binder)
        if self.is_about_days:
            measured = self._measured(self.span(binder), binder)
            flips.append(self.flips_since(measured, binder))
        return SQL("LEAST({})").format(SQL(", ").join(flips)) if flips else None

    def shown(self, figure: object, words: Words) -> str:
        if figure is None:
            return ""
        return self._in_words(int(str(figure)), words)

    def compared(self, words: Words) -> tuple[str, str]:
        return self.in_short(lambda value: self._in_words(value, words))

    def _in_words(self, value: int, words: Words) -> str:
        if self.is_about_days:
            return f"{days(value)} ago"
        return words.number(value) if self.measure == "count" else words.money(value)

    def sentence(self, words: Words) -> str:
        if self.is_about_days:
            than = self.comparison(lambda value: f"{value:,}")
            noun = "day" if (self.to or self.value) == 1 else "days"
            text = f"ordered{self._what} {self.measure} {than} {noun} ago"
        elif self.measure == "count":
            noun = "order" if (self.to or self.value) == 1 else "orders"
            text = f"placed {self.comparison(lambda value: f'{value:,}')} {noun}{self._what}"
        elif self.measure == "average":
            text = f"spent {self.comparison(words.money)} an order{self._what} (less refunds)"
        else:
            less = "less refunds" if self.measure == "net" else "before refunds"
            text = f"spent {self.comparison(words.money)}{self._what} ({less})"
        return text + self.when(words)

    @property
    def _what(self) -> str:
        tagged = f"tag {self.tag}" if self.tag else ""
        names = [f"“{name}”" for name in (self.category, self.product, tagged) if name]
        through = f" ({SalesChannel(self.channel).label.lower()})" if self.channel else ""
        return (" of " + " / ".join(names) if names else "") + through


def _per(net: Composed, count: Composed) -> Composed:
    return SQL("round({}::numeric / NULLIF({}, 0))").format(net, count)
