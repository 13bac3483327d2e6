"""Mails that a message waits, without a word of it: what is written stays between the two."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models.users import User
from accounts.permissions import PERMISSIONS
from accounts.selectors.members import members_of
from campaigns.rules.encoding import safe_address
from campaigns.rules.merge import clean_header
from partners.models.partnerships import PartnerMessage, Partnership
from partners.selectors.messages import BRAND, PARTNER
from partners.selectors.partnerships import public_id
from partners.services.mails import Topic, tell_partner
from partners.services.messages import mark_told, wait_before_telling

_ANSWERS = "partners.edit"


def tell_partner_of_messages(partnership_id: int) -> None:
    """Unless they were told within the hour, or have read it all."""
    partnership = _partnership(partnership_id)
    if wait_before_telling(partnership, side=PARTNER) != 0:
        return
    names = {"brand": partnership.brand.name}
    with translation.override(partnership.brand.locale):
        tell_partner(
            partnership,
            _("%(brand)s wrote to you") % names,
            [_("A message of %(brand)s waits on your page, where you can answer it.") % names],
            reverse("partner_messages", args=[public_id(partnership)]),
            topic=Topic.MESSAGES,
        )
    mark_told(partnership, side=PARTNER)


def build_brand_notice(partnership_id: int) -> EmailMessage | None:
    """To whoever of the brand wrote last in this thread and still works for it, else to all who
    may answer; None when nothing is to be told, or nobody is there."""
    partnership = _partnership(partnership_id)
    if wait_before_telling(partnership, side=BRAND) != 0:
        return None
    people = _who_answers(partnership)
    if not people:
        mark_told(partnership, side=BRAND)
        return None
    brand = partnership.brand
    path = reverse("partnership_messages", args=[brand.slug, public_id(partnership)])
    context = {"partnership": partnership, "url": settings.BASE_URL.rstrip("/") + path}
    return EmailMessage(
        subject=clean_header(f"{partnership.name} wrote to {brand.name}"),
        body=render_to_string("partners/mail/message_waits.txt", context),
        to=[safe_address(person.email) for person in people],
        headers={"Auto-Submitted": "auto-generated"},
    )


def look_again(partnership_id: int, *, is_brand_told: bool) -> float | None:
    """In how many seconds somebody is to be told of more; None: of nothing."""
    partnership = _partnership(partnership_id)
    if is_brand_told:
        mark_told(partnership, side=BRAND)
    waits = [wait_before_telling(partnership, side=side) for side in (BRAND, PARTNER)]
    return min((wait for wait in waits if wait is not None), default=None)


def _partnership(pk: int) -> Partnership:
    return Partnership.objects.select_related("brand").get(pk=pk)


def _who_answers(partnership: Partnership) -> list[User]:
    roles = [role for role, permissions in PERMISSIONS.items() if _ANSWERS in permissions]
    members = members_of(partnership.brand).filter(role__in=roles, user__is_active=True)
    people = {member.user_id: member.user for member in members}
    written = PartnerMessage.objects.filter(partnership=partnership, by_kind=BRAND)
    last = written.order_by("-pk").first()
    if last is not None and last.by_id in people:
        return [people[last.by_id]]
    return list(people.values())
