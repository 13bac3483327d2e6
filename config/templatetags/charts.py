"""Chart tags: `{% chart figure %}` draws any figure of config.kit.figures."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from config.kit import charts
from config.kit.figures import Bars, Chart, Ladder, Rung, Sparkline, Unit

register = template.Library()


@register.simple_tag
def chart(figure: Chart | None) -> SafeString | str:
    """Draw the figure; nothing at all when the page has none."""
    return charts.render(figure) if figure is not None else ""


@register.simple_tag
def legend(figure: Bars | None) -> SafeString | str:
    """The names of a bar chart's series, for the head of its card."""
    return charts.legend(figure) if figure is not None else ""


@register.simple_tag
def sparkline(
    values: list[int], caption: str, brand: Any = None, tone: str = "repeat"
) -> SafeString:
    """A small line for a table row; with a brand the values are minor units of its money."""
    unit = Unit(brand.currency, brand.locale) if brand else Unit()
    return charts.render(Sparkline(caption, values, unit, tone, small=True))


@register.simple_tag
def mini_ladder(counts: list[int], brand: Any = None) -> SafeString:
    """The first rungs for a table row: customers with one order, two orders, three orders."""
    unit = Unit(locale=brand.locale) if brand else Unit()
    rungs = [Rung(_orders(at), count) for at, count in enumerate(counts, start=1)]
    return charts.render(Ladder(rungs, unit, mini=True))


def _orders(count: int) -> str:
    return "with an order" if count == 1 else f"with {count} orders"
