"""What partners are told by mail."""

import re
from typing import Any

import pytest
from django.core import mail

from accounts.models.users import User
from accounts.scope import Actor, acting, brand_scope
from campaigns.selectors.content import keyring
from config.kit.errors import NotFound
from config.kit.tokens import Purpose, read_ticket
from partners.models.partnerships import PartnerInvite, PartnerMail, Partnership
from partners.rules.revenue_share import Deal
from partners.rules.terms import PartnershipTerms
from partners.services import invites, mails, partnerships
from partners.services.agreements import propose_terms
from tests.conftest import Cast
from tests.partners.conftest import make_partnership

SAID = {"name": "Trattoria Lucia", "contact_name": "Pia Roth", "email": "pia@lucia.example"}


def _subjects() -> list[str]:
    return [each.subject for each in mail.outbox]


@pytest.mark.django_db(transaction=True)
def test_from_the_application_to_the_terms_each_step_is_told(cast: Cast, run_due_work: Any) -> None:
    with brand_scope(cast.floral):
        partnerships.apply_as_partner(**SAID)
    run_due_work()
    letter = mail.outbox[0]
    assert letter.to == ["pia@lucia.example"]
    token = re.search(r"/partner-invite/(\S+)", str(letter.body))[1]
    ticket = read_ticket(keyring(), Purpose.PARTNER, token)
    with brand_scope(cast.floral):
        partnership, _ = invites.use_invite(ticket.customer_id)
    run_due_work()
    with brand_scope(cast.floral):
        partnerships.approve(partnership)
    run_due_work()
    with brand_scope(cast.floral), acting(Actor("user", cast.ben.pk)):
        propose_terms(partnership, PartnershipTerms(deal=Deal(share=150)))
    run_due_work()

    assert _subjects() == [
        "Please confirm: Trattoria Lucia and Floral",
        "Floral has your application",
        "Floral would like to work with you",
        "Terms from Floral to agree to",
    ]
    assert "/agreement/" in str(mail.outbox[3].body)
    assert run_due_work() == 0
    with brand_scope(cast.floral):
        assert not PartnerMail.objects.filter(sent_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_who_is_known_reads_by_mail_how_things_stand_and_a_banned_one_nothing(
    cast: Cast, pia: User, run_due_work: Any
) -> None:
    said = []
    with brand_scope(cast.floral):
        partnership = make_partnership(pia)
    for state in ("active", "applied", "invited", "ended", "banned"):
        with brand_scope(cast.floral):
            Partnership.objects.filter(pk=partnership.pk).update(state=state)
            partnerships.apply_as_partner(**SAID)
        run_due_work()
        said.append(str(mail.outbox[-1].body).split("\n")[0] if mail.outbox else "")
        mail.outbox.clear()
    assert said == [
        "You are a partner of Floral already: sign in to go on.",
        "Floral has your application already and looks at it.",
        "Floral has invited you: please use the link in that e-mail.",
        "Your work with Floral has ended. Write to them to be invited again.",
        "",
    ]


def test_a_mail_leaves_once_and_a_closed_link_not_at_all(dinner: Partnership) -> None:
    [told] = mails.tell_partner(dinner, "Hello", ["One.", "Two."], "/x/")
    letter = mails.build_mail(told.pk)
    assert letter.subject == "Hello"
    assert "One.\n\nTwo.\n\nhttp" in str(letter.body)
    mails.mark_sent(told.pk)
    assert mails.build_mail(told.pk) is None

    bar = partnerships.invite_partner(name="Bar", email="jo@bar.example")
    mails.mail_link(PartnerInvite.objects.get().pk)
    link = PartnerMail.objects.order_by("-pk")[0]
    assert mails.build_mail(link.pk) is not None
    invites.withdraw_invite(bar)
    assert mails.build_mail(link.pk) is None


def test_a_link_is_no_other_rows_link(dinner: Partnership) -> None:
    partnerships.invite_partner(name="Bar", email="jo@bar.example")
    token = mails.token_of(PartnerInvite.objects.get())
    with pytest.raises(NotFound):
        read_ticket(keyring(), Purpose.VOUCHER, token)


def test_a_decision_that_was_overtaken_is_not_told(dinner: Partnership) -> None:
    mails.mail_decision(dinner, state="suspended")
    assert not PartnerMail.objects.exists()
    partnerships.suspend(dinner, reason="Until the kitchen is back")
    mails.mail_decision(dinner, state="suspended")
    told = PartnerMail.objects.get()
    assert told.subject == "Floral has suspended your partnership"
    assert told.lines[-1] == "They wrote: Until the kitchen is back"
