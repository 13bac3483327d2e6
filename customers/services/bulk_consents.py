"""What many customers allowed, told in one call: `state_consent` in a few statements."""

from collections.abc import Mapping
from datetime import datetime

from config.kit.clock import now
from customers.models.consents import Channel, Consent, ConsentState, ConsentWording, Purpose
from customers.models.customers import Customer
from customers.rules.bulk import Problem
from customers.rules.bulk_customers import NewConsent
from customers.rules.permissions import WITHDRAWN_STAYS
from customers.selectors.consents import implied_until, imported_withdrawals
from customers.services.consents import CLOCK_SKEW, restate_consents
from customers.services.dirty import mark_dirty

_FUTURE = Problem("/consent/at", "The time of a consent cannot lie in the future.")
_WITHDRAWN = Problem("/consent", WITHDRAWN_STAYS)


def state_consents(
    said: Mapping[int, tuple[Customer, NewConsent]], *, source: str = "api"
) -> dict[int, Problem]:
    """Add to the ledger what it does not hold yet. Returns the problems of refused items.

    Of several acts of one customer in a call each is held against those before it."""
    if not said:
        return {}
    what = {"purpose": Purpose.MARKETING, "channel": Channel.EMAIL}
    people = [customer.pk for customer, _ in said.values()]
    states = ConsentState.objects.filter(**what, customer_id__in=people)
    standing = dict(states.values_list("customer_id", "status"))
    acts = Consent.objects.filter(**what, customer_id__in=people, import_id=None)
    known = set(acts.values_list("customer_id", "status", "at"))
    # A withdrawal told once more is kept where so far only an import has told it.
    repeated = {
        customer.pk
        for customer, act in said.values()
        if act.at is None and act.status == standing.get(customer.pk) == Consent.Status.WITHDRAWN
    }
    imported = imported_withdrawals(repeated) if repeated else set()
    problems: dict[int, Problem] = {}
    new: list[Consent] = []
    moment = now()
    for place, (customer, act) in said.items():
        at = act.at
        if at is not None and at > moment + CLOCK_SKEW:
            problems[place] = _FUTURE
        elif customer.pk not in imported and _is_known(standing, known, customer.pk, act):
            continue
        elif _is_weaker(standing.get(customer.pk), act):
            problems[place] = _WITHDRAWN
        else:
            row = _row(customer, act, min(at or moment, moment), source)
            new.append(row)
            known.add((customer.pk, row.status, row.at))
            standing[customer.pk] = row.status
            imported.discard(customer.pk)
    _add_wordings(new)
    Consent.objects.bulk_create(new)
    changed = {row.customer_id for row in new}
    restate_consents(changed)
    mark_dirty(changed)
    return problems


def _add_wordings(acts: list[Consent]) -> None:
    """The registered words of acts that name only their version."""
    versions = {act.wording_version for act in acts if act.wording_version and not act.wording}
    rows = ConsentWording.objects.filter(purpose=Purpose.MARKETING, version__in=versions)
    texts = dict(rows.values_list("version", "text"))
    for act in acts:
        act.wording = act.wording or texts.get(act.wording_version, "")


def _is_known(
    standing: Mapping[int, str],
    known: set[tuple[int, str, datetime]],
    customer_id: int,
    act: NewConsent,
) -> bool:
    if act.at is None:
        return standing.get(customer_id) == act.status
    return (customer_id, act.status, act.at) in known


def _is_weaker(status: str | None, act: NewConsent) -> bool:
    """A permission after a withdrawal that is not the customer's own consent with its time."""
    is_sure = act.at is not None and act.basis == "consent"
    is_withdrawn = status == Consent.Status.WITHDRAWN
    return act.status == "granted" and is_withdrawn and not is_sure


def _row(customer: Customer, act: NewConsent, at: datetime, source: str) -> Consent:
    is_granted = act.status == "granted"
    return Consent(
        customer_id=customer.pk,
        purpose=Purpose.MARKETING,
        channel=Channel.EMAIL,
        status=act.status,
        basis=act.basis if is_granted else "none",
        source=source,
        wording=act.wording,
        wording_version=act.wording_version,
        at=at,
        expires_on=implied_until(customer.country, at)
        if is_granted and act.basis == "implied"
        else None,
    )
