"""What ties somebody to an advocate is written down, and friends claim what they were given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, naming
from config.kit.text import email_key
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.models.orders import Order
from customers.rules.permissions import network_of
from customers.selectors.customers import canonical_ids
from customers.selectors.erasure import is_erased
from customers.services.customers import upsert_customer
from customers.services.locks import lock_customers
from referrals.events import FriendClaimed, OrderTouched, ReferralRefused
from referrals.models.links import ReferralCode, ShareChannel, Touch, TouchKind
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Decision, Referral
from referrals.rules.identity import canonical_email, same_person
from referrals.selectors.keys import agent_key, friend_key, visitor_key
from referrals.selectors.programmes import current_version
from referrals.services.granting import grant_for

ACTIVE = (Referral.State.IDENTIFIED, Referral.State.QUALIFIED, Referral.State.REWARDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a request left behind; it is cut and hashed before it is kept."""

    # The internet address; kept as its network.
    address: str = ""
    user_agent: str = ""
    # The id our script gave the visitor, after consent.
    visitor: str = ""
    is_machine: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What became of a friend's claim. The page must say the same whatever it is; only the mail to
    that very address may tell. No referral: the address was erased at its owner's wish."""

    touch: Touch | None
    referral: Referral | None
    is_new: bool


def record_touch(
    advocate: Advocate,
    *,
    kind: str,
    code: ReferralCode | None = None,
    channel: str = ShareChannel.LINK,
    trace: Trace = Trace(),
    email_norm: str = "",
    customer: Customer | None = None,
    order_source: str = "",
    order_ref: str = "",
    at: datetime | None = None,
    source: str = "",
    source_id: str = "",
    evidence: Mapping[str, object] | None = None,
) -> Touch:
    """One fact about who came through whom. Told again with the same `source` and `source_id` it
    is the fact that was kept first. An order that is named, and here already, is looked at anew."""
    touch = Touch(
        programme_id=advocate.programme_id,
        advocate=advocate,
        code=code,
        kind=kind,
        channel=channel if channel in ShareChannel.values else ShareChannel.LINK,
        at=at or now(),
        visitor=visitor_key(trace.visitor),
        friend_key=friend_key(email_norm),
        customer=customer,
        order_source=order_source,
        order_ref=order_ref,
        network=_network(trace.address),
        is_machine=trace.is_machine,
        evidence={**(evidence or {}), **_agent(trace)},
        source=source,
        source_id=source_id,
    )
    try:
        with transaction.atomic():
            touch.save(force_insert=True)
            _look_at_order(touch)
    except IntegrityError as error:
        if "touch_source" not in str(error):
            raise
        return Touch.objects.get(source=source, source_id=source_id)
    return touch


def claim_as_friend(
    code: ReferralCode, *, email: str, channel: str = ShareChannel.LINK, trace: Trace = Trace()
) -> Claim:
    """A friend gives their own address on the advocate's page, and is theirs from now on.

    Claiming again gives the same claim. Raises Invalid for what is no address, and Conflict while
    the programme, or this advocate, takes no friends: neither depends on the address."""
    with naming("email"):
        norm = email_key(email)
    advocate = code.advocate
    _refuse_closed(advocate)
    if is_erased(norm):
        return Claim(None, None, False)
    with transaction.atomic():
        friend = upsert_customer(email=email, source="referral").customer
        lock_customers([friend.pk])
        standing = _standing(advocate, friend, norm)
        if standing is not None and standing.advocate_id == advocate.pk:
            return Claim(standing.touch, standing, False)
        touch = record_touch(
            advocate,
            kind=TouchKind.CLAIM,
            code=code,
            channel=channel,
            trace=trace,
            email_norm=norm,
            customer=friend,
        )
        if standing is not None:
            # Whose friend they are is decided by their order; this is one more piece of evidence.
            return Claim(touch, standing, False)
        try:
            with transaction.atomic():
                referral = _refer(advocate, friend, norm, touch)
        except IntegrityError as error:
            if "referral_of_" not in str(error):
                raise
            # Another spelling of the address was claimed at this very moment.
            return Claim(touch, _standing(advocate, friend, norm), False)
        if not referral.reason:
            grant_for(referral, touch=touch)
    return Claim(touch, referral, True)


