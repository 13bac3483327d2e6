"""Taking a change of a mail back, and doing it again."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from campaigns.models.campaigns import Campaign
from campaigns.models.editor import ContentVersion
from campaigns.models.templates import EmailTemplate
from campaigns.models.transactional import TransactionalTemplate
from campaigns.models.variants import CampaignVariant
from config.kit.clock import now

Document = Campaign | EmailTemplate | CampaignVariant | TransactionalTemplate
Stack = ContentVersion.Stack

# What a mail says, and undo brings back.
CONTENT = ("subject", "preheader", "blocks", "translations")
MOST_STEPS = 50
# Changes of the same text within this time are one step: the letters of a sentence.
_ONE_STEP = timedelta(seconds=8)
_OWNERS: dict[type[object], str] = {
    Campaign: "campaign",
    EmailTemplate: "template",
    CampaignVariant: "variant",
    TransactionalTemplate: "answer",
}


def content_in(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in CONTENT}


def remember(document: Document, before: Mapping[str, Any], *, what: str) -> None:
    """Keep what the document said before a change of `what`; a new change ends "again"."""
    versions = _versions(document)
    versions.filter(stack=Stack.REDO).delete()
    last = versions.filter(stack=Stack.UNDO).order_by("-pk").first()
    moment = now()
    if last and what and last.what == what and moment - last.at < _ONE_STEP:
        ContentVersion.objects.filter(pk=last.pk).update(at=moment)
        return
    _push(document, Stack.UNDO, before, what=what)
    undo = versions.filter(stack=Stack.UNDO).order_by("-pk")
    for oldest in undo.values_list("pk", flat=True)[MOST_STEPS : MOST_STEPS + 1]:
        undo.filter(pk__lte=oldest).delete()


def step(document: Document, *, back: bool) -> dict[str, Any] | None:
    """What the document said one step earlier (or later); None when there is no such step.

    The caller holds the document's row and writes what it gets."""
    source, target = (Stack.UNDO, Stack.REDO) if back else (Stack.REDO, Stack.UNDO)
    version = _versions(document).filter(stack=source).order_by("-pk").first()
    if version is None:
        return None
    _push(document, target, content_in(document), what="")
    version.delete()
    found: dict[str, Any] = version.content
    return found


def steps(document: Document) -> tuple[bool, bool]:
    """Whether something can be taken back, and done again."""
    stacks = set(_versions(document).values_list("stack", flat=True).distinct())
    return Stack.UNDO in stacks, Stack.REDO in stacks


def forget(document: Document) -> None:
    """For a document that is deleted, or launched and so cannot change."""
    _versions(document).delete()


def _versions(document: Document) -> Any:
    return ContentVersion.objects.filter(owner=_OWNERS[type(document)], document_id=document.pk)


def _push(document: Document, stack: str, content: Mapping[str, Any], *, what: str) -> None:
    ContentVersion.objects.create(
        owner=_OWNERS[type(document)],
        document_id=document.pk,
        stack=stack,
        what=what[:80],
        content=dict(content),
    )
