"""What partners are told of their statements, each once."""

import pytest

from accounts.scope import brand_scope
from config.kit import formats
from partners.models.partnerships import OfferCategory, PartnerMail
from partners.services.payouts import confirm_payout, export_payout, fail_payments
from partners.services.statements import agree, dispute, resolve
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.settling import offer_of, stated, usable_account


@pytest.mark.django_db(transaction=True)
def test_partners_are_told_of_statements_answers_and_payouts(cast, run_due_work) -> None:
    with brand_scope(cast.floral):
        user = make_partner("pia@lucia.example", name="Pia", business="Trattoria Lucia")
        dinner = make_partnership(user, category=OfferCategory.objects.create(name="Dinner"))
        usable_account(dinner)
        statement = stated(offer_of(dinner, payer="brand", lock_days=0), 45_000)
        until = formats.moment(statement.dispute_until, cast.floral.time_zone, cast.floral.locale)
    run_due_work()
    with brand_scope(cast.floral):
        mail = PartnerMail.objects.get(subject="Statement 1 with Floral")
        assert mail.lines[0] == (
            "Your statement with Floral comes to £45.00. The brand owes this to the partner."
        )
        assert until in mail.lines[1]
        assert mail.link.startswith("/partner/prt_")
        dispute(statement, note="She paid 500")
        resolve(statement, answer="She paid 450: here is the slip.")
    run_due_work()
    with brand_scope(cast.floral):
        answer = PartnerMail.objects.get(subject="Floral has answered about statement 1")
        assert answer.lines == ["She paid 450: here is the slip."]
        batch = export_payout([statement]).batch
        confirm_payout(batch)
        agree(stated(offer_of(dinner, payer="brand", lock_days=0), 1_000))
    run_due_work()
    with brand_scope(cast.floral):
        paid = PartnerMail.objects.get(subject="Floral has paid statement 1")
        assert paid.lines == ["£45.00 is on its way to your account."]
        fail_payments(batch, {batch.payouts.get().pk: "Account closed."})
    run_due_work()
    with brand_scope(cast.floral):
        failed = PartnerMail.objects.get(subject__endswith="did not arrive")
        assert failed.lines[0] == (
            "The bank did not carry out the payment of £45.00. It says: Account closed."
        )
        failed.delete()
        told = PartnerMail.objects.exclude(subject__startswith="Your bank").order_by("pk")
        assert [each.subject for each in told][-1] == "Statement 2 with Floral"
