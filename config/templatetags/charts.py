"""Chart tags: `{% chart figure %}` draws any figure of config.kit.figures."""

from django import template
from django.utils.safestring import SafeString

from config.kit import charts
from config.kit.figures import Bars, Chart

register = template.Library()


@register.simple_tag
def chart(figure: Chart | None) -> SafeString | str:
    """Draw the figure; nothing at all when the page has none."""
    return charts.render(figure) if figure is not None else ""


@register.simple_tag
def legend(figure: Bars | None) -> SafeString | str:
    """The names of a bar chart's series, for the head of its card."""
    return charts.legend(figure) if figure is not None else ""
