"""Charts: figures (config.kit.figures) in, safe HTML out.

Colours and sizes are classes and custom properties, so that both themes and a strict content
policy hold. Every chart can also be read as text."""

from functools import singledispatch
from math import ceil, floor, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from config.kit import formats
from config.kit.figures import (
    Bars,
    Chart,
    Cohort,
    Funnel,
    HeatMap,
    Ladder,
    Series,
    Sparkline,
    Split,
)


@singledispatch
def render(chart: Chart) -> SafeString:
    """The chart as HTML; a chart without figures becomes one plain sentence."""
    raise TypeError(f"{type(chart).__name__} is not a chart")


@render.register
def _bars(chart: Bars) -> SafeString:
    if not chart.labels or not chart.series:
        return _nothing()
    highest = max([*chart.totals, *(chart.compare.values if chart.compare else []), 1])
    step, top = axis(highest)
    return format_html(
        '<figure class="bars{}" aria-hidden="true">{}<div class="bars-columns">{}{}</div></figure>'
        "{}",
        " bars-dense" if len(chart.labels) > 30 else "",
        format_html_join(
            "",
            '<div class="bars-tick" style="--at:{}"><span>{}</span></div>',
            ((_ratio(at, top), chart.unit.short(at)) for at in range(0, top + 1, step)),
        ),
        format_html_join("", "{}", ((_column(chart, at, top),) for at in range(len(chart.labels)))),
        _comparison(chart.compare, top) if chart.compare else "",
        _bars_table(chart),
    )


def axis(highest: int, ticks: int = 4) -> tuple[int, int]:
    """A round step and the top of an axis that holds `highest` in about `ticks` steps."""
    raw = max(highest, 1) / ticks
    power = 10 ** floor(log10(raw)) if raw >= 1 else 1
    step = next(int(n * power) for n in (1, 2, 2.5, 5, 10) if raw <= n * power and n * power >= 1)
    return step, step * ceil(max(highest, 1) / step)


