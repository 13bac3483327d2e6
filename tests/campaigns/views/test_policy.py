"""Settings, contact rules: chosen, shown in words, tried before they hold; and the API."""

from datetime import time, timedelta

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from campaigns.models.messages import Delivery
from campaigns.models.policy import ContactPolicy
from campaigns.rules.pressure import Cap, Quiet, Rules
from campaigns.selectors.policy import contact_rules
from campaigns.services.policy import set_contact_rules
from config.kit.clock import now
from tests.campaigns.mailing import launching

PAGE = "/b/floral/settings/contact-rules/"
DEFAULTS = {
    "expire_hours": "72",
    "partner_month": "1",
    **{
        f"{kind}_{part}": "on"
        for kind in ("campaign", "referral", "partner", "survey")
        for part in ("obeys", "counts")
    },
}


def rules_of(brand):
    with brand_scope(brand):
        return contact_rules()


def test_a_brand_that_never_chose_has_no_limits(cast, ana):
    page = ana.get(PAGE).content.decode()
    assert "No limits: every campaign reaches everybody" in page
    assert rules_of(cast.floral) == Rules()


def test_limits_are_chosen_and_said_in_words(cast, ana):
    chosen = {"day": "1", "month": "4", "quiet_since": "21:00", "quiet_until": "08:00"}
    assert ana.post(PAGE, {**DEFAULTS, **chosen})["Location"] == PAGE
    caps = (Cap(1, period="day"), Cap(4, days=30))
    assert rules_of(cast.floral) == Rules(caps=caps, quiet=Quiet(time(21), time(8)))
    page = ana.get(PAGE).content.decode()
    assert "At most 1 mail in a calendar day" in page
    assert "At most 4 mails in any 30 days" in page
    assert "Nothing between 21:00 and 08:00" in page
    ana.post(PAGE, {**DEFAULTS, **chosen})
    with brand_scope(cast.floral):
        assert ContactPolicy.objects.get().by_id == cast.ana.pk
        assert DomainEvent.objects.filter(type="contact_rules.changed").count() == 1


def test_half_of_a_quiet_time_is_refused(cast, ana):
    page = ana.post(PAGE, {**DEFAULTS, "quiet_since": "21:00"}).content.decode()
    assert "Quiet hours need a beginning and an end, or neither." in page
    assert rules_of(cast.floral) == Rules()


def test_a_limit_that_has_no_field_stays(cast, ana):
    with brand_scope(cast.floral):
        set_contact_rules(Rules(caps=(Cap(9, period="month"),)))
    assert "at most 9 mails in a calendar month" in ana.get(PAGE).content.decode()
    ana.post(PAGE, {**DEFAULTS, "week": "2"})
    assert rules_of(cast.floral).caps == (Cap(2, days=7), Cap(9, period="month"))


def test_the_effect_is_of_the_mails_of_the_last_days_and_keeps_nothing(cast, ana):
    with brand_scope(cast.floral):
        for days in (1, 2, 12):
            campaign = launching(cast.floral, name=f"{days} days ago")
            Delivery.objects.create(
                campaign=campaign,
                customer=cast.rae,
                outcome="sent",
                at=now() - timedelta(days=days),
            )
    answer = ana.post(
        PAGE + "effect/",
        {**DEFAULTS, "week": "1", "expire_hours": "72"},
        headers={"HX-Request": "true"},
    )
    text = " ".join(answer.content.decode().split())
    assert "Go out at once" in text
    assert "2 of 3 mails" in text
    assert "1 of 3 mails" in text
    assert "<html" not in text
    assert rules_of(cast.floral) == Rules()
