"""Settings, permissions: rules with their effect before they count, sign-ups, wordings."""

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from customers.models.consents import ConsentWording, PermissionRule, SignUpRule
from customers.selectors.consents import is_double_opt_in
from customers.services.consents import record_consent
from tests import factories

PAGE = "/b/floral/settings/permissions/"
RULE = {"country": "", "bases": ["consent"], "implied_days": "365"}


def allowed(cast, basis: str, address: str) -> None:
    with brand_scope(cast.floral):
        record_consent(customer=factories.customer(email=address), source="test", basis=basis)


def test_without_rules_the_page_says_what_holds(ana):
    page = ana.get(PAGE).content.decode()
    assert "Every legal ground is accepted in every country" in page
    assert "checked" in page


def test_the_effect_is_shown_and_nothing_is_kept(cast, ana):
    allowed(cast, "consent", "a@example.com")
    allowed(cast, "claimed", "b@example.com")
    answer = ana.post(PAGE + "effect/", RULE, headers={"HX-Request": "true"}).content.decode()
    assert "stop mail to <strong>1</strong> person" in answer
    assert "1 of 3 could still be written to, 2 can now" in answer
    assert "<html" not in answer
    with brand_scope(cast.floral):
        assert not PermissionRule.objects.exists()
        assert not DomainEvent.objects.filter(type="permission_rules.changed").exists()


def test_a_rule_is_kept_changed_and_removed(cast, ana):
    assert ana.post(PAGE, RULE)["Location"] == PAGE
    ana.post(PAGE, {**RULE, "bases": ["implied", "consent"]})
    with brand_scope(cast.floral):
        rule = PermissionRule.objects.get()
        assert (rule.country, rule.bases, rule.implied_days) == ("", ["consent", "implied"], 365)
    page = ana.get(PAGE).content.decode()
    assert "All other countries" in page
    assert "Consent, Implied" in page
    ana.post(f"{PAGE}{rule.pk}/delete/")
    with brand_scope(cast.floral):
        assert not PermissionRule.objects.exists()
        assert DomainEvent.objects.filter(type="permission_rules.changed").count() == 3


def test_a_rule_without_a_ground_is_refused_beside_its_field(cast, ana):
    answer = ana.post(PAGE, {**RULE, "bases": [], "implied_days": "0"})
    assert "Choose at least one legal ground." in answer.content.decode()
    with brand_scope(cast.floral):
        assert not PermissionRule.objects.exists()


def test_double_opt_in_is_on_until_it_is_switched_off(cast, ana):
    with brand_scope(cast.floral):
        assert is_double_opt_in()
    ana.post(PAGE + "sign-ups/", {})
    with brand_scope(cast.floral):
        assert not is_double_opt_in()
    ana.post(PAGE + "sign-ups/", {"is_double": "on"})
    with brand_scope(cast.floral):
        assert is_double_opt_in()
        assert SignUpRule.objects.count() == 1


def test_a_version_keeps_its_words(cast, ana):
    words = {"purpose": "marketing", "version": "1", "text": "Yes please"}
    ana.post(PAGE + "wordings/", words)
    ana.post(PAGE + "wordings/", words)
    answer = ana.post(PAGE + "wordings/", {**words, "text": "Other words"})
    assert "Give the new words a new version" in answer.content.decode()
    with brand_scope(cast.floral):
        assert ConsentWording.objects.get().text == "Yes please"
    assert "Yes please" in ana.get(PAGE).content.decode()
