"""Campaigns by the brand's day, in whole weeks."""

from datetime import UTC, date, datetime

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign
from campaigns.selectors.calendar import month_of

MAY = date(2026, 5, 1)


def _days(brand: Brand) -> dict[date, list[str]]:
    weeks = month_of(brand, MAY).weeks
    return {
        day.on: [campaign.name for campaign in day.campaigns]
        for week in weeks
        for day in week
        if day.campaigns
    }


def test_a_campaign_stands_on_the_brands_day_it_went_out_or_is_to(floral: Brand) -> None:
    Campaign.objects.create(
        name="Late", state="done", launched_at=datetime(2026, 5, 4, 23, 30, tzinfo=UTC)
    )
    Campaign.objects.create(
        name="To come", state="scheduled", due_at=datetime(2026, 5, 4, 9, tzinfo=UTC)
    )
    Campaign.objects.create(name="Draft")
    Campaign.objects.create(
        name="June", state="done", launched_at=datetime(2026, 6, 7, 9, tzinfo=UTC)
    )
    floral.time_zone = "Europe/London"
    # In summer the brand is an hour ahead of UTC; whole weeks end on the last of May.
    assert _days(floral) == {date(2026, 5, 4): ["To come"], date(2026, 5, 5): ["Late"]}
    assert month_of(floral, MAY).count == 2


def test_weeks_begin_on_monday_and_months_stand_side_by_side(floral: Brand) -> None:
    month = month_of(floral, MAY)
    assert month.weeks[0][0].on == date(2026, 4, 27)
    assert month.weeks[-1][-1].on == date(2026, 5, 31)
    assert [day.is_other for day in month.weeks[0]] == [True] * 4 + [False] * 3
    assert (month.before, month.after) == (date(2026, 4, 1), date(2026, 6, 1))
    january = month_of(floral, date(2026, 1, 1))
    assert (january.before, january.after) == (date(2025, 12, 1), date(2026, 2, 1))
