"""What the brand's own mails say of partners' offers, to whom."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.scope import current_brand_id
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery, Feedback
from config.kit.tokens import Purpose, Ticket, read_ticket
from customers.selectors.audience import reachable
from customers.services.consents import record_consent, withdraw_consent
from partners.models.offers import OfferRules
from partners.rules.content import VoucherTerms
from partners.selectors import mail_fields
from partners.selectors.mail_fields import fill
from partners.services.claims import take_offer
from tests.campaigns.mailing import customers
from tests.partners.reaching import sent, who_said_yes


def filled(*people):
    with connection.cursor() as cursor:
        return fill(cursor, current_brand_id(), [each.pk for each in people])


def test_readers_who_said_yes_see_the_best_offer_they_may_and_others_the_question(dinner, wines):
    jo, bo = who_said_yes(2)
    [silent] = customers(1)
    sent(dinner, headline="Four courses", voucher=VoucherTerms(kind="amount", value=1_050))
    second = sent(wines, headline="Two bottles", text="Red or white")
    take_offer(second, bo)
    withdraw_consent(customer=jo, source="page", purpose=f"partner:{dinner.pk}")
    found = filled(jo, bo, silent)
    assert (found[jo.pk]["partner_offer.headline"], found[bo.pk]["partner_offer.headline"]) == (
        "Two bottles",
        "Four courses",
    )
    assert found[jo.pk]["partner_offer.text"] == "Red or white"
    assert found[bo.pk]["partner_offer.worth"] == "£10.50 off"
    assert found[bo.pk]["partner_offer.partner"] == "Trattoria Lucia"
    assert set(found[silent.pk]) == {
        "partner_offer.link",
        "partner_offer.token",
        "partner_offer.asks",
    }
    withdraw_consent(customer=silent, source="page", purpose="partner_offers")
    assert set(filled(silent)[silent.pk]) == {"partner_offer.link", "partner_offer.token"}
    token = found[jo.pk]["partner_offer.link"].rpartition("/")[2]
    ticket = read_ticket(mail_fields.keyring(), Purpose.OFFERS, token)
    assert ticket == Ticket(current_brand_id(), 0, jo.pk)


def test_a_brand_without_partners_pays_one_statement_for_a_chunk(floral):
    people = customers(5)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = filled(*people)
    assert len(asked) == 1
    assert all(
        set(each) == {"partner_offer.link", "partner_offer.token"} for each in found.values()
    )
    assert "You work with no partner" in mail_fields.why_empty()


def test_who_clicked_in_none_of_the_last_offers_is_left_out(dinner):
    OfferRules.objects.create(silent_after=2)
    jo, bo = who_said_yes(2)
    partners = {"purpose": "partner_offers"}
    for nth in range(2):
        assert reachable({"all": []}, **partners).mailable == 2
        campaign = Campaign.objects.create(name=f"{nth}", contact_kind="partner", state="done")
        for row in (jo, bo):
            Delivery.objects.create(campaign=campaign, customer=row, outcome="sent")
    Feedback.objects.create(campaign=campaign, customer=bo, kind="click")
    reach = reachable({"all": []}, **partners)
    assert (reach.mailable, reach.left_out) == (1, {"no_consent": 1, "silent": 1})
    for row in (jo, bo):
        record_consent(customer=row, source="form")
    assert reachable({"all": []}).mailable == 2
    OfferRules.objects.update(silent_after=0)
    assert reachable({"all": []}, **partners).mailable == 2
