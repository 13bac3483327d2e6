"""Customers take part in a programme: joining, their codes, and being barred."""

import secrets

from django.db import IntegrityError, transaction

from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, NotAllowed, naming
from config.kit.text import clean_text
from customers.models.customers import Customer
from customers.selectors.customers import canonical
from referrals.events import AdvocateBarred, AdvocateJoined, AdvocateUnbarred
from referrals.models.links import ReferralCode
from referrals.models.programmes import Advocate, Programme
from referrals.rules.codes import draw_code, normal_code
from referrals.rules.reasons import customer_words
from referrals.selectors.advocates import advocate_of, arm_of, sees_no_offer
from referrals.selectors.programmes import current_version, terms_of

SOURCES = frozenset({"portal", "mail", "page", "api", "staff"})
MAX_SHARE_TEXT = 1_000
MAX_REASON = 200
_TRIES = 20


def join(programme: Programme, *, customer: Customer, source: str) -> Advocate:
    """The customer's part in the programme, with a code; joining again gives the same.

    Raises Conflict while it is not live, NotAllowed for who is held out of it, Invalid for a
    customer who was erased."""
    assert source in SOURCES
    person = canonical(customer)
    with transaction.atomic():
        known = advocate_of(programme, person)
        if known is not None:
            current_code(known)
            return known
        _refuse(programme, person)
        terms = terms_of(current_version(programme))
        advocate, is_new = Advocate.objects.get_or_create(
            programme=programme,
            customer=person,
            defaults={"source": source, "arm": arm_of(programme, person.pk, terms)},
        )
        advocate.refresh_from_db()
        current_code(advocate)
        if is_new:
            record(
                AdvocateJoined(
                    subject_id=advocate.pk, programme_id=programme.pk, customer_id=person.pk
                )
            )
    return advocate


def current_code(advocate: Advocate) -> ReferralCode:
    """The code they share; made when there is none, or the last one leaked."""
    rows = ReferralCode.objects.filter(advocate=advocate, leaked_at=None)
    for _ in range(_TRIES):
        code = rows.first()
        if code is not None:
            return code
        text = draw_code(advocate.customer.first_name, draw=secrets.choice)
        try:
            with transaction.atomic():
                return ReferralCode.objects.create(
                    advocate=advocate, code=text, code_norm=normal_code(text)
                )
        except IntegrityError as error:
            # Taken by somebody, or made for this advocate at this very moment.
            if "referral_code_" not in str(error):
                raise
    raise Conflict("No code is free for this name; please try again.")


def set_share_text(advocate: Advocate, *, text: str) -> Advocate:
    """Their own words to friends; empty: the programme's. Raises Invalid."""
    with naming("share_text"):
        advocate.share_text = clean_text(text, max_length=MAX_SHARE_TEXT, multiline=True)
    Advocate.objects.filter(pk=advocate.pk).update(share_text=advocate.share_text)
    return advocate


def bar_advocate(advocate: Advocate, *, reason: str) -> Advocate:
    """They earn nothing more. Barring again changes nothing. Raises Invalid without a reason."""
    with naming("reason"):
        why = clean_text(reason, max_length=MAX_REASON)
    if not why:
        raise Invalid.at("reason", "Say why: it is kept with the decision.")
    with transaction.atomic():
        rows = Advocate.objects.filter(pk=advocate.pk, barred_at=None)
        if rows.update(barred_at=now(), barred_reason=why):
            record(AdvocateBarred(subject_id=advocate.pk, customer_id=advocate.customer_id))
    advocate.refresh_from_db()
    return advocate


def unbar_advocate(advocate: Advocate) -> Advocate:
    """They may earn again."""
    with transaction.atomic():
        rows = Advocate.objects.filter(pk=advocate.pk, barred_at__isnull=False)
        if rows.update(barred_at=None, barred_reason=""):
            record(AdvocateUnbarred(subject_id=advocate.pk, customer_id=advocate.customer_id))
    advocate.refresh_from_db()
    return advocate


def _refuse(programme: Programme, person: Customer) -> None:
    state = Programme.objects.values_list("state", flat=True).get(pk=programme.pk)
    if state != Programme.State.LIVE:
        raise Conflict("Nobody can join this referral programme now.", code=f"programme_{state}")
    if person.erased_at is not None:
        raise Invalid("This customer was erased.", code="erased")
    if sees_no_offer(programme, person):
        raise NotAllowed(customer_words("held_out"), code="held_out")
