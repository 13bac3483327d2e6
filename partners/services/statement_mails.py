"""What partners are told by mail of their statements: one to check, an answer, money on its way."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from config.kit import formats
from partners.models.settlements import Payout, PayoutBatch, Statement
from partners.selectors.partnerships import public_id as partnership_id
from partners.selectors.payouts import payouts_in
from partners.selectors.statements import outcome_words, parties_of, public_id
from partners.services.mails import Topic, tell_partner


def tell_of_statement(statement_id: int) -> None:
    """There is one to check, and until when."""
    row = _statement(statement_id)
    brand = row.partnership.brand
    with translation.override(brand.locale):
        until = formats.moment(row.dispute_until, brand.time_zone, brand.locale)
        lines = [
            _("Your statement with %(brand)s comes to %(total)s. %(outcome)s")
            % {"brand": brand.name, "total": _total(row), "outcome": outcome_words(row)},
            _("If something is wrong, say so until %(until)s. Else it is agreed to by itself.")
            % {"until": until},
        ]
        subject = _("Statement %(number)s with %(brand)s")
        tell_partner(row.partnership, subject % _names(row), lines, _link(row), topic=Topic.MONEY)


def tell_of_answer(statement_id: int) -> None:
    """The brand has answered a dispute; nothing is told of statements that were agreed to."""
    row = _statement(statement_id)
    if not row.dispute_answer:
        return
    with translation.override(row.partnership.brand.locale):
        subject = _("%(brand)s has answered about statement %(number)s") % _names(row)
        tell_partner(row.partnership, subject, [row.dispute_answer], _link(row), topic=Topic.MONEY)


def tell_of_payout(batch_id: int) -> None:
    """Each partner in it whose payment has not failed: that the bank has paid."""
    for payout in payouts_in(PayoutBatch.objects.get(pk=batch_id)).filter(failed_at=None):
        row = _statement(payout.statement_id)
        with translation.override(row.partnership.brand.locale):
            subject = _("%(brand)s has paid statement %(number)s") % _names(row)
            words = _("%(total)s is on its way to your account.") % {"total": _total(row)}
            tell_partner(row.partnership, subject, [words], _link(row), topic=Topic.MONEY)


def tell_of_failed_payment(payout_id: int) -> None:
    """What the bank said of it, and what the partner can do."""
    payout = Payout.objects.get(pk=payout_id)
    row = _statement(payout.statement_id)
    with translation.override(row.partnership.brand.locale):
        subject = _("The payment of statement %(number)s by %(brand)s did not arrive") % _names(row)
        lines = [
            _("The bank did not carry out the payment of %(total)s. It says: %(reason)s")
            % {"total": _total(row), "reason": payout.failed_reason},
            _("Please look at your bank details. The money goes out again with a later payment."),
        ]
        tell_partner(row.partnership, subject, lines, _link(row), topic=Topic.MONEY)


def _statement(statement_id: int) -> Statement:
    return Statement.objects.select_related("partnership__brand").get(pk=statement_id)


def _names(row: Statement) -> dict[str, object]:
    return {"brand": row.partnership.brand.name, "number": row.number}


def _total(row: Statement) -> str:
    return formats.money(row.total_minor, parties_of(row).currency, row.partnership.brand.locale)


def _link(row: Statement) -> str:
    return reverse("partner_statement", args=[partnership_id(row.partnership), public_id(row)])
