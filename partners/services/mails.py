"""Plain mails to partners, from this installation's own sender: what they are told of, and a link.

They are written down in the transaction of what they tell, and leave later: `build_mail` in the
brand's scope, handed over outside of it."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.scope import current_brand_id
from accounts.services.events import record
from campaigns.rules.encoding import safe_address
from campaigns.rules.merge import clean_header
from campaigns.selectors.content import keyring
from config.kit import formats
from config.kit.clock import now
from config.kit.text import clean_text
from config.kit.tokens import Purpose, Ticket, sign_ticket
from partners.events import PartnerTold
from partners.models.partnerships import (
    PartnerInvite,
    PartnerMail,
    PartnerMailChoice,
    Partnership,
)
from partners.selectors.partnerships import public_id
from partners.selectors.recipients import recipients_of

State = Partnership.State
Topic = PartnerMailChoice.Topic
_MAX_SUBJECT = 200


def tell_partner(
    partnership: Partnership,
    subject: str,
    lines: Sequence[str],
    link: str = "",
    *,
    topic: str = "",
    invite: PartnerInvite | None = None,
) -> list[PartnerMail]:
    """Mails to whoever of the partner wants such (`topic` as in recipients_of): paragraphs of plain
    text, and a path of ours to go on with. They leave after the transaction that is open. Never put
    anything of a customer into one."""
    mails = [
        PartnerMail.objects.create(
            partnership=partnership,
            invite=invite,
            email=address,
            subject=clean_text(subject, max_length=10_000)[:_MAX_SUBJECT],
            lines=list(lines),
            link=link,
        )
        for address in recipients_of(partnership, topic)
    ]
    for mail in mails:
        record(PartnerTold(subject_id=mail.pk))
    return mails


def build_mail(mail_id: int) -> EmailMultiAlternatives | None:
    """None when it has left already, or its link opens nothing any more."""
    rows = PartnerMail.objects.select_related("partnership__brand", "invite")
    row = rows.filter(pk=mail_id, sent_at=None).first()
    if row is None:
        return None
    invite, brand = row.invite, row.partnership.brand
    if invite is not None and (invite.used_at or invite.withdrawn_at):
        return None
    path = reverse("partner_invite", args=[token_of(invite)]) if invite is not None else row.link
    context = {
        "brand": brand,
        "lines": row.lines,
        "url": settings.BASE_URL.rstrip("/") + path if path else "",
    }
    mail = EmailMultiAlternatives(
        subject=clean_header(row.subject),
        body=render_to_string("partners/mail/plain.txt", context),
        to=[safe_address(row.email)],
        reply_to=[brand.reply_to or brand.sender_email] if brand.sender_email else None,
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("partners/mail/plain.html", context), "text/html")
    return mail


def mark_sent(mail_id: int) -> None:
    PartnerMail.objects.filter(pk=mail_id, sent_at=None).update(sent_at=now())


def token_of(invite: PartnerInvite) -> str:
    ticket = Ticket(current_brand_id(), 0, invite.pk)
    return sign_ticket(keyring(), Purpose.PARTNER, ticket)


def mail_link(invite_id: int) -> None:
    """The link of an invitation, or the one that confirms an application."""
    rows = PartnerInvite.objects.select_related("partnership__brand")
    invite = rows.get(pk=invite_id)
    brand = invite.partnership.brand
    names = {"brand": brand.name, "partner": invite.application.get("name", "")}
    with translation.override(brand.locale):
        until = _("The link works once, until %(day)s.") % {
            "day": formats.day(invite.expires_at.date(), brand.locale)
        }
        if invite.application:
            subject = _("Please confirm: %(partner)s and %(brand)s") % names
            lines = [
                _("You, or somebody who typed your address, asked %(brand)s to work with you.")
                % names,
                _("Confirm your address, and %(brand)s gets to read it.") % names,
                until,
                _("Was it not you? Then leave it alone: without you nothing happens."),
            ]
        else:
            subject = _("%(brand)s would like to work with you") % names
            lines = [
                _(
                    "%(brand)s invites you as a partner: you write an offer for its customers, "
                    "%(brand)s looks at it and sends it to those who want to hear of such."
                )
                % names,
                _("You need no password. Follow the link, and you are in."),
                until,
            ]
        tell_partner(invite.partnership, subject, lines, invite=invite)


def mail_received(partnership: Partnership) -> None:
    """The address is confirmed; the brand has it on its table."""
    names = _names(partnership)
    with translation.override(partnership.brand.locale):
        tell_partner(
            partnership,
            _("%(brand)s has your application") % names,
            [
                _("Thank you. %(brand)s looks at it, and you hear by e-mail.") % names,
                _("Until then you can see how it stands on your own page."),
            ],
            own_page(partnership),
        )


def answer_known(partnership: Partnership) -> None:
    """To who applied and is known: how things stand. Nothing to a banned one."""
    names = _names(partnership)
    with translation.override(partnership.brand.locale):
        said, link = _standing(partnership, names)
        if said:
            subject = _("Your application to %(brand)s") % names
            tell_partner(partnership, subject, [said], link)


def mail_decision(partnership: Partnership, *, state: str) -> None:
    """What the brand decided, where there is anything that the partner does not know yet; nothing
    of a state that it has left meanwhile."""
    if partnership.state != state:
        return
    names = _names(partnership)
    with translation.override(partnership.brand.locale):
        told = _decision(partnership, names)
        if told is None:
            return
        subject, lines = told
        if partnership.reason and partnership.state != State.ACTIVE:
            lines.append(_("They wrote: %(reason)s") % {"reason": partnership.reason})
        is_in = partnership.organisation_id is not None and partnership.state != State.BANNED
        page = own_page(partnership) if is_in else ""
        tell_partner(partnership, subject, lines, page, topic=Topic.TERMS)


def mail_terms(partnership: Partnership, *, number: int) -> None:
    """Terms wait for the partner's name; nothing when they come from the partner."""
    terms = partnership.all_terms.filter(number=number, partner_hash="").first()
    if terms is None:
        return
    names = _names(partnership)
    with translation.override(partnership.brand.locale):
        tell_partner(
            partnership,
            _("Terms from %(brand)s to agree to") % names,
            [
                _("%(brand)s proposes terms for working together.") % names,
                _("Please read them, and agree on the same page if they suit you."),
            ],
            reverse("partner_agreement", args=[public_id(partnership)]),
            topic=Topic.TERMS,
        )


