"""Transactional mails: what is published, what one of them says, how they fare."""

from collections.abc import Collection
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models.brands import Brand
from campaigns.models.transactional import TransactionalMessage, TransactionalTemplate
from campaigns.rules.conditions import Lists, Values
from campaigns.rules.messages import missing_data, read_data
from campaigns.rules.program import Recipient
from campaigns.rules.rendering import Preview, Rendered, preview
from campaigns.rules.slots import Each
from campaigns.selectors.content import Content, content_of, in_language, recipients, rendered
from config.kit.clock import now
from config.kit.errors import Invalid
from config.kit.text import email_key
from customers.models.consents import Channel, Suppression
from customers.selectors.erasure import hash_of

MESSAGE = "msg"
FIGURE_DAYS = 30
# What is published with a template; sender, look and postal address are those of the day.
WORDS = ("subject", "preheader", "blocks", "translations", "example")

State = TransactionalMessage.State
# Other entries of the do-not-mail list are about news and offers.
_BLOCKING = (Suppression.Reason.BOUNCE, Suppression.Reason.ERASED)
# Nobody in particular: values and lists of a customer we do not know.
_NOBODY = 0


@dataclass(frozen=True, slots=True)
class Written:
    """One mail, and what is filled into it for its reader."""

    content: Content
    mail: Rendered
    values: Values
    lists: Lists

    @property
    def missing(self) -> list[str]:
        """The personal fields that have no value, and the lists that nobody sent, sorted."""
        looped = {item.name for item in self.mail.slots.items if isinstance(item, Each)}
        unsent = {name for name in looped - self.lists.keys() if name.startswith("data.")}
        return sorted({*self.mail.missing(self.values, self.lists), *unsent})

    def shown(self) -> Preview:
        """As its reader sees it; raises a DomainError for a value that no mail may hold."""
        return preview(self.mail, self.values, self.lists)

    def complete(self) -> Preview:
        """The same; raises Invalid also for what should have been sent along and was not."""
        gaps = missing_data(self.missing)
        if gaps:
            names = ", ".join(place.removeprefix("data/") for place in gaps)
            raise Invalid(f"Send these in data: {names}.", code="data_missing", fields=gaps)
        return self.shown()


@dataclass(frozen=True, slots=True)
class Standing:
    """A template with its mails of FIGURE_DAYS, and the newest one that failed."""

    template: TransactionalTemplate
    sent: int
    waiting: int
    failed: int
    last_failed: TransactionalMessage | None

    @property
    def is_changed(self) -> bool:
        """Whether its words differ from the published ones."""
        return bool(words_of(self.template) != self.template.published)


def words_of(template: TransactionalTemplate) -> dict[str, Any]:
    """As they may be published."""
    return {name: getattr(template, name) for name in WORDS}


def published_content(template: TransactionalTemplate, brand: Brand) -> Content:
    words = copy(template)
    for name, value in template.published.items():
        setattr(words, name, value)
    return content_of(words, brand)


def written(message: TransactionalMessage, brand: Brand) -> Written:
    """The mail in its reader's language; raises a DomainError that says why there is none."""
    content = published_content(message.template, brand)
    person, data = reader_of(message), read_data(message.data)
    mail = rendered(in_language(content, message.language or person.language))
    values, lists = {**person.values, **data.values}, {**person.lists, **data.lists}
    return Written(content, mail, values, lists)


def reader_of(message: TransactionalMessage) -> Recipient:
    """The customer, written to at the message's own address; else only an address."""
    if message.customer_id is not None:
        found = recipients([message.customer_id], with_lists=True, campaign_id=0)
        if found:
            return found[0]
    return Recipient(_NOBODY, message.address, {"email": message.address})


def block_on(address: str) -> str:
    """Why not even a transactional mail goes to an address (its normal form): "bounce", "erased",
    or "" for no reason."""
    rows = Suppression.objects.filter(
        channel=Channel.EMAIL, address__in=[address, hash_of(address)], reason__in=_BLOCKING
    )
    return rows.values_list("reason", flat=True).first() or ""


def standings(templates: Collection[TransactionalTemplate]) -> list[Standing]:
    since = now() - timedelta(days=FIGURE_DAYS)
    rows = TransactionalMessage.objects.filter(template__in=templates, created_at__gt=since)
    counted = rows.values("template").annotate(
        sent=Count("pk", filter=Q(state__in=[State.SENT, State.BOUNCED])),
        waiting=Count("pk", filter=Q(state=State.QUEUED)),
        failed=Count("pk", filter=Q(state__in=[State.FAILED, State.BOUNCED])),
    )
    figures: dict[int, dict[str, Any]] = {row["template"]: {**row} for row in counted}
    failed = rows.filter(state__in=[State.FAILED, State.BOUNCED])
    newest = failed.order_by("template", "-pk").distinct("template")
    last = {message.template_id: message for message in newest}
    return [_standing(each, figures.get(each.pk, {}), last.get(each.pk)) for each in templates]


def _standing(
    template: TransactionalTemplate, counted: dict[str, Any], last: TransactionalMessage | None
) -> Standing:
    sent, waiting, failed = (counted.get(name, 0) for name in ("sent", "waiting", "failed"))
    return Standing(template, sent, waiting, failed, last)


def messages(
    *, address: str = "", template: TransactionalTemplate | None = None, state: str = ""
) -> QuerySet[TransactionalMessage]:
    """Raises ValueError for what is no address."""
    rows = TransactionalMessage.objects.select_related("template", "customer")
    if address:
        rows = rows.filter(address_norm=email_key(address))
    if template is not None:
        rows = rows.filter(template=template)
    return rows.filter(state=state) if state else rows