def _column(chart: Bars, at: int, top: int) -> SafeString:
    every = max(1, ceil(len(chart.labels) / 6))
    quiet = "" if at % every == 0 else " bars-label-quiet"
    if not quiet and len(chart.labels) > 6 and (at // every) % 2:
        quiet = " bars-label-wide"
    return format_html(
        '<div class="bars-column" title="{} {}: {}"><div class="bars-stack">{}</div>'
        '<div class="bars-label{}">{}</div></div>',
        chart.period,
        chart.labels[at],
        chart.unit.full(chart.totals[at]),
        format_html_join(
            "",
            '<div class="bars-part tone-{}" style="--part:{}"></div>',
            (
                (row.tone, _percent(max(row.values[at], 0), top))
                for row in reversed(chart.series)
                if row.values[at] > 0
            ),
        ),
        quiet,
        chart.labels[at],
    )


def _comparison(compare: Series, top: int) -> SafeString:
    count = len(compare.values)
    points = " ".join(
        f"{(at + 0.5) * 100 / count:.2f},{100 - max(value, 0) / top * 100:.2f}"
        for at, value in enumerate(compare.values)
    )
    return format_html(
        '<svg class="bars-compare" viewBox="0 0 100 100" preserveAspectRatio="none">'
        '<polyline points="{}" vector-effect="non-scaling-stroke"/></svg>',
        points,
    )


def _bars_table(chart: Bars) -> SafeString:
    rows = [*chart.series, *([chart.compare] if chart.compare else [])]
    return format_html(
        '<details class="chart-table"><summary>Show as table</summary>'
        '<div class="scroll" role="region" aria-label="{}" tabindex="0"><table class="table">'
        '<caption class="visually-hidden">{}</caption><thead><tr><th scope="col">{}</th>{}'
        '<th scope="col" class="num">Total</th></tr></thead><tbody>{}</tbody></table></div>'
        "</details>",
        chart.caption,
        chart.caption,
        chart.period,
        format_html_join("", '<th scope="col" class="num">{}</th>', ((row.label,) for row in rows)),
        format_html_join(
            "",
            '<tr><th scope="row">{}</th>{}<td class="num">{}</td></tr>',
            (
                (
                    label,
                    format_html_join(
                        "",
                        '<td class="num">{}</td>',
                        ((chart.unit.full(row.values[at]),) for row in rows),
                    ),
                    chart.unit.full(chart.totals[at]),
                )
                for at, label in enumerate(chart.labels)
            ),
        ),
    )


def legend(chart: Bars) -> SafeString:
    """The names of the series in the order they stack, for the head of the card."""
    return format_html(
        '<ul class="legend">{}{}</ul>',
        format_html_join(
            "",
            '<li><span class="dot dot-fill tone-{}"></span>{}</li>',
            ((row.tone, row.label) for row in chart.series),
        ),
        format_html('<li><span class="legend-line"></span>{}</li>', chart.compare.label)
        if chart.compare
        else "",
    )


@render.register
def _sparkline(chart: Sparkline) -> SafeString:
    if len(chart.values) < 2:
        return format_html('<span class="muted">{}</span>', "\N{EM DASH}")
    width, height, edge = 200, 30, 3
    low, high = min(chart.values), max(chart.values)
    room = height - 2 * edge
    path = " L".join(
        f"{at * width / (len(chart.values) - 1):.1f} "
        f"{height - edge - (value - low) / ((high - low) or 1) * room:.1f}"
        for at, value in enumerate(chart.values)
    )
    return format_html(
        '<svg class="sparkline{} tone-{}" viewBox="0 0 200 30" preserveAspectRatio="none" '
        'role="img" aria-label="{}">'
        '<path class="sparkline-area" d="M{} L200 30 L0 30Z"/>'
        '<path class="sparkline-line" d="M{}" vector-effect="non-scaling-stroke"/></svg>',
        " sparkline-small" if chart.small else "",
        chart.tone,
        f"{chart.caption}: from {chart.unit.full(chart.values[0])} "
        f"to {chart.unit.full(chart.values[-1])}, highest {chart.unit.full(high)}",
        path,
        path,
    )


@render.register
def _ladder(chart: Ladder) -> SafeString:
    if not chart.rungs:
        return _nothing()
    if chart.mini:
        return _mini_ladder(chart)
    return format_html(
        '<ol class="ladder tone-{}" style="--rungs:{}">{}</ol>',
        chart.tone,
        len(chart.rungs),
        format_html_join("", "{}", ((_rung(chart, at),) for at in range(len(chart.rungs)))),
    )


def _rung(chart: Ladder, at: int) -> SafeString:
    rung, first = chart.rungs[at], chart.rungs[0].count
    climb = ""
    if at:
        before = chart.rungs[at - 1].count
        climb = format_html(
            '<div class="rung-ghost"></div><span class="rung-rate">{}'
            '<span class="visually-hidden"> of the rung before</span></span>',
            formats.percent(rung.count / before, chart.unit.locale) if before else "\N{EM DASH}",
        )
    return format_html(
        '<li class="rung" style="--share:{};--before:{}"><div class="rung-bar">{}'
        '<div class="rung-fill"></div></div><div class="rung-label">{}</div>'
        '<div class="figure">{}</div><div class="rung-note">{}</div></li>',
        _percent(rung.count, first),
        _percent(chart.rungs[max(at - 1, 0)].count, first),
        climb,
        rung.label,
        chart.unit.full(rung.count),
        rung.note,
    )


def _mini_ladder(chart: Ladder) -> SafeString:
    first = chart.rungs[0].count
    return format_html(
        '<ol class="mini-ladder tone-{}">{}</ol>',
        chart.tone,
        format_html_join(
            "",
            '<li style="--share:{}"><span>{}<span class="visually-hidden"> {}</span></span>'
            '<span class="mini-ladder-bar"></span></li>',
            (
                (_percent(rung.count, first), chart.unit.full(rung.count), rung.label)
                for rung in chart.rungs
            ),
        ),
    )


@render.register
def _heat_map(chart: HeatMap) -> SafeString:
    if not chart.cohorts:
        return _nothing()
    known = [share for row in chart.cohorts for share in row.shares if share is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    return format_html(
        '<div class="scroll" role="region" aria-label="{}" tabindex="0"><table class="heat-map">'
        '<caption class="visually-hidden">{}</caption><thead><tr><th scope="col">{}</th>'
        '<th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table></div>',
        chart.caption,
        chart.caption,
        chart.row_heading,
        chart.size_heading,
        format_html_join("", '<th scope="col">{}</th>', ((name,) for name in chart.columns)),
        format_html_join("", "{}", ((_cohort(chart, row, low, high),) for row in chart.cohorts)),
    )


def _cohort(chart: HeatMap, row: Cohort, low: float, high: float) -> SafeString:
    shares = [*row.shares, *[None] * (len(chart.columns) - len(row.shares))]
    last = max((at for at, share in enumerate(shares) if share is not None), default=-1)
    cells = (
        (_heat_cell(chart, share, low, high, still_open=row.open_last and at == last),)
        for at, share in enumerate(shares)
    )
    return format_html(
        '<tr><th scope="row">{}</th><td>{}</td>{}</tr>',
        row.label,
        chart.unit.full(row.size),
        format_html_join("", "<td>{}</td>", cells),
    )


def _heat_cell(
    chart: HeatMap, share: float | None, low: float, high: float, *, still_open: bool
) -> str:
    if share is None:
        return ""
    heat = 6 + (share - low) / ((high - low) or 1) * 86
    return format_html(
        '<span class="heat-cell{}" style="--heat:{}%">{}</span>',
        " heat-cell-open" if still_open else "",
        round(heat),
        formats.number(share * 100, chart.unit.locale),
    )


@render.register
def _split(chart: Split) -> SafeString:
    whole = sum(part.count for part in chart.parts)
    if not whole:
        return _nothing()
    words = [
        f"{part.label} {chart.unit.full(part.count)} "
        f"({formats.percent(part.count / whole, chart.unit.locale)})"
        for part in chart.parts
    ]
    bar = format_html(
        '<div class="split{}" role="img" aria-label="{}: {}">{}</div>',
        " split-small" if chart.small else "",
        chart.caption,
        ", ".join(words),
        format_html_join(
            "",
            '<span class="split-part tone-{}" style="--part:{}"></span>',
            ((part.tone, part.count) for part in chart.parts if part.count),
        ),
    )
    if chart.small:
        return bar
    return format_html(
        '{}<ul class="legend split-legend" aria-hidden="true">{}</ul>',
        bar,
        format_html_join(
            "",
            '<li><span class="dot dot-fill tone-{}"></span>{}</li>',
            ((part.tone, text) for part, text in zip(chart.parts, words, strict=True)),
        ),
    )


@render.register
def _funnel(chart: Funnel) -> SafeString:
    if not chart.steps:
        return _nothing()
    first = chart.steps[0].count
    return format_html(
        '<ol class="funnel">{}</ol>',
        format_html_join(
            "",
            '<li class="funnel-step tone-{}" style="--share:{}"><span>{}</span>'
            '<span class="funnel-count">{}</span><span class="funnel-rate">{}</span>'
            '<div class="funnel-track"><div class="funnel-fill"></div></div></li>',
            (
                (
                    step.tone,
                    _percent(step.count, first),
                    step.label,
                    chart.unit.full(step.count),
                    _share(step.count, first, chart.unit.locale),
                )
                for step in chart.steps
            ),
        ),
    )


def _share(count: int, whole: int, locale: str) -> str:
    """One decimal below ten per cent, where whole numbers would hide what matters."""
    if not whole:
        return "\N{EM DASH}"
    share = count / whole
    return formats.percent(share, locale, places=1 if 0 < share < 0.1 else 0)


def _ratio(value: int, whole: int) -> str:
    return f"{value / whole:.4f}" if whole else "0"


def _percent(value: int, whole: int) -> str:
    return f"{value / whole * 100:.2f}%" if whole else "0%"


def _nothing() -> SafeString:
    return format_html('<p class="muted small">{}</p>', "No figures to draw yet.")
