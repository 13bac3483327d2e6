"""Claiming a reward: scanners take nothing, one press claims, errors are kind."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models.ledger import Owner
from accounts.scope import brand_scope
from accounts.selectors.ledger import balances
from campaigns.models.coupons import Coupon
from campaigns.models.transactional import TransactionalMessage
from config.kit.clock import now
from customers.models.identities import Identity
from referrals.models.rewards import PortalDevice, Reward
from referrals.services.advocates import join
from referrals.services.granting import grant_for
from referrals.services.programmes import create_programme, go_live
from referrals.services.rewards import hold_reward, reject, release_due
from tests import factories
from tests.referrals import portals

SAFE_LINKS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"


@pytest.fixture
def promised(cast):
    """Rae is promised £10 for Ben's order; its hold is not over."""
    with brand_scope(cast.floral):
        programme = create_programme("Give 10, get 10")
        go_live(programme)
        rae = join(programme, customer=cast.rae, source="portal")
        ben = portals.ordered(rae, "Ben H.", now().date())
        grant_for(ben, order=ben.order)
        return Reward.objects.get(side="advocate")


@pytest.fixture
def ready(cast, promised):
    """The same when its hold is over."""
    with brand_scope(cast.floral):
        Reward.objects.update(available_at=now() - timedelta(hours=1))
        release_due()
        promised.refresh_from_db()
        assert promised.state == Reward.State.CLAIMABLE
        return promised


@pytest.fixture
def path(cast, promised):
    with brand_scope(cast.floral):
        return portals.reward_path(promised)


def words(answer):
    return " ".join(answer.content.decode().split())


def held(cast):
    """What there is of Rae's: state and code of the reward, her devices, the ledger."""
    with brand_scope(cast.floral):
        reward = Reward.objects.select_related("coupon").get(side="advocate")
        code = reward.coupon.code if reward.coupon else ""
        owed = balances(Owner("customer", cast.rae.pk), "GBP")
        return reward.state, code, PortalDevice.objects.count(), (owed.payable, owed.issued)


def test_scanners_take_nothing_and_a_person_on_another_device_claims_it(cast, ready, path):
    before = held(cast)
    scanner = Client(headers={"User-Agent": SAFE_LINKS})
    assert scanner.head(path).status_code == 200
    for _ in range(2):
        seen = scanner.get(path)
        assert (seen.status_code, seen["Cache-Control"]) == (200, "no-store")
        assert (seen["Referrer-Policy"], seen["X-Robots-Tag"]) == ("no-referrer", "noindex")
        # What a rendering scanner fetches beside the page.
        assert scanner.get("/static/js/portal.js").status_code in {200, 404}
    assert held(cast) == before == ("claimable", "", 0, (1_000, 0))
    person = Client(enforce_csrf_checks=True)
    assert "Claim £10" in words(person.get(path))
    claimed = person.post(path)
    state, code, devices, owed = held(cast)
    assert (state, devices, owed) == ("issued", 1, (0, 1_000))
    assert code in words(claimed)
    assert "You get one code, for one order." in words(claimed)


def test_pressing_again_shows_the_same_code(cast, ready, path):
    person = Client()
    first, second = person.post(path), person.post(path)
    code = held(cast)[1]
    assert code in words(first)
    assert code in words(second)
    assert code in words(person.get(path))
    with brand_scope(cast.floral):
        assert Coupon.objects.count() == 1


def test_who_only_holds_the_link_sees_no_code(cast, ready, path):
    Client().post(path)
    code, stranger = held(cast)[1], Client()
    seen = words(stranger.get(path))
    assert code not in seen
    assert "Show my code" in seen
    asked = stranger.post(path)
    assert (asked.status_code, asked["Location"]) == (302, f"{path}/device")
    assert held(cast)[2] == 1
    stranger.post(f"{path}/device")
    with brand_scope(cast.floral):
        mailed = TransactionalMessage.objects.get(template__key="portal_code")
    assert stranger.post(f"{path}/device", {"code": mailed.data["code"]})["Location"] == path
    assert code in words(stranger.get(path))


def test_what_cannot_be_claimed_says_why_and_nothing_happens(cast, promised, path):
    person = Client()
    assert "Yours on" in words(person.get(path))
    refused = person.post(path)
    assert (refused.status_code, "This reward is not ready yet." in words(refused)) == (409, True)
    assert held(cast) == ("pending", "", 1, (0, 0))
    with brand_scope(cast.floral):
        hold_reward(promised, reason="velocity")
    assert "We are having a look at this one" in words(person.get(path))
    with brand_scope(cast.floral):
        reject(promised, reason="own_link")
    said = words(person.post(path))
    assert "This is your own link: it is for your friends." in said
    assert "Claim £10" not in said
    assert held(cast)[:2] == ("rejected", "")


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("redeemed", "Spent. Enjoy!"),
        ("expired", "It was not used in time."),
        ("reversed", "Taken back, because the order was paid back."),
    ],
)
def test_a_reward_that_is_over_says_how_it_ended(cast, promised, path, state, sentence):
    with brand_scope(cast.floral):
        Reward.objects.filter(pk=promised.pk).update(state=state)
    said = words(Client().get(path))
    assert sentence in said
    assert "<form" not in said


def test_after_its_last_day_it_is_over_though_nobody_has_booked_it(cast, ready, path):
    with brand_scope(cast.floral):
        Reward.objects.update(expires_at=now() - timedelta(seconds=1))
    person = Client()
    assert "It was not used in time." in words(person.get(path))
    assert person.post(path).status_code == 409
    assert held(cast)[:2] == ("claimable", "")


def test_a_reward_of_a_merged_customer_belongs_to_who_is_left(cast, ready, path):
    with brand_scope(cast.floral):
        kept = factories.customer(email="rae.winter@example.com", first_name="Rae")
        type(kept).objects.filter(pk=cast.rae.pk).update(merged_into=kept)
        Identity.objects.filter(customer=cast.rae).update(customer=kept)
    Client().post(path)
    with brand_scope(cast.floral):
        assert PortalDevice.objects.get().customer_id == kept.pk
    assert held(cast)[0] == "issued"


def test_forged_and_other_brands_rewards_are_not_there(cast, ready, path):
    assert Client().get(f"{path[:30]}z{path[31:]}").status_code == 404
    assert Client().get(path.replace("/reward/", "/me/")).status_code == 404
    assert held(cast)[0] == "claimable"
