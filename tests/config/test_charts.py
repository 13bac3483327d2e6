"""Charts: exact geometry, text for those who cannot see them, and nothing unescaped."""

import pytest

from config.kit import charts
from config.kit.figures import (
    Bars,
    Cohort,
    Funnel,
    HeatMap,
    Ladder,
    Part,
    Rung,
    Series,
    Sparkline,
    Split,
    Step,
    Unit,
)

GBP = Unit("GBP")
EMPTY = '<p class="muted small">No figures to draw yet.</p>'


@pytest.mark.parametrize(
    ("highest", "step", "top"),
    [
        (0, 1, 1),
        (1, 1, 1),
        (7, 2, 8),
        (100, 25, 100),
        (101, 50, 150),
        (1840000, 500000, 2000000),
        (9, 2, 10),
    ],
)
def test_an_axis_has_round_whole_steps_that_hold_the_highest_value(highest, step, top):
    assert charts.axis(highest) == (step, top)


def test_bars_stand_in_proportion_and_stack_the_first_series_at_the_bottom():
    chart = Bars("Revenue", ["1 Aug"], [Series("Repeat", [6000]), Series("First", [2000], "first")])

    html = charts.render(chart)

    first = html.index('class="bars-part tone-first" style="--part:25.00%"')
    repeat = html.index('class="bars-part tone-repeat" style="--part:75.00%"')
    assert first < repeat
    assert html.count("bars-tick") == 5


def test_bars_carry_a_table_with_every_value_and_total():
    chart = Bars(
        "Revenue by week",
        ["1 Aug", "8 Aug"],
        [Series("Repeat", [120000, 90000]), Series("First", [30000, 0], "first")],
        GBP,
        compare=Series("Previous", [100000, 110000]),
    )

    html = charts.render(chart)

    assert (
        '<tr><th scope="row">1 Aug</th><td class="num">£1,200</td><td class="num">£300</td>'
        '<td class="num">£1,000</td><td class="num">£1,500</td></tr>'
    ) in html
    assert '<polyline points="25.00,33.33 75.00,26.67"' in html


def test_bars_leave_a_negative_week_undrawn_but_say_it():
    html = charts.render(Bars("Net", ["1 Aug"], [Series("Net", [-500])], GBP))

    assert "bars-part" not in html
    assert '<td class="num">\N{MINUS SIGN}£5</td>' in html


def test_a_long_year_of_weeks_labels_about_six_of_them():
    weeks = [f"w{week}" for week in range(52)]
    html = charts.render(Bars("Year", weeks, [Series("Orders", [1] * 52)]))

    assert html.count("bars-dense") == 1
    assert html.count('<div class="bars-label bars-label-quiet">') == 46


def test_a_ladder_gives_counts_rates_and_the_ghost_of_the_rung_before():
    floral = [902, 447, 262, 161, 102]
    html = charts.render(Ladder([Rung(str(at), count) for at, count in enumerate(floral, 1)]))

    shares = ["100.00%", "49.56%", "29.05%", "17.85%", "11.31%"]
    for at, share in enumerate(shares):
        before = shares[max(at - 1, 0)]
        assert f'style="--share:{share};--before:{before}"' in html
    assert [rate for rate in ("50%", "59%", "61%", "63%") if f">{rate}<" in html] == [
        "50%",
        "59%",
        "61%",
        "63%",
    ]


def test_a_ladder_whose_first_rung_is_empty_divides_nothing():
    html = charts.render(Ladder([Rung("1st", 0), Rung("2nd", 0)]))

    assert html.count("--share:0%") == 2
    assert "\N{EM DASH}" in html


def test_a_sparkline_says_its_ends_and_its_highest_value():
    html = charts.render(Sparkline("Revenue", [100000, 300000, 200000], GBP, "referral"))

    assert 'aria-label="Revenue: from £1,000 to £2,000, highest £3,000"' in html
    assert 'd="M0.0 27.0 L100.0 3.0 L200.0 15.0"' in html


def test_a_sparkline_of_one_value_is_a_dash():
    assert charts.render(Sparkline("Revenue", [5])) == '<span class="muted">—</span>'


def test_a_heat_map_is_a_table_with_blanks_where_the_future_is():
    chart = HeatMap(
        "Retention",
        ["1", "2"],
        [Cohort("Aug 2026", 1388, [0.40, 0.20]), Cohort("Sep 2026", 12, [0.30], open_last=True)],
    )

    html = charts.render(chart)

    assert '<th scope="row">Aug 2026</th><td>1,388</td>' in html
    assert '<td><span class="heat-cell" style="--heat:92%">40</span></td>' in html
    assert '<td><span class="heat-cell" style="--heat:6%">20</span></td></tr>' in html
    assert '<td><span class="heat-cell heat-cell-open" style="--heat:49%">30</span></td>' in html
    assert html.endswith("<td></td></tr></tbody></table></div>")


def test_a_split_says_each_part_and_its_share():
    html = charts.render(Split("Revenue", [Part("Repeat", 7500), Part("First", 2500)], GBP))

    assert 'aria-label="Revenue: Repeat £75 (75%), First £25 (25%)"' in html
    assert html.count("--part:") == 2


def test_a_funnel_gives_each_step_its_share_of_the_first():
    html = charts.render(Funnel([Step("Sent", 4000), Step("Clicked", 600), Step("Ordered", 50)]))

    assert '<span class="funnel-rate">100%</span>' in html
    assert '<span class="funnel-rate">15%</span>' in html
    assert '<span class="funnel-rate">1.3%</span>' in html
    assert "--share:1.25%" in html


@pytest.mark.parametrize(
    "chart",
    [Bars("", [], []), Ladder([]), HeatMap("", [], []), Split("", []), Funnel([])],
    ids=lambda chart: type(chart).__name__,
)
def test_a_chart_without_figures_says_so(chart):
    assert charts.render(chart) == EMPTY


def test_labels_from_customers_cannot_break_out():
    evil = '"><script>x</script>'
    for chart in (
        Bars(evil, [evil], [Series(evil, [1])]),
        Ladder([Rung(evil, 1, evil), Rung(evil, 1)]),
        HeatMap(evil, [evil], [Cohort(evil, 1, [0.5])]),
        Split(evil, [Part(evil, 1)]),
        Funnel([Step(evil, 1)]),
        Sparkline(evil, [1, 2]),
    ):
        assert "<script" not in charts.render(chart)
