"""Customers' own pages as they see them: on a phone, in both themes, and without JavaScript."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.kit.clock import now
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.services.advocates import join
from referrals.services.devices import bind_first
from referrals.services.granting import grant_for
from referrals.services.programmes import create_programme, go_live
from referrals.services.rewards import release_due
from tests.browser.conftest import page_checks
from tests.referrals import portals

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rae(cast):
    """Rae, who has friends in every state, and a reward to claim."""
    with brand_scope(cast.floral):
        Brand.objects.filter(pk=cast.floral.pk).update(theme={"colour": "#7a1f5c"})
        programme = create_programme("Give 10, get 10")
        go_live(programme)
        rae = join(programme, customer=cast.rae, source="portal")
        ben = portals.ordered(rae, "Ben H.", date(2027, 5, 3))
        grant_for(ben, order=ben.order)
        Reward.objects.update(available_at=now() - timedelta(hours=1))
        release_due()
        portals.friend(rae, "Ada L.")
        held = portals.ordered(rae, "Cy K.", date(2027, 5, 4), review=Referral.Review.OPEN)
        portals.reward(rae, held, is_held=True)
        portals.friend(rae, "Di M.", state=Referral.State.DISQUALIFIED, reason="existing_customer")
        return rae


def urls(live_server, rae):
    with brand_scope(rae.brand_id):
        ready = Reward.objects.get(state=Reward.State.CLAIMABLE)
        paths = portals.portal_path(rae), portals.reward_path(ready)
    return [live_server.url + path for path in paths]


def test_the_page_of_friends_and_rewards_holds(live_server, page, rae):
    portal, _ = urls(live_server, rae)
    page_checks(page, portal, pictures="portal")
    page.get_by_text("Say it in your own words").click()
    page.get_by_label("What you write to friends").fill("Try the tulips!")
    page.get_by_role("button", name="Save my words").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    mail = page.get_by_role("link", name="E-mail a friend")
    expect(mail).to_have_attribute("href", re.compile("Try%20the%20tulips.*both%20get"))


def test_a_scanner_renders_the_page_and_a_person_elsewhere_claims(
    live_server, page, browser, rae, look
):
    _, reward = urls(live_server, rae)
    scanner = browser.new_context().new_page()
    scanner.goto(reward, wait_until="networkidle")
    expect(scanner.get_by_role("button", name="Claim £10")).to_be_visible()
    page_checks(page, reward, pictures="claim")
    page.get_by_role("button", name="Claim £10").click()
    expect(page.get_by_text("Your code")).to_be_visible()
    look(page, reward, pictures="claimed")
    scanner.reload()
    expect(scanner.get_by_role("button", name="Show my code")).to_be_visible()
    scanner.context.close()


def test_without_javascript_another_device_asks_for_a_code(live_server, browser, cast, rae):
    with brand_scope(cast.floral):
        bind_first(cast.rae, "the telephone")
    _, reward = urls(live_server, rae)
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(reward)
    page.get_by_role("button", name="Claim £10").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_role("button", name="Mail a code to").click()
    expect(page.get_by_role("status")).to_contain_text("on its way")
    context.close()


def test_the_page_for_another_device_holds(live_server, page, rae, look):
    _, reward = urls(live_server, rae)
    look(page, f"{reward}/device", pictures="device")