def own_page(partnership: Partnership) -> str:
    return reverse("partner_home", args=[public_id(partnership)])


def _standing(partnership: Partnership, names: dict[str, str]) -> tuple[str, str]:
    link = own_page(partnership) if partnership.organisation_id is not None else ""
    if partnership.state == State.APPLIED:
        return _("%(brand)s has your application already and looks at it.") % names, link
    if partnership.state == State.REJECTED and partnership.reapply_on is not None:
        said = _("%(brand)s has turned it down. You can apply again from %(day)s on.")
        return said % names, ""
    if partnership.state == State.INVITED:
        said = _("%(brand)s has invited you: please use the link in that e-mail.")
        return said % names, ""
    if partnership.state == State.ENDED:
        said = _("Your work with %(brand)s has ended. Write to them to be invited again.")
        return said % names, ""
    if partnership.state == State.BANNED:
        return "", ""
    return _("You are a partner of %(brand)s already: sign in to go on.") % names, link


def _decision(partnership: Partnership, names: dict[str, str]) -> tuple[str, list[str]] | None:
    """(subject, lines), or None where nothing is to be told: what the partner did themselves, and
    a business that never came in."""
    if partnership.organisation_id is None and partnership.state != State.BANNED:
        return None
    match State(partnership.state):
        case State.APPROVED if partnership.decided_at is not None:
            subject = _("%(brand)s would like to work with you")
            lines = [_("Your application is welcome. Next, %(brand)s sends you terms.")]
        case State.REJECTED:
            subject = _("%(brand)s has turned your application down")
            lines = [_("Thank you for your interest; this time it is a no.")]
            if partnership.reapply_on is not None:
                lines.append(_("You can apply again from %(day)s on."))
        case State.ACTIVE:
            subject = _("You and %(brand)s work together")
            lines = [_("Now you can write an offer for the customers of %(brand)s.")]
        case State.SUSPENDED:
            subject = _("%(brand)s has suspended your partnership")
            lines = [_("Your offers rest for now. What you have earned stays yours.")]
        case State.ENDED:
            subject = _("%(brand)s has ended your partnership")
            lines = [_("Nothing new is sent. What is open between you is settled as agreed.")]
        case State.BANNED:
            subject = _("%(brand)s has ended your partnership")
            lines = [_("You can no longer sign in for it.")]
        case _:
            return None
    return subject % names, [line % names for line in lines]


def _names(partnership: Partnership) -> dict[str, str]:
    day, brand = partnership.reapply_on, partnership.brand
    return {
        "brand": brand.name,
        "partner": partnership.name,
        "day": formats.day(day, brand.locale) if day else "",
    }
