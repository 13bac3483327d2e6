"""When one more mail may go: windows, calendars, nights and changes of clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.rules.pressure import Cap, Part, Quiet, Rules, earliest, horizon, refusals

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def free(moment=NOON, *, contacts=(), caps=(), quiet=None, zone=UTC):
    return earliest(moment, contacts=contacts, caps=caps, quiet=quiet, zone=zone)


def test_without_rules_a_mail_goes_at_once():
    assert free(contacts=[NOON] * 50) == NOON


def test_a_rolling_window_frees_when_its_oldest_mail_has_left_it():
    caps = [Cap(2, days=7)]
    assert free(contacts=[NOON - DAY], caps=caps) == NOON
    assert free(contacts=[NOON - DAY, NOON - 5 * DAY], caps=caps) == NOON + 2 * DAY
    assert free(contacts=[NOON - DAY, NOON - 7 * DAY], caps=caps) == NOON


def test_the_strictest_of_several_limits_decides():
    contacts = [NOON - timedelta(hours=1), NOON - 20 * DAY]
    assert free(contacts=contacts, caps=[Cap(1, days=1), Cap(2, days=30)]) == NOON + 10 * DAY


def test_calendar_periods_are_those_of_the_customers_clock():
    late = datetime(2026, 6, 9, 22, 30, tzinfo=UTC)  # half past midnight on the 10th in Berlin
    assert free(contacts=[late], caps=[Cap(1, period="day")], zone=UTC) == NOON
    next_day = datetime(2026, 6, 10, 22, tzinfo=UTC)
    assert free(contacts=[late], caps=[Cap(1, period="day")], zone=BERLIN) == next_day
    monday = datetime(2026, 6, 15, tzinfo=UTC)
    assert free(contacts=[late], caps=[Cap(1, period="week")]) == monday
    july = datetime(2026, 7, 1, tzinfo=UTC)
    assert free(contacts=[late], caps=[Cap(1, period="month")]) == july


def test_nothing_goes_in_quiet_hours_which_may_span_midnight():
    night = Quiet(time(21), time(8))
    assert free(quiet=night) == NOON
    evening = datetime(2026, 6, 10, 22, tzinfo=UTC)
    morning = datetime(2026, 6, 11, 8, tzinfo=UTC)
    assert free(evening, quiet=night) == morning
    assert free(morning - timedelta(hours=3), quiet=night) == morning
    assert free(NOON, quiet=Quiet(time(11), time(14))) == NOON + timedelta(hours=2)


@pytest.mark.parametrize(
    ("moment", "until", "goes"),
    [
        # 02:30 does not exist on 29 March 2026: clocks leap from 02:00 to 03:00.
        ("2026-03-28T23:00", time(2, 30), "2026-03-29T01:30"),
        # 02:30 comes twice on 25 October 2026: the first is meant.
        ("2026-10-24T23:00", time(2, 30), "2026-10-25T00:30"),
        ("2026-10-24T23:00", time(8), "2026-10-25T07:00"),
        ("2026-03-28T23:00", time(8), "2026-03-29T06:00"),
    ],
)
def test_a_night_ends_on_the_day_clocks_change(moment, until, goes):
    start = datetime.fromisoformat(f"{moment}+00:00")
    quiet = Quiet(time(22), until)
    assert free(start, quiet=quiet, zone=BERLIN) == datetime.fromisoformat(f"{goes}+00:00")


def test_a_window_that_ends_at_night_waits_for_the_morning():
    contacts = [datetime(2026, 6, 10, 1, tzinfo=UTC)]
    found = free(contacts=contacts, caps=[Cap(1, days=1)], quiet=Quiet(time(21), time(8)))
    assert found == datetime(2026, 6, 11, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (Rules(caps=(Cap(0, days=7),)), "to have none, leave it out"),
        (Rules(caps=(Cap(1),)), "choose one"),
        (Rules(caps=(Cap(1, days=7, period="day"),)), "choose one"),
        (Rules(caps=(Cap(1, days=400),)), "1 to 366 days"),
        (Rules(caps=(Cap(1, days=1),) * 7), "At most 6"),
        (Rules(quiet=Quiet(time(8), time(8))), "another time"),
        (Rules(expire_hours=0), "1 hour to 31 days"),
    ],
)
def test_rules_that_mean_nothing_are_refused(rules, words):
    assert any(words in sentence for sentence in refusals(rules))


def test_sensible_rules_are_not():
    caps = (Cap(1, days=1), Cap(4, period="month"))
    night = Quiet(time(21), time(8))
    assert refusals(Rules(caps=caps, quiet=night, parts={"survey": Part(counts=False)})) == []


minutes = st.integers(0, 40 * 24 * 60)
caps = st.one_of(
    st.builds(Cap, st.integers(1, 3), days=st.integers(1, 10)),
    st.builds(Cap, st.integers(1, 3), period=st.sampled_from(["day", "week", "month"])),
)
nights = st.one_of(st.none(), st.builds(Quiet, st.just(time(21, 30)), st.just(time(7))))
zones = st.sampled_from([UTC, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")])


def reading(contacts, limits, quiet, zone):
    """The rules once more, slowly: `keeps_all(moment)` says whether a mail then breaks none."""
    forms = {
        "day": lambda at: at.date(),
        "week": lambda at: at.isocalendar()[:2],
        "month": lambda at: (at.year, at.month),
    }
    local_contacts = [at.astimezone(zone) for at in contacts]
    in_period = {
        period: [form(at) for at in local_contacts]
        for period, form in forms.items()
        if any(cap.period == period for cap in limits)
    }

    def keeps_all(moment):
        local = moment.astimezone(zone)
        for cap in limits:
            if cap.period is None:
                same = sum(moment - cap.days * DAY < at for at in contacts)
            else:
                same = in_period[cap.period].count(forms[cap.period](local))
            if same >= cap.count:
                return False
        return quiet is None or quiet.until <= local.time() < quiet.since

    return keeps_all


@settings(max_examples=60, deadline=None)
@given(
    ago=st.lists(minutes, max_size=6),
    limits=st.lists(caps, max_size=3),
    quiet=nights,
    zone=zones,
    start=st.sampled_from(["2026-03-20", "2026-06-10", "2026-10-20", "2026-12-30"]),
    minute=st.integers(0, 1439),
)
def test_the_answer_is_the_first_moment_that_keeps_all_rules(
    ago, limits, quiet, zone, start, minute
):
    moment = datetime.fromisoformat(f"{start}T00:00+00:00") + timedelta(minutes=minute)
    contacts = [moment - timedelta(minutes=each) for each in ago]
    found = free(moment, contacts=contacts, caps=limits, quiet=quiet, zone=zone)
    keeps_all = reading(contacts, limits, quiet, zone)
    assert keeps_all(found)
    step = timedelta(minutes=1)
    before = found - step
    while before >= moment:
        assert not keeps_all(before)
        before -= step


@given(limits=st.lists(caps, min_size=1, max_size=3), zone=zones, minute=minutes)
def test_what_lies_behind_the_horizon_changes_nothing(limits, zone, minute):
    moment = NOON + timedelta(minutes=minute)
    old = [moment - horizon(limits) - timedelta(minutes=1)] * 5
    assert free(moment, contacts=old, caps=limits, zone=zone) == moment
