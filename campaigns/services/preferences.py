"""What customers want to get from a brand, and how often, by their own word."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from accounts.scope import Actor, acting
from accounts.services.events import record
from campaigns.events import PreferencesChanged
from campaigns.models.preferences import Preference
from campaigns.selectors.further_topics import TopicGroup, topic_groups
from campaigns.services.feedback import customer_of, unsubscribe
from config.kit.clock import now
from config.kit.errors import Invalid, NotFound
from config.kit.tokens import Ticket
from customers.models.consents import ConsentState, ConsentWording, Purpose, purpose_label
from customers.models.customers import Customer
from customers.rules.permissions import GRANTED, WITHDRAWN
from customers.selectors.segments import today
from customers.services.consents import Evidence, record_consent, state_consent

# The dial: at most one mail in so many days; None is as it comes.
DIALS = (None, 7, 30)
LONGEST_PAUSE = timedelta(days=366)
SOURCE = "preference_page"


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of mail, and whether the customer gets it. `group` is what an app above added it
    with."""

    purpose: str
    is_wanted: bool
    group: TopicGroup | None = None

    @property
    def label(self) -> str:
        return self.group.labels[self.purpose] if self.group else purpose_label(self.purpose)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a customer said. `paused_until` is the first day on which mails may come again."""

    topics: tuple[Topic, ...]
    at_most_days: int | None = None
    paused_until: date | None = None


def dial_of(customer_id: int) -> int | None:
    """At most one mail in so many days; None: as it comes."""
    return (
        Preference.objects.filter(customer=customer_id)
        .values_list("at_most_days", flat=True)
        .first()
    )


def person_of(ticket: Ticket) -> Customer:
    """Whose wishes a mail's link is about. Raises NotFound, also for somebody who was erased."""
    customer = customer_of(ticket)
    if customer.erased_at is not None:
        raise NotFound("This link is no longer valid.")
    return customer


def wishes_of(customer: Customer) -> Wishes:
    """What holds now; a pause that is over is none."""
    row = Preference.objects.filter(customer=customer).first() or Preference()
    is_paused = row.paused_until is not None and row.paused_until > today()
    return Wishes(topics_of(customer), row.at_most_days, row.paused_until if is_paused else None)


def save_wishes(
    *,
    ticket: Ticket,
    wanted: Mapping[str, bool],
    at_most_days: int | None,
    paused_until: date | None,
    wording: str = "",
) -> None:
    """What the recipient of a mail chose; topics left out of `wanted` stay. `wording` is what the
    page said beside the topics. Raises Invalid, NotFound."""
    customer = person_of(ticket)
    with transaction.atomic(), acting(Actor("customer", customer.pk)):
        set_dial(customer=customer, at_most_days=at_most_days, paused_until=paused_until)
        # Leaving news leaves partners' offers too, but for somebody who asks for these in the same
        # breath: so news come first, and the others are looked at after that.
        for place in (slice(0, 1), slice(1, None)):
            for topic in topics_of(customer)[place]:
                if wanted.get(topic.purpose, topic.is_wanted) != topic.is_wanted:
                    _change(ticket, customer, topic, wording)


def set_dial(
    *, customer: Customer, at_most_days: int | None, paused_until: date | None
) -> Preference:
    """How often, and from which day on again. Raises Invalid."""
    if at_most_days is not None and not 1 <= at_most_days <= 366:
        message = "Days are a whole number from 1 to 366."
        raise Invalid(message, fields={"at_most_days": message})
    if paused_until is not None and not today() < paused_until <= today() + LONGEST_PAUSE:
        message = "A pause ends on a day after today and within a year."
        raise Invalid(message, fields={"paused_until": message})
    chosen = {"at_most_days": at_most_days, "paused_until": paused_until}
    with transaction.atomic():
        row, created = Preference.objects.get_or_create(customer=customer, defaults=chosen)
        if created or (row.at_most_days, row.paused_until) != (at_most_days, paused_until):
            Preference.objects.filter(pk=row.pk).update(**chosen, updated_at=now())
            record(PreferencesChanged(subject_id=customer.pk))
    row.at_most_days, row.paused_until = at_most_days, paused_until
    return row


def topics_of(customer: Customer) -> tuple[Topic, ...]:
    """News and offers always; others where they were asked, or the brand has words for them; and
    what apps above add."""
    states = dict(
        ConsentState.objects.filter(customer=customer, channel="email").values_list(
            "purpose", "status"
        )
    )
    groups = topic_groups()
    added = {purpose for group in groups for purpose in group.labels}
    worded = set(ConsentWording.objects.values_list("purpose", flat=True))
    others = sorted((worded | states.keys()) - {Purpose.MARKETING.value} - added)
    own = [
        Topic(purpose, states.get(purpose) == GRANTED)
        for purpose in [Purpose.MARKETING.value, *others]
    ]
    return (*own, *(topic for group in groups for topic in _of_group(group, states)))


def _of_group(group: TopicGroup, states: Mapping[str, str]) -> Iterator[Topic]:
    for purpose in group.labels:
        said = states.get(purpose)
        yield Topic(purpose, said == GRANTED if group.is_opt_in else said != WITHDRAWN, group)


def change_topic(
    customer: Customer,
    topic: Topic,
    *,
    source: str,
    wording: str = "",
    proof: Mapping[str, str | int],
) -> None:
    """The customer says the opposite of what holds. A topic of a group has words of its own."""
    group = topic.group
    evidence = Evidence(
        wording=group.wording or f"{group.heading}: {topic.label}" if group else wording,
        wording_version=group.wording_version if group else "",
        proof=proof,
    )
    if not topic.is_wanted:
        record_consent(customer=customer, purpose=topic.purpose, source=source, evidence=evidence)
        return
    state_consent(
        customer=customer,
        is_granted=False,
        purpose=topic.purpose,
        source=source,
        evidence=evidence,
    )


def _change(ticket: Ticket, customer: Customer, topic: Topic, wording: str) -> None:
    if topic.is_wanted and topic.purpose == Purpose.MARKETING:
        unsubscribe(ticket, source="preferences")
        return
    proof = {"campaign_id": ticket.campaign_id}
    change_topic(customer, topic, source=SOURCE, wording=wording, proof=proof)
