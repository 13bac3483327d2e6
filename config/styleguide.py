"""Sample data for the style guide: the made-up coffee brand of the design pictures."""

from datetime import timedelta
from typing import Any

from django import forms

from accounts.models import Brand, Organisation, User
from config.context_processors import NavGroup, NavItem
from config.kit import clock, formats
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

GBP = Unit("GBP", "en-gb")
BRAND = Brand(
    name="Fernhill Coffee",
    slug="fernhill",
    organisation=Organisation(name="Northlight Agency"),
)
PERSON = User(name="Ada Okafor", email="ada@northlight.example")

_REPEAT = [7300, 7400, 8000, 7900, 8000, 8700, 9700, 9800, 10000, 9400, 10100, 9900]
_CROSS_SELL = [2400, 2400, 2400, 3200, 3500, 3200, 3400, 3100, 3500, 4300, 3700, 4000]
_REFERRAL = [1800, 1700, 2100, 2100, 1900, 2200, 2400, 2200, 2600, 2400, 2900, 2800]
_VENTURE = [1300, 1100, 1400, 1400, 1200, 1300, 1400, 1400, 1300, 1300, 1800, 1300]
_BEFORE = [10400, 10900, 11700, 12500, 12400, 12900, 15100, 13600, 14900, 14400, 16000, 15100]
_RETENTION = [
    ("Nov 2025", 388, [40, 32, 26, 25, 24, 23, 21, 21, 17, 17, 19, 18]),
    ("Dec 2025", 612, [29, 25, 21, 19, 16, 15, 15, 13, 13, 15, 12]),
    ("Jan 2026", 341, [41, 32, 28, 27, 24, 22, 21, 22, 20, 18]),
    ("Feb 2026", 356, [42, 33, 29, 28, 24, 22, 22, 21, 22]),
    ("Mar 2026", 402, [43, 35, 31, 27, 27, 24, 22, 22]),
    ("Apr 2026", 377, [43, 35, 30, 30, 27, 25, 22]),
    ("May 2026", 419, [44, 35, 31, 28, 28, 25]),
    ("Jun 2026", 431, [45, 38, 33, 31, 28]),
    ("Jul 2026", 398, [48, 38, 34, 31]),
    ("Aug 2026", 446, [47, 37, 33]),
    ("Sep 2026", 471, [49, 40]),
    ("Oct 2026", 502, [50]),
]
_NPS = [
    ("Champions", 612, 71, (6, 17, 77)),
    ("Loyal regulars", 1284, 52, (11, 26, 63)),
    ("New this quarter", 1419, 38, (17, 28, 55)),
    ("Slipping away", 903, 4, (31, 34, 35)),
    ("One-time gift buyers", 1089, -9, (38, 33, 29)),
]


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(max_length=60, help_text="Only your team sees it.")
    email = forms.EmailField(label="Reply to", required=False)
    audience = forms.ChoiceField(choices=[("all", "All customers"), ("late", "Late regulars")])
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    holdout = forms.BooleanField(
        label="Keep a control group", required=False, help_text="One in ten gets no mail."
    )
    when = forms.ChoiceField(
        label="Send",
        choices=[("now", "Now"), ("later", "At a time I choose")],
        widget=forms.RadioSelect,
    )


def _pence(pounds: list[int]) -> list[int]:
    return [value * 100 for value in pounds]


def _revenue() -> Bars:
    start = clock.now().date() - timedelta(weeks=12)
    return Bars(
        caption="Customer revenue by week and path",
        labels=[formats.day(start + timedelta(weeks=week), year=False) for week in range(12)],
        series=[
            Series("Repeat", _pence(_REPEAT), "repeat"),
            Series("Cross-sell", _pence(_CROSS_SELL), "cross-sell"),
            Series("Referral", _pence(_REFERRAL), "referral"),
            Series("Partners", _pence(_VENTURE), "venture"),
        ],
        unit=GBP,
        compare=Series("Previous", _pence(_BEFORE), "neutral"),
    )


