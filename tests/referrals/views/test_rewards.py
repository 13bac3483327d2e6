"""What staff sees of rewards and does with them, what is owed, and the reward settings."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.scope import brand_scope
from config.kit import ids
from config.kit.clock import day_in
from referrals.models.programmes import RewardSettings
from referrals.models.rewards import Reward
from referrals.services.rewards import claim
from tests.conftest import Cast
from tests.referrals.services import rewarding
from tests.referrals.services.rewarding import RewardTerms


@pytest.fixture
def reward(cast: Cast) -> Reward:
    """Rae's £10 in cash, a friend's order behind it, to be had now."""
    with brand_scope(cast.floral):
        terms = {"advocate": RewardTerms("cash", 1_000, hold_days=0)}
        advocate = rewarding.advocate_in(rewarding.programme_of(**terms), cast.rae)
        return rewarding.ready(advocate)


def address(name: str, reward: Reward | None = None) -> str:
    more = [ids.encode("rwd", reward.uid)] if reward else []
    return reverse(f"referral_{name}", args=["floral", *more])


def state_of(cast: Cast, reward: Reward) -> str:
    with brand_scope(cast.floral):
        return Reward.objects.get(pk=reward.pk).state


def test_the_list_shows_what_waits_and_its_history(ben: Client, reward: Reward) -> None:
    page = ben.get(address("rewards")).content.decode()
    assert "Rae Winter" in page
    assert "£10" in page
    history = ben.get(address("reward", reward)).content.decode()
    assert "Granted" in history
    assert "Ready" in history
    last = reward.expires_at - timedelta(microseconds=1)
    assert f'<time datetime="{day_in("Europe/London", last)}">' in history
    assert "No reward here" in ben.get(f"{address('rewards')}?show=gone").content.decode()


def test_cash_is_marked_as_paid_once_and_only_by_who_may(
    cast: Cast, ana: Client, ben: Client, reward: Reward
) -> None:
    pay = address("reward_pay", reward)
    with brand_scope(cast.floral):
        claim(reward)
    assert ben.post(pay, {"reference": "B-1"}).status_code == 404
    assert state_of(cast, reward) == "issued"
    assert "1 reward waits" in ana.get(address("rewards")).content.decode()

    assert ana.post(pay, {"reference": "B-1"}).status_code == 302
    with brand_scope(cast.floral):
        row = Reward.objects.get(pk=reward.pk)
        assert (row.state, row.handed_out, row.open_minor) == (
            "redeemed",
            {"reference": "B-1"},
            0,
        )
        assert rewarding.is_in_order()
    again = ana.post(pay, {"reference": "B-2"})
    assert "This reward does not wait to be given out." in again.content.decode()
    with brand_scope(cast.floral):
        assert Reward.objects.get(pk=reward.pk).handed_out == {"reference": "B-1"}


def test_a_reward_is_refused_and_promised_again(cast: Cast, ana: Client, reward: Reward) -> None:
    ana.post(address("reward_refuse", reward))
    assert state_of(cast, reward) == "rejected"
    ana.post(address("reward_restore", reward))
    assert state_of(cast, reward) == "pending"
    ana.post(address("reward_hold", reward))
    page = ana.get(f"{address('rewards')}?show=held").content.decode()
    assert address("reward", reward) in page
    ana.post(address("reward_release", reward))
    page = ana.get(f"{address('rewards')}?show=held").content.decode()
    assert address("reward", reward) not in page


def test_the_file_runs_nothing_in_a_spreadsheet(cast: Cast, ana: Client, reward: Reward) -> None:
    with brand_scope(cast.floral):
        cast.rae.first_name = "=cmd()"
        cast.rae.save()
    lines = ana.get(address("rewards_csv")).getvalue().decode().splitlines()
    assert lines[0].startswith("\ufeffreward,customer,email")
    assert lines[1].split(",")[1:9] == [
        *("'=cmd() Winter", "rae@example.com", "advocate", "cash", "claimable", "GBP"),
        *("10.00", "0.00"),
    ]


def test_what_is_owed_stands_by_kind_and_not_before_it_was_promised(
    cast: Cast, ana: Client, reward: Reward
) -> None:
    page = ana.get(address("liability")).content.decode()
    assert "To be given out or claimed" in page
    assert '<td class="num" data-label="Amount">£10</td>' in page
    assert '<td data-label="Kind">Cash</td><td class="num" data-label="Rewards">1</td>' in page
    assert "They agree." in page
    before = ana.get(f"{address('liability')}?day=2026-01-31").content.decode()
    assert "you owed nothing" in before
    lines = ana.get(address("liability_csv")).getvalue().decode().splitlines()
    assert lines[1] == f"{day_in('Europe/London')},payable,GBP,10.00,1"


def test_reward_settings_are_kept(cast: Cast, ana: Client) -> None:
    said = {
        "spends": ["points", "store_credit"],
        "point": "0.05",
        "write_off_days": "90",
        "free_domains": "Example.net\n\nexample.org",
        "throwaway_domains": "",
    }
    assert ana.post(address("settings"), said).status_code == 302
    with brand_scope(cast.floral):
        row = RewardSettings.objects.get()
    assert (row.spends, row.point_minor, row.write_off_days) == (["points", "store_credit"], 5, 90)
    assert row.extra_free_domains == ["example.net", "example.org"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"point": "0"}, "A point is worth something"),
        ({"free_domains": "no domain"}, "is no domain"),
        ({"spends": ["gold"]}, "Select a valid choice"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(
    cast: Cast, ana: Client, wrong: dict[str, object], words: str
) -> None:
    said = {"spends": ["points"], "point": "1", "free_domains": "", **wrong}
    assert words in ana.post(address("settings"), said).content.decode()
    with brand_scope(cast.floral):
        assert not RewardSettings.objects.exists()
