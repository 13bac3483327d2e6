"""What a partner is told of the brand's word on an offer."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from config.kit import formats, ids
from partners.models.offers import Offer, OfferStep
from partners.selectors.names import OFFER
from partners.selectors.partnerships import public_id
from partners.services.mails import Topic, tell_partner


def mail_approval(offer_id: int, *, number: int) -> None:
    offer = _offer(offer_id)
    with translation.override(offer.partnership.brand.locale):
        subject = _("%(brand)s has approved “%(offer)s”")
        line = _("It runs from %(since)s to %(until)s. You need do nothing more.")
        _tell(offer, _step(offer, "approved", number), subject, line)


def mail_changes(offer_id: int, *, number: int) -> None:
    offer = _offer(offer_id)
    with translation.override(offer.partnership.brand.locale):
        subject = _("Please change “%(offer)s” for %(brand)s")
        line = _("%(brand)s asks for changes. Make them, and submit it again.")
        _tell(offer, _step(offer, "changes_requested", number), subject, line)


def mail_no(offer_id: int, *, number: int) -> None:
    offer = _offer(offer_id)
    with translation.override(offer.partnership.brand.locale):
        subject = _("%(brand)s has declined “%(offer)s”")
        line = _("What ran before runs on.") if offer.approved else _("This time it is a no.")
        _tell(offer, _step(offer, "declined", number), subject, line)


def _tell(offer: Offer, step: OfferStep, subject: str, line: str) -> None:
    brand = offer.partnership.brand
    names = {
        "brand": brand.name,
        "offer": offer.name,
        "since": formats.day(offer.starts_on, brand.locale) if offer.starts_on else "",
        "until": formats.day(offer.ends_on, brand.locale) if offer.ends_on else "",
    }
    lines = [line % names]
    if step.note:
        lines.append(_("They wrote: %(note)s") % {"note": step.note})
    path = reverse(
        "partner_offer", args=[public_id(offer.partnership), ids.encode(OFFER, offer.uid)]
    )
    tell_partner(offer.partnership, subject % names, lines, path, topic=Topic.OFFERS)


def _step(offer: Offer, act: str, number: int) -> OfferStep:
    return OfferStep.objects.filter(offer=offer, act=act, version=number).latest("pk")


def _offer(offer_id: int) -> Offer:
    return Offer.objects.select_related("partnership__brand").get(pk=offer_id)
