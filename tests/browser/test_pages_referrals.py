"""The brand's pages about referrals in every width and theme."""

import msgspec
import pytest

from accounts.scope import brand_scope
from config.kit import ids
from referrals.models.referrals import Decision
from referrals.selectors.programmes import draft_of
from referrals.services.programmes import go_live, save_draft
from referrals.services.shares import count_share
from referrals.services.touches import record_touch
from tests.browser.conftest import page_checks, violations
from tests.referrals.services import rewarding

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_referral_programme_is_set_up_and_started(live_server, signed_in, cast, look):
    page = signed_in(cast.ana)
    look(page, f"{live_server.url}/b/floral/referrals/", pictures="referrals-empty")
    page.get_by_role("link", name="Set it up").click()
    page.get_by_label("Name").fill("Bring a friend")
    page.get_by_role("button", name="Go on").click()
    page_checks(page, page.url, pictures="referrals-offer")
    worth = page.get_by_role("spinbutton", name="Worth").first
    worth.fill("15")
    page.get_by_text("£15 as a coupon, 14 days after the order").wait_for()
    page.get_by_role("button", name="Keep and go on").click()
    page.get_by_role("heading", name="Whose friend it is").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Keep and go on").click()
    look(page, page.url, pictures="referrals-words")
    page.get_by_label("Headline of the customer's page").fill("Flowers for two")
    customers_page = page.frame_locator("iframe[title^='The customer']")
    customers_page.get_by_role("heading", name="Flowers for two").wait_for()
    page.get_by_role("button", name="Keep and go on").click()
    look(page, page.url, pictures="referrals-start")
    page.get_by_role("button", name="Start it").click()
    page.get_by_text("It is live.").wait_for()
    look(page, page.url, pictures="referrals-programme")


def test_the_report_receipts_rewards_and_what_is_owed_hold(live_server, signed_in, cast, look):
    with brand_scope(cast.floral):
        programme = rewarding.programme_of()
        advocate = rewarding.advocate_in(programme, cast.rae)
        # Who takes part already is held out by no chance.
        terms = msgspec.structs.replace(draft_of(programme), holdout_percent=10)
        go_live(save_draft(programme, terms=terms))
        for kind in ("shown", "shared"):
            count_share(advocate, channel="link", kind=kind)
        touches = [record_touch(advocate, kind=kind) for kind in ("visit", "code")]
        reward = rewarding.ready(advocate)
        Decision.objects.create(
            programme=programme,
            version=reward.version,
            referral=reward.referral,
            order=reward.order,
            outcome="attributed",
            evidence=[
                {
                    "touch": touch.pk,
                    "advocate": advocate.pk,
                    "kind": touch.kind,
                    "at": touch.at.isoformat(),
                    "strength": 40,
                }
                for touch in reversed(touches)
            ],
        )
        for row in (programme, reward, reward.referral):
            row.refresh_from_db(fields=["uid"])
    page = signed_in(cast.ana)
    home = f"{live_server.url}/b/floral/referrals"
    programme_path = f"programmes/{ids.encode('prp', programme.uid)}/"
    addresses = {
        "referrals-list": "",
        "referrals-report": programme_path,
        "referrals-what-if": f"{programme_path}what-if/?model=last&window_days=30&period=30",
        "referrals-friends": "friends/",
        "referrals-receipt": f"friends/{ids.encode('ref', reward.referral.uid)}/",
        "referrals-rewards": "rewards/",
        "referrals-reward": f"rewards/{ids.encode('rwd', reward.uid)}/",
        "referrals-owed": "owed/",
        "referrals-settings": "settings/",
    }
    for name, path in addresses.items():
        look(page, f"{home}/{path}", pictures=name)