def _refer(advocate: Advocate, friend: Customer, norm: str, touch: Touch) -> Referral:
    """Without a name: anybody can type anybody's address, and would read whose it is."""
    version = current_version(advocate.programme)
    reason = _why_not(advocate, friend, norm)
    referral = Referral.objects.create(
        programme_id=advocate.programme_id,
        version=version,
        advocate=advocate,
        friend=friend,
        friend_key=touch.friend_key,
        state=Referral.State.DISQUALIFIED if reason else Referral.State.IDENTIFIED,
        reason=reason,
        touch=touch,
        channel=touch.channel,
    )
    referral.refresh_from_db(fields=["uid"])
    if reason:
        Decision.objects.create(
            programme_id=advocate.programme_id,
            version=version,
            referral=referral,
            outcome=Decision.Outcome.REFUSED,
            reason=reason,
            evidence=[{"touch": touch.pk, "advocate": advocate.pk, "kind": touch.kind}],
        )
        record(ReferralRefused(subject_id=referral.pk, referral_ids=[referral.pk], reason=reason))
    else:
        record(FriendClaimed(subject_id=referral.pk, advocate_id=advocate.pk, touch_id=touch.pk))
    return referral


def _why_not(advocate: Advocate, friend: Customer, norm: str) -> str:
    """What is certain already at the claim; the rest is decided by the order."""
    own = advocate.customer
    mine = canonical_ids(own.merged_into_id or own.pk)
    if friend.pk in mine:
        return "own_link"
    names = Identity.objects.filter(customer__in=mine, kind=Identity.Kind.EMAIL)
    others = [own.email_norm, *names.values_list("value_norm", flat=True)]
    if same_person(emails=[norm], other_emails=others):
        return "same_person"
    plain = Identity.objects.filter(kind=Identity.Kind.EMAIL, value_norm=canonical_email(norm))
    group = [*canonical_ids(friend.pk), *plain.values_list("customer_id", flat=True)]
    if Order.objects.filter(customer__in=group, is_counted=True).exists():
        return "existing_customer"
    return ""


def _standing(advocate: Advocate, friend: Customer, norm: str) -> Referral | None:
    """The referral the friend stands in; else one of this advocate's that was refused, so that
    claiming again does not begin anew."""
    who = Q(friend_key=friend_key(norm)) | Q(friend__in=canonical_ids(friend.pk))
    rows = Referral.objects.filter(who, programme=advocate.programme_id).select_related("touch")
    standing = rows.filter(state__in=ACTIVE).order_by("pk").first()
    refused = Q(advocate=advocate, state=Referral.State.DISQUALIFIED)
    return standing or rows.filter(refused).order_by("pk").first()


def _refuse_closed(advocate: Advocate) -> None:
    state = Programme.objects.values_list("state", flat=True).get(pk=advocate.programme_id)
    if state != Programme.State.LIVE:
        raise Conflict("This offer cannot be had at the moment.", code=f"programme_{state}")
    if advocate.barred_at is not None:
        raise Conflict("This link can no longer be used.", code="barred")


def _look_at_order(touch: Touch) -> None:
    if not touch.order_ref or touch.is_machine:
        return
    named = Order.objects.filter(source=touch.order_source, source_id=touch.order_ref).first()
    if named is not None:
        record(OrderTouched(subject_id=named.pk, touch_id=touch.pk))


def _network(address: str) -> str:
    try:
        return network_of(address)
    except ValueError:
        return ""


def _agent(trace: Trace) -> dict[str, str]:
    return {"user_agent_hash": agent_key(trace.user_agent)} if trace.user_agent else {}
