"""Templates of transactional mails: written as a draft, sent as published."""

import copy
from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from accounts.models.brands import Brand
from accounts.services.events import record
from campaigns.blocks.starters import TRANSACTIONAL
from campaigns.events import (
    TransactionalTemplateDeleted,
    TransactionalTemplatePublished,
    TransactionalTemplateWithdrawn,
)
from campaigns.models.transactional import (
    INTENTS,
    TransactionalMessage,
    TransactionalTemplate,
)
from campaigns.rules.encoding import safe_address
from campaigns.rules.messages import checked_key, read_data
from campaigns.selectors.checks import check_template
from campaigns.selectors.transactional import words_of
from campaigns.services import history
from campaigns.services.editing import checked
from campaigns.services.ready_made import is_ready_made
from config.kit.clock import now
from config.kit.errors import Conflict, DomainError, Invalid, NotAllowed

MAX_EXAMPLE = 16_000


class Changes(TypedDict, total=False):
    """What `update_template` may change; what is not given stays. The key never changes: programs
    know it."""

    name: str
    intent: str
    example: Mapping[str, Any]
    sender_name: str
    sender_email: str
    reply_to: str


def create_template(*, name: str, key: str, intent: str) -> TransactionalTemplate:
    """A new draft that begins as an order confirmation. Raises Invalid."""
    start: dict[str, Any] = copy.deepcopy(TRANSACTIONAL)
    words = checked({**start, "name": name})
    values = {**words, "key": checked_key(key), **_checked({"intent": intent})}
    try:
        with transaction.atomic():
            return TransactionalTemplate.objects.create(**values)
    except IntegrityError as error:
        problem = "Another template has this key."
        raise Invalid.at("key", problem) from error


def update_template(
    template: TransactionalTemplate, *, may_publish: bool = False, **changes: Unpack[Changes]
) -> None:
    """Change what stands around the words; of these, only the example waits to be published.

    The others hold for the next mail already, so that a published template needs somebody who
    `may_publish`. Raises Invalid, NotAllowed."""
    values = _checked(checked(changes))
    rows = TransactionalTemplate.objects.filter(pk=template.pk)
    drafts = rows if may_publish else rows.filter(_says_the_same(values))
    if not drafts.update(**values, updated_at=now()):
        if rows.exists():
            raise NotAllowed(
                "This template is published, so that a change holds for the next mail. Ask "
                "somebody who may publish."
            )
        raise Conflict("This template has been deleted.")
    for field, value in values.items():
        setattr(template, field, value)


def _says_the_same(values: Mapping[str, Any]) -> Q:
    """Nothing that mails on their way would feel: not published, or the same around the words."""
    felt = {field: value for field, value in values.items() if field != "example"}
    return Q(published_at__isnull=True) | Q(pk__isnull=False, **felt)


def publish(template: TransactionalTemplate, brand: Brand) -> None:
    """Programs get the words as they are now. Raises Invalid with the first thing that is wrong."""
    with transaction.atomic():
        rows = TransactionalTemplate.objects.select_for_update(no_key=True)
        current = rows.filter(pk=template.pk).first()
        if current is None:
            raise Conflict("This template has been deleted.")
        errors = check_template(current, brand).errors
        if errors:
            raise Invalid(errors[0].text)
        current.published, current.published_at = words_of(current), now()
        current.version = F("version") + 1
        current.save(update_fields=["published", "published_at", "version"])
        record(TransactionalTemplatePublished(subject_id=current.pk))
    template.refresh_from_db()


def withdraw(template: TransactionalTemplate) -> None:
    """No more mails by it; what waits already still goes. Raises Conflict when there is nothing, or
    when Rapport itself sends them."""
    _check_not_ours(template)
    with transaction.atomic():
        rows = TransactionalTemplate.objects.filter(pk=template.pk, published_at__isnull=False)
        if not rows.update(published_at=None):
            raise Conflict("This template is not published.")
        record(TransactionalTemplateWithdrawn(subject_id=template.pk))
    template.refresh_from_db()


def delete_template(template: TransactionalTemplate) -> None:
    """Raises Conflict once it has mails: they stay in the books, and so does what they said; and
    for mails that Rapport itself sends."""
    _check_not_ours(template)
    with transaction.atomic():
        rows = TransactionalTemplate.objects.select_for_update().filter(pk=template.pk)
        if rows.first() is None:
            return
        if TransactionalMessage.objects.filter(template=template).exists():
            raise Conflict("Mails were sent by it, so it stays. You can withdraw it instead.")
        history.forget(template)
        rows.delete()
        record(TransactionalTemplateDeleted(subject_id=template.pk))


def _check_not_ours(template: TransactionalTemplate) -> None:
    if is_ready_made(template.key):
        problem = "Rapport sends this mail itself, so it stays. You can change what it says."
        raise Conflict(problem, code="ready_made")


def read_example(text: str) -> dict[str, Any]:
    """What somebody typed as an example of `data`. Raises Invalid."""
    try:
        found = msgspec.json.decode(text or "{}")
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Invalid.at("example", f"This is not JSON: {str(error)[:200]}.") from error
    return _example(found)


def _example(given: Any) -> dict[str, Any]:
    try:
        read_data(given)
    except DomainError as error:
        place = next(iter(error.fields), "")
        raise Invalid.at("example", f"{place}: {error.message}") from error
    if len(msgspec.json.encode(given)) > MAX_EXAMPLE:
        raise Invalid.at("example", f"At most {MAX_EXAMPLE // 1000} kB.")
    return dict(given)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    if "intent" in values and values["intent"] not in INTENTS:
        problem = (
            "A transactional mail does not sell: it goes to people who want no offers, too. Make "
            "it a campaign instead."
        )
        raise Invalid.at("intent", problem)
    if "example" in values:
        values["example"] = _example(values["example"])
    for field in ("sender_email", "reply_to"):
        if values.get(field):
            try:
                values[field] = safe_address(values[field].strip())
            except DomainError as error:
                raise Invalid.at(field, error.message) from error
    return values