def _paths() -> list[dict[str, Any]]:
    rows = [
        ("Repeat purchase", "repeat", 109640, 100500, _REPEAT, "412 regulars are late to reorder"),
        ("Cross-sell", "cross-sell", 36910, 32150, _CROSS_SELL, "Grinder goes with 31% of bags"),
        ("Referrals", "referral", 23350, 16540, _REFERRAL, "38 promoters have not been asked"),
        ("Joint ventures", "venture", 14320, 14850, _VENTURE, "2 partner offers wait for review"),
        ("Business value", "value", 1420000, 1339600, _BEFORE, "The base is worth £268 a head"),
    ]
    return [
        {
            "label": label,
            "tone": tone,
            "now": now,
            "before": before,
            "figure": GBP.short(now * 100) if now > 10**6 else GBP.full(now * 100),
            "sparkline": Sparkline(f"{label} by week", _pence(values), GBP, tone),
            "next": todo,
        }
        for label, tone, now, before, values, todo in rows
    ]


def _cohorts() -> HeatMap:
    return HeatMap(
        caption="Share of each cohort that ordered again, by month since the first order",
        columns=[str(month) for month in range(1, 13)],
        cohorts=[
            Cohort(label, size, [share / 100 for share in shares], open_last=True)
            for label, size, shares in _RETENTION
        ],
    )


def _nps() -> list[dict[str, Any]]:
    return [
        {
            "segment": segment,
            "size": size,
            "score": f"+{score}" if score > 0 else formats.number(score),
            "split": Split(
                segment,
                [
                    Part("detractors", bad, "value"),
                    Part("passives", middling, "neutral"),
                    Part("promoters", good, "repeat"),
                ],
                small=True,
            ),
        }
        for segment, size, score, (bad, middling, good) in _NPS
    ]


def _nav() -> list[NavGroup]:
    return [
        NavGroup(
            "",
            [
                NavItem("Overview", "#overview", "layout-dashboard", active=True),
                NavItem("Customers", "#tables", "users", active=False),
                NavItem("Segments", "#forms", "funnel", active=False),
            ],
        ),
        NavGroup("Reach", [NavItem("Campaigns", "#states", "mail", active=False)]),
    ]


def context(wrong: bool) -> dict[str, Any]:
    """Everything the style guide shows; `wrong` fills the form badly to show its errors."""
    return {
        "brand": BRAND,
        "user": PERSON,
        "nav": _nav(),
        "memberships": [],
        "now": clock.now(),
        "revenue": _revenue(),
        "paths": _paths(),
        "ladder": Ladder(
            [
                Rung("1st order", 5307, "All buyers"),
                Rung("2nd", 2494, "34 days, median"),
                Rung("3rd", 1571, "29 days, median"),
                Rung("4th and more", 1147, "26 days, median"),
            ]
        ),
        "mini_ladder": Ladder([Rung("1st", 902), Rung("2nd", 447), Rung("3rd", 262)], mini=True),
        "nps": _nps(),
        "cohorts": _cohorts(),
        "split": Split(
            "Revenue by path",
            [
                Part("Repeat", 10964000, "repeat"),
                Part("Cross-sell", 3691000, "cross-sell"),
                Part("Referral", 2335000, "referral"),
                Part("Partners", 1432000, "venture"),
            ],
            GBP,
        ),
        "funnel": Funnel(
            [
                Step("Planned", 4812),
                Step("Sent", 4633),
                Step("Clicked", 702),
                Step("Ordered within 7 days", 118),
            ]
        ),
        "form": SampleForm({"name": "", "email": "not an address"} if wrong else None),
        "ranges": [("4 w", "?weeks=4"), ("12 w", "?weeks=12"), ("12 m", "?weeks=52")],
        "sample_tabs": [("All", "/styleguide/", 5307), ("Late", "?late", 412), ("Lapsed", "?gone")],
        "sample_steps": ["Upload", "Columns", "Check", "Import"],
    }
