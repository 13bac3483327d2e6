"""The brand's page of consent: who said yes, what asking could bring, and what is sent at all."""

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from customers.services.consents import withdraw_consent
from partners.models.offers import OfferRules
from partners.rules.consent import WORDS
from partners.selectors.consent_drive import drive
from tests.campaigns.mailing import customers
from tests.conftest import Cast
from tests.partners.reaching import who_said_yes

PAGE = "/b/floral/partners/consent/"


def test_the_drive_counts_who_said_yes_and_who_could_still_be_asked(floral):
    people = who_said_yes(4)
    withdraw_consent(customer=people[0], source="page", purpose="partner_offers")
    withdraw_consent(customer=people[1], source="unsubscribe")
    customers(40)
    found = drive(floral)
    assert (found.said_yes, found.said_no, found.reach.mailable, found.unasked) == (3, 1, 2, 40)
    assert found.forecast == [(2, 2), (5, 4), (10, 6)]
    assert len(found.months) == 12
    assert sum(yes for _, yes, _ in found.months) in {0, 4}


def test_the_page_has_the_words_to_copy_and_keeps_the_floor(cast: Cast, ana):
    with brand_scope(cast.floral):
        who_said_yes(2)
    page = ana.get(PAGE).content.decode()
    assert WORDS in page
    assert "Offers of partners: at most 1 mail in any 30 days" in page
    assert ana.post(PAGE + "rules/", {"floor": "15", "silent_after": "3"})["Location"] == PAGE
    with brand_scope(cast.floral):
        rules = OfferRules.objects.get()
        assert (rules.floor_minor, rules.silent_after) == (1_500, 3)
        changed = DomainEvent.objects.filter(type="offer_rules.changed")
        assert [event.payload for event in changed] == [{"floor_minor": 1_500, "silent_after": 3}]
    ana.post(PAGE + "rules/", {"floor": "15", "silent_after": "3"})
    refused = ana.post(PAGE + "rules/", {"floor": "-1", "silent_after": "3"})
    assert refused.status_code == 200
    with brand_scope(cast.floral):
        assert OfferRules.objects.get().floor_minor == 1_500
        assert DomainEvent.objects.filter(type="offer_rules.changed").count() == 1
