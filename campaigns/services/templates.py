"""Templates: content worth starting from again."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.services.events import record
from campaigns.blocks.starters import STARTERS
from campaigns.events import TemplateDeleted
from campaigns.models.templates import EmailTemplate
from campaigns.services import history
from campaigns.services.editing import FOOTER, checked
from config.kit.clock import now
from config.kit.errors import Conflict


class Changes(TypedDict, total=False):
    """What `update_template` may change; what is not given stays."""

    name: str
    subject: str
    preheader: str
    blocks: Sequence[object]


def create_template(
    *,
    name: str,
    subject: str = "",
    preheader: str = "",
    blocks: Sequence[object] = (FOOTER,),
    translations: Mapping[str, Any] | None = None,
) -> EmailTemplate:
    """A new template; raises Invalid for words or blocks that do not fit."""
    values = checked(
        {
            "name": name,
            "subject": subject,
            "preheader": preheader,
            "blocks": blocks,
            "translations": dict(translations or {}),
        }
    )
    return EmailTemplate.objects.create(**values)


def update_template(template: EmailTemplate, **changes: Unpack[Changes]) -> None:
    values = checked(changes)
    rows = EmailTemplate.objects.filter(pk=template.pk)
    if not rows.update(**values, updated_at=now()):
        raise Conflict("This template has been deleted.")
    for field, value in values.items():
        setattr(template, field, value)


def delete_template(template: EmailTemplate) -> None:
    """Campaigns made from it keep their content."""
    with transaction.atomic():
        deleted, _ = EmailTemplate.objects.filter(pk=template.pk).delete()
        if deleted:
            history.forget(template)
            record(TemplateDeleted(subject_id=template.pk))


def add_starters() -> int:
    """The ready-made templates of a new brand; returns how many were added.

    Nothing is added once the brand has templates of its own."""
    if EmailTemplate.objects.exists():
        return 0
    for starter in STARTERS:
        create_template(**starter)
    return len(STARTERS)
