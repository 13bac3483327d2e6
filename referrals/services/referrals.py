"""What becomes of referrals beside orders: staff's word, merged records, and time that runs out."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction

from accounts.scope import current_actor
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text
from customers.models.customers import Customer
from customers.models.orders import Order
from customers.selectors.customers import canonical, canonical_ids
from customers.services.credits import withdraw_claims
from customers.services.locks import lock_customers
from referrals.events import ReferralLapsed, ReferralRefused
from referrals.models.links import ShareChannel, TouchKind
from referrals.models.programmes import Advocate, ProgrammeVersion
from referrals.models.referrals import Decision, Referral
from referrals.rules.identity import friend_label
from referrals.rules.reasons import staff_words
from referrals.selectors.persons import persons
from referrals.selectors.programmes import current_version, terms_of
from referrals.services.qualifying import qualify_orders
from referrals.services.touches import record_touch

MAX_NOTE = 200
State = Referral.State
ACTIVE = (State.IDENTIFIED, State.QUALIFIED, State.REWARDED)


def refer_by_hand(
    advocate: Advocate,
    *,
    reason: str,
    order: Order | None = None,
    customer: Customer | None = None,
) -> Referral:
    """Staff say that this order, or this customer's next one, came through the advocate.

    It beats all other evidence, and obeys every other rule: raises Conflict with the reason why it
    does not count, with nothing kept; Invalid without a reason, or without somebody referred."""
    with naming("reason"):
        note = clean_text(reason, max_length=MAX_NOTE)
    if not note:
        raise Invalid.at("reason", "Say why: it is kept with the decision.")
    if order is not None:
        return _refer_order(advocate, order, note)
    if customer is None:
        raise Invalid("Say which order, or which customer.")
    return _refer_customer(advocate, canonical(customer), note)


def end_self_referrals(customer_id: int) -> int:
    """Two records turned out to be one person: who referred themselves did not, and who was
    referred twice was once (the first holds). How many referrals ended."""
    with transaction.atomic():
        lock_customers([customer_id])
        ids = canonical_ids(customer_id)
        rows = list(
            Referral.objects.select_for_update(no_key=True, of=("self",))
            .filter(friend__in=ids, state__in=ACTIVE)
            .select_related("advocate")
            .order_by("pk")
        )
        own = [row for row in rows if row.advocate.customer_id in ids]
        first: dict[int, Referral] = {}
        counting = sorted(rows, key=lambda row: (row.state == State.IDENTIFIED, row.pk))
        for row in counting:
            if row not in own:
                first.setdefault(row.programme_id, row)
        twice = [row for row in rows if row not in own and first[row.programme_id] is not row]
        _end(own, "same_person")
        _end(twice, "already_referred")
    return len(own) + len(twice)


def lapse_due(*, limit: int = 500) -> int:
    """Friends who claimed and did not order within the window of the terms they were promised; how
    many. A late order that was placed in time brings them back."""
    lapsed: list[int] = []
    waiting = Referral.objects.filter(state=State.IDENTIFIED)
    versions = ProgrammeVersion.objects.filter(pk__in=waiting.values("version"))
    with transaction.atomic():
        for version in versions.order_by("pk"):
            days = terms_of(version).attribution.window_days
            due = waiting.filter(version=version, identified_at__lt=now() - timedelta(days=days))
            ids = due.order_by("pk").values_list("pk", flat=True)[: limit - len(lapsed)]
            claimed = (
                Referral.objects.select_for_update(no_key=True, skip_locked=True)
                .filter(pk__in=list(ids), state=State.IDENTIFIED)
                .values_list("pk", flat=True)
            )
            lapsed += claimed
        Referral.objects.filter(pk__in=lapsed).update(state=State.LAPSED, updated_at=now())
        if lapsed:
            record(ReferralLapsed(subject_id=lapsed[0], referral_ids=lapsed))
    return len(lapsed)


def _refer_order(advocate: Advocate, order: Order, note: str) -> Referral:
    with transaction.atomic():
        if order.customer_id is None:
            raise Conflict("Nobody could be recognised on this order.", code="no_customer")
        record_touch(
            advocate,
            kind=TouchKind.STAFF,
            channel=ShareChannel.API,
            customer=order.customer,
            order_source=order.source,
            order_ref=order.source_id,
            at=order.placed_at,
        )
        qualify_orders([order.pk], note=note)
        decision = (
            Decision.objects.filter(order=order, programme=advocate.programme_id)
            .select_related("referral")
            .order_by("-pk")
            .first()
        )
        referral = decision.referral if decision else None
        if decision is None or referral is None or decision.reason:
            raise _refused(decision.reason if decision else "not_counted")
        if referral.advocate_id != advocate.pk:
            raise _refused("already_referred")
    return referral


def _refer_customer(advocate: Advocate, friend: Customer, note: str) -> Referral:
    with transaction.atomic():
        lock_customers([friend.pk])
        reason = _why_not(advocate, friend)
        if reason:
            raise _refused(reason)
        touch = record_touch(
            advocate, kind=TouchKind.STAFF, channel=ShareChannel.API, customer=friend
        )
        version = current_version(advocate.programme)
        referral = Referral.objects.create(
            programme_id=advocate.programme_id,
            version=version,
            advocate=advocate,
            friend=friend,
            friend_label=friend_label(friend.first_name, friend.last_name),
            touch=touch,
            channel=touch.channel,
        )
        referral.refresh_from_db(fields=["uid"])
        actor = current_actor()
        Decision.objects.create(
            programme_id=advocate.programme_id,
            version=version,
            referral=referral,
            outcome=Decision.Outcome.ATTRIBUTED,
            evidence=[{"touch": touch.pk, "advocate": advocate.pk, "kind": touch.kind}],
            actor_kind=actor.kind,
            actor_id=actor.id,
            note=note,
        )
    return referral


def _why_not(advocate: Advocate, friend: Customer) -> str:
    who = persons([friend.pk], [advocate.customer_id])
    own = who.of(advocate.customer_id)
    if friend.erased_at is not None:
        return "erased"
    if advocate.barred_at is not None:
        return "barred"
    if friend.pk == own:
        return "own_link"
    if who.are_one(friend.pk, own):
        return "same_person"
    if who.is_ancestor(friend.pk, own):
        return "loop"
    if who.orders[friend.pk]:
        return "existing_customer"
    standing = Referral.objects.filter(
        programme=advocate.programme_id,
        friend__in=canonical_ids(friend.pk),
        state__in=ACTIVE,
    )
    return "already_referred" if standing.exists() else ""


def _end(rows: Collection[Referral], reason: str) -> None:
    if not rows:
        return
    ids = [row.pk for row in rows]
    Referral.objects.filter(pk__in=ids).update(
        state=State.DISQUALIFIED, reason=reason, updated_at=now()
    )
    Decision.objects.bulk_create(
        Decision(
            programme_id=row.programme_id,
            version_id=row.version_id,
            referral=row,
            order_id=row.order_id,
            outcome=Decision.Outcome.REFUSED,
            reason=reason,
        )
        for row in rows
    )
    gone = {row.order_id: f"referral:{row.pk}" for row in rows if row.order_id}
    if gone:
        withdraw_claims(source="referral", claimants=gone)
    record(ReferralRefused(subject_id=ids[0], referral_ids=ids, reason=reason))


def _refused(reason: str) -> Conflict:
    return Conflict(f"{staff_words(reason)}.", code=reason)
