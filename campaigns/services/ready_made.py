"""Mails that Rapport itself sends in a brand's name, such as that a reward is there.

They need no setting up: a brand has each of them, published in our words, from the moment it is
first needed, and rewrites it like any other template of a mail that answers an act."""

import copy
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.services.events import record
from campaigns.events import TransactionalTemplatePublished
from campaigns.models.transactional import Intent, TransactionalTemplate
from campaigns.selectors.transactional import WORDS
from campaigns.services.editing import checked
from config.kit.clock import now


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """`words` are the arguments of a transactional template that are its words, with an example of
    all that is sent along."""

    key: str
    name: str
    words: dict[str, Any] = field(hash=False)
    intent: Intent = Intent.HELP


_mails: dict[str, ReadyMade] = {}


def add_ready_made(*mails: ReadyMade) -> None:
    """Filled from config/registries.py."""
    _mails.update({mail.key: mail for mail in mails})


def is_ready_made(key: str) -> bool:
    return key in _mails


def give(key: str) -> TransactionalTemplate | None:
    """The brand's template of a mail of ours, published: in our words where it has published none.
    None for another key."""
    mail = _mails.get(key)
    if mail is None:
        return None
    words = checked({"translations": {}, **copy.deepcopy(mail.words), "name": mail.name})
    template, _ = TransactionalTemplate.objects.get_or_create(
        key=key, defaults={**words, "intent": mail.intent}
    )
    with transaction.atomic():
        ours = {name: words[name] for name in WORDS}
        bare = TransactionalTemplate.objects.filter(pk=template.pk, published_at=None)
        if bare.update(published=ours, published_at=now(), version=F("version") + 1):
            record(TransactionalTemplatePublished(subject_id=template.pk))
    template.refresh_from_db()
    return template
